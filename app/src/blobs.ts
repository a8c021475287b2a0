// Blobs as the application serves them, apart from any SDK.
import type { ByteRange } from "./byteRange";
import type { Source, Try } from "./source";

/** Shows that the container can be read; what is in it is nobody's business. */
export interface BlobProof {
  readonly container: string;
}

/** One version of a blob. */
export interface BlobVersion {
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Those of its headers that are the content's own, by name. */
  readonly content: Readonly<Record<string, string>>;
}

export interface BlobStore extends Source<BlobProof> {
  version(name: string, signal: AbortSignal): Promise<Try<BlobVersion>>;
  /** The whole blob, or a range of the version that was told before; another version is refused with ConditionNotMet. */
  open(name: string, signal: AbortSignal, part?: BlobPart): Promise<Try<OpenBlob>>;
}

export interface OpenBlob {
  readonly version: BlobVersion;
  /** Fails where it ends before its time; nothing of it is read ahead beyond a small buffer. */
  readonly body: NodeJS.ReadableStream;
}

export interface BlobPart {
  readonly version: BlobVersion;
  /** Undefined: all of it. */
  readonly range: ByteRange | undefined;
}
