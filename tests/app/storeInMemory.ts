// The route to blobs on a real socket, with a store that is no SDK: what a test wants of Azure, at the moment when it wants it.
import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { type BlobRouteOptions, blobRoute } from "../../app/src/blobRoute";
import type { BlobPart, BlobStore, BlobVersion } from "../../app/src/blobs";
import { listener } from "../../app/src/listener";
import type { LogFields } from "../../app/src/log";
import { RequestCounter } from "../../app/src/metrics";
import { refusalOf } from "../../app/src/refusal";
import { routes } from "../../app/src/routes";
import type { Answer, Try } from "../../app/src/source";

export const CHANGED_AT = new Date("2026-11-02T08:00:00Z");

export interface StoredText {
  /** That of the text, unless `body` stands in for it. */
  size?: number;
  text: string;
  etag: string;
  headers?: Record<string, string>;
}

export class StoreInMemory implements BlobStore {
  readonly blobs = new Map<string, StoredText>();
  /** What was asked, in order: the name of the call, of the blob, and of the version that was wanted. */
  readonly asked: string[] = [];
  /** Called before each answer. */
  beforeAnswer: (name: string, signal: AbortSignal) => Promise<void> | void = () => undefined;
  /** Stands in for the body. */
  body: ((text: string) => NodeJS.ReadableStream) | undefined;

  read(): Promise<Try<{ readonly container: string }>> {
    return Promise.resolve({ exchanged: true, value: { container: "documents" } });
  }

  version(name: string, signal: AbortSignal): Promise<Try<BlobVersion>> {
    return this.#answer(name, signal, "version", undefined, versionOf);
  }

  open(name: string, signal: AbortSignal, part?: BlobPart) {
    return this.#answer(name, signal, "open", part, (blob) => {
      const { text } = blob;
      const bytes = Buffer.from(text);
      const wanted = part?.range === undefined ? bytes : bytes.subarray(part.range.first, part.range.last + 1);
      return {
        version: versionOf(blob),
        body: this.body?.(text) ?? Readable.from([wanted], { objectMode: false }),
      };
    });
  }

  async #answer<T>(
    name: string,
    signal: AbortSignal,
    call: string,
    part: BlobPart | undefined,
    give: (blob: StoredText) => T,
  ): Promise<Try<T>> {
    this.asked.push([call, name, part?.version.etag].filter((each) => each !== undefined).join(" "));
    try {
      await this.beforeAnswer(name, signal);
    } catch (error) {
      return failed(error, undefined);
    }
    const blob = this.blobs.get(name);
    if (blob === undefined) return failed(storageError("BlobNotFound"), { status: 404, retryAfterMs: undefined });
    if (part !== undefined && part.version.etag !== blob.etag)
      return failed(storageError("ConditionNotMet"), { status: 412, retryAfterMs: undefined });
    return { exchanged: true, value: give(blob) };
  }
}

function failed<T>(error: unknown, answer: Answer | undefined): Try<T> {
  return { exchanged: true, failure: { goal: "blobs", atExchange: false, error, answer } };
}

function storageError(code: string): Error {
  return Object.assign(new Error(code), { details: { errorCode: code } });
}

function versionOf({ text, etag, headers = {}, size = Buffer.byteLength(text) }: StoredText): BlobVersion {
  const content = { "content-type": "text/plain", ...headers };
  return { size, etag, lastModified: CHANGED_AT, content };
}

export interface ServedStore {
  readonly store: StoreInMemory;
  readonly port: number;
  readonly logged: (readonly [event: string, fields: LogFields])[];
  readonly errors: unknown[];
  close(): Promise<void>;
}

export async function serveStore(
  limits: Pick<BlobRouteOptions, "answerLimitMs" | "stallLimitMs" | "maxDownloads"> & { readonly closed?: boolean } = {},
): Promise<ServedStore> {
  const { closed = false, ...given } = limits;
  const store = new StoreInMemory();
  const logged: (readonly [string, LogFields])[] = [];
  const errors: unknown[] = [];
  const nothing = new Uint8Array();
  const app = routes({
    freshen: async () => undefined,
    snapshot: () => ({ page: nothing, json: nothing }),
    neverRead: () => [],
    isDraining: () => false,
    onError: (error) => errors.push(error),
  });
  const blobs = blobRoute({
    settings: {
      account: "stweb",
      container: "documents",
      endpoint: "https://stweb.blob.core.windows.net/",
      route: true,
      emulator: undefined,
    },
    store: () => (closed ? undefined : store),
    explain: refusalOf,
    log: (_level, event, fields = {}) => logged.push([event, fields]),
    onError: (error) => errors.push(error),
    ...given,
  });
  const server: Server = createServer(listener({ app, blobs, isDraining: () => false, requests: new RequestCounter() }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    store,
    port: typeof address === "object" && address !== null ? address.port : 0,
    logged,
    errors,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
