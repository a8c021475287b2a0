// What goes to Azure Storage and comes from it, over addresses that carry their own permission: neither address nor body is ever in an error.
import {
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
  type PipelineRequestOptions,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import { sayingOf } from "./buildError";

/** An upload of the largest context over a slow line; what takes longer hangs. */
const UPLOAD_TIMEOUT_MS = 30 * 60 * 1000;
const READ_TIMEOUT_MS = 60 * 1000;
const PIECE_BYTES = 2 ** 20;

/** Azure Storage's answer where it did not do what was asked, such as `403 AuthenticationFailed`. */
export interface Refused {
  readonly refused: true;
  readonly status: number;
  readonly why: string;
}

export interface Piece {
  readonly refused: false;
  readonly bytes: Uint8Array;
  /** No byte follows that is there already. */
  readonly atEnd: boolean;
  /** The writer has said that it is done. */
  readonly complete: boolean;
}

const NOTHING_YET: Piece = { refused: false, bytes: new Uint8Array(), atEnd: true, complete: false };

export class BlobTransfer {
  readonly #pipeline: Pipeline = createPipelineFromOptions({});
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Undefined: it is stored. https://learn.microsoft.com/rest/api/storageservices/put-blob */
  async put(address: string, content: Uint8Array, signal: AbortSignal): Promise<Refused | undefined> {
    const headers = createHttpHeaders({ "x-ms-blob-type": "BlockBlob", "content-type": "application/gzip" });
    const timeout = UPLOAD_TIMEOUT_MS;
    const response = await this.#send({ url: address, method: "PUT", headers, body: content, abortSignal: signal, timeout });
    return response.status === 201 ? undefined : refusedBy(response);
  }

  /** The next piece from `first` on. One that is not there (yet) is empty. */
  async read(address: string, first: number, signal: AbortSignal): Promise<Piece | Refused> {
    // The byte before is read again: a range that begins at the end is refused, and a refusal does not tell whether the writer is done.
    const start = Math.max(first - 1, 0);
    const headers = createHttpHeaders({ range: `bytes=${start}-${start + PIECE_BYTES - 1}` });
    // As text, a character on the border of two pieces would be lost.
    const streamResponseStatusCodes = new Set([206]);
    const timeout = READ_TIMEOUT_MS;
    const response = await this.#send({ url: address, headers, abortSignal: signal, timeout, streamResponseStatusCodes });
    if (response.status === 404 || response.status === 416) return NOTHING_YET;
    if (response.status !== 206) return refusedBy(response);
    const bytes = await bytesOf(response);
    const total = Number(/\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1]);
    return {
      refused: false,
      bytes: bytes.subarray(first - start),
      atEnd: !(start + bytes.length < total),
      // The metadata that Azure sets at the end of a run. https://github.com/Azure/azure-cli (acr/_stream_utils.py)
      complete: response.headers.has("x-ms-meta-complete"),
    };
  }

  #send(options: PipelineRequestOptions): Promise<PipelineResponse> {
    return this.#pipeline.sendRequest(this.#http, createPipelineRequest(options));
  }
}

// The answer's text is left out: it may repeat what was signed.
function refusedBy({ status, headers }: PipelineResponse): Refused {
  return { refused: true, status, why: `${status} ${sayingOf(headers.get("x-ms-error-code") ?? "without a code")}` };
}

async function bytesOf({ readableStreamBody }: PipelineResponse): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
