// Blobs of one container, through the SDK of Azure Storage.
import { type BlobDownloadResponseParsed, ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { type AzureAccess, UnusableAnswer } from "../azureAccess";
import type { BlobPart, BlobProof, BlobStore, BlobVersion, OpenBlob } from "../blobs";
import type { BlobSettings } from "../config";
import type { Try } from "../source";

/** As everywhere in the application: it retries itself, so that a refusal is seen at once. */
const ONE_TRY = { retryOptions: { maxTries: 1 } };

export class BlobStorage implements BlobStore {
  readonly #access: AzureAccess;
  readonly #client: ContainerClient;
  readonly #container: string;

  constructor(settings: BlobSettings, access: AzureAccess) {
    this.#access = access;
    this.#container = settings.container;
    this.#client = clientOf(settings, access);
  }

  /** Lists one blob: that takes the same data action as reading one. */
  read(signal: AbortSignal): Promise<Try<BlobProof>> {
    return this.#access.attempt("blobs", signal, async () => {
      const pages = this.#client.listBlobsFlat({ abortSignal: signal }).byPage({ maxPageSize: 1 });
      await pages.next();
      return { container: this.#container };
    });
  }

  version(name: string, signal: AbortSignal): Promise<Try<BlobVersion>> {
    return this.#access.attempt("blobs", signal, async () =>
      versionOf(await this.#client.getBlobClient(name).getProperties({ abortSignal: signal })),
    );
  }

  open(name: string, signal: AbortSignal, part?: BlobPart): Promise<Try<OpenBlob>> {
    const range = part?.range;
    const count = range === undefined ? undefined : range.last - range.first + 1;
    return this.#access.attempt("blobs", signal, async () => {
      const answer = await this.#client.getBlobClient(name).download(range?.first, count, {
        abortSignal: signal,
        // Taken up again where it broke, a download would hide from the client how long it takes; it can ask for the rest itself.
        maxRetryRequests: 0,
        ...(part === undefined ? {} : { conditions: { ifMatch: part.version.etag } }),
      });
      const { readableStreamBody: body, contentLength } = answer;
      if (body === undefined || (count !== undefined && contentLength !== count)) throw new UnusableAnswer();
      return { version: versionOf(answer), body };
    });
  }
}

function clientOf({ endpoint, container, emulator }: BlobSettings, { credential }: AzureAccess): ContainerClient {
  if (emulator === undefined) return new ContainerClient(`${endpoint}${container}`, credential, ONE_TRY);
  const { account, key } = emulator;
  // The SDK knows the key that is the same in every emulator.
  if (key === undefined) return new ContainerClient("UseDevelopmentStorage=true", container, ONE_TRY);
  return new ContainerClient(`${endpoint}${container}`, new StorageSharedKeyCredential(account, key), ONE_TRY);
}

function versionOf(answer: Partial<Omit<BlobDownloadResponseParsed, "readableStreamBody">>): BlobVersion {
  const { contentLength: size, etag, lastModified, contentType = "application/octet-stream" } = answer;
  if (size === undefined || etag === undefined || lastModified === undefined) throw new UnusableAnswer();
  const { contentEncoding, contentLanguage, contentDisposition } = answer;
  const content = {
    "content-type": contentType,
    ...(contentEncoding === undefined ? {} : { "content-encoding": contentEncoding }),
    ...(contentLanguage === undefined ? {} : { "content-language": contentLanguage }),
    ...(contentDisposition === undefined ? {} : { "content-disposition": contentDisposition }),
  };
  return { size, etag, lastModified, content };
}
