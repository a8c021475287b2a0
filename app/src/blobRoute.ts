// GET and HEAD /api/:storageAccount/:container/*blob: streams blobs of the one container that the pod was given. On Node's own request and response:
// the path must be seen as it was sent, and a download that breaks must break the answer.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import {
  answerTo,
  BLOB_SECURITY,
  MALFORMED,
  NOT_FOUND,
  noSuchRange,
  PRECONDITION_FAILED,
  sendError,
  sendNotModified,
  unavailable,
  WRONG_METHOD,
  writeBlobHead,
} from "./blobAnswers";
import { blobPathOf } from "./blobPath";
import type { BlobPart, BlobStore, BlobVersion, OpenBlob } from "./blobs";
import { rangeOf } from "./byteRange";
import { conditionStatus, rangeCounts } from "./conditions";
import type { BlobSettings } from "./config";
import type { Log, LogFields } from "./log";
import type { Refusal } from "./refusal";
import type { Failure, Try } from "./source";

export interface BlobRouteOptions {
  readonly settings: BlobSettings;
  /** Undefined until the store is open, and for a pod that may ask nobody. */
  readonly store: () => BlobStore | undefined;
  readonly explain: (failure: Failure) => Refusal;
  readonly log: Log;
  /** Called with what nobody foresaw; the client learns nothing of it. */
  readonly onError: (error: unknown) => void;
  /** The longest that Azure may take until it answers. Default 30000. */
  readonly answerLimitMs?: number;
  /** The time within which a download must get on by `LEAST_BYTES`. Default 60000. */
  readonly stallLimitMs?: number;
  /** How many downloads may be open at once. Default 64. */
  readonly maxDownloads?: number;
}

/** Tells whether the request was this route's, and answers it then. */
export type Route = (request: IncomingMessage, response: ServerResponse) => boolean;

/** How often a blob may be replaced between the two questions for it until that is too often. */
const VERSIONS = 3;

/** A slower download ends: whoever takes a byte now and then would keep it open for ever. */
const LEAST_BYTES = 65_536;

/** A reason is logged once in this time: anybody may ask as often as they like. */
const LOG_EVERY_MS = 10_000;

export function blobRoute(options: BlobRouteOptions): Route {
  const serving = new Serving(options);
  return (request, response) => {
    const path = blobPathOf(request.url ?? "");
    if (path === undefined) return false;
    response.setHeader("content-security-policy", BLOB_SECURITY);
    const { account, container } = options.settings;
    if (request.method !== "GET" && request.method !== "HEAD") sendError(request, response, WRONG_METHOD);
    else if (path === "malformed") sendError(request, response, MALFORMED);
    else if (path.account !== account || path.container !== container) sendError(request, response, NOT_FOUND);
    else void serving.serve(request, response, path.name);
    return true;
  };
}

class Serving {
  readonly #options: Required<BlobRouteOptions>;
  /** Those that a download goes out on. */
  readonly #downloads = new Set<Socket>();
  /** When each event was last logged with each code. */
  readonly #loggedAt = new Map<string, number>();

  constructor(options: BlobRouteOptions) {
    this.#options = { answerLimitMs: 30_000, stallLimitMs: 60_000, maxDownloads: 64, ...options };
  }

  /** Each download holds buffers, also while nobody reads it: there are only so many, and one on a socket, whose answers leave one by one. */
  async serve(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    if (request.method === "HEAD") return this.#answer(request, response, name);
    const { socket } = request;
    if (this.#downloads.has(socket) || this.#downloads.size >= this.#options.maxDownloads)
      return sendError(request, response, unavailable());
    this.#downloads.add(socket);
    try {
      await this.#answer(request, response, name);
    } finally {
      this.#downloads.delete(socket);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    // A client that has gone, or an answer that failed, ends the download from Azure.
    const ended = new AbortController();
    response.once("close", () => ended.abort());
    try {
      const store = this.#options.store();
      if (store === undefined) sendError(request, response, unavailable());
      else await this.#serve(request, response, name, store, ended.signal);
    } catch (error) {
      if (!ended.signal.aborted) this.#options.onError(error);
      if (response.headersSent) response.destroy();
      else sendError(request, response, { status: 500, error: "internal error" });
    }
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    store: BlobStore,
    ended: AbortSignal,
  ): Promise<void> {
    const { headers, method } = request;
    for (let attempt = 0; attempt < VERSIONS; attempt += 1) {
      let part: BlobPart | undefined;
      if (method === "HEAD" || needsVersion(request)) {
        const told = await this.#within(ended, (signal) => store.version(name, signal));
        if ("failure" in told) return this.#refuse(request, response, told.failure, ended);
        const version = told.value;
        const status = conditionStatus(headers, version);
        if (status === 304) return sendNotModified(response, version);
        if (status === 412) return sendError(request, response, PRECONDITION_FAILED);
        if (method === "HEAD") return sendHead(response, version);
        const range = rangeCounts(headers["if-range"], version, Date.now()) ? rangeOf(headers.range, version.size) : undefined;
        if (range === "none") return sendError(request, response, noSuchRange(version.size));
        part = { version, range };
      }
      const opened = await this.#within(ended, (signal) => store.open(name, signal, part));
      if ("value" in opened) return this.#send(request, response, opened.value, part, ended);
      // Replaced in between: what was told of it no longer counts.
      if (part === undefined || opened.failure.answer?.status !== 412)
        return this.#refuse(request, response, opened.failure, ended);
    }
    sendError(request, response, unavailable());
  }

  async #send(
    { socket }: IncomingMessage,
    response: ServerResponse,
    { version, body }: OpenBlob,
    part: BlobPart | undefined,
    ended: AbortSignal,
  ): Promise<void> {
    const { stallLimitMs } = this.#options;
    writeBlobHead(response, part?.version ?? version, part?.range);
    let written = socket.bytesWritten;
    // Also where Azure sends no more, the socket stands still.
    const pace = setInterval(() => {
      if (socket.bytesWritten - written < LEAST_BYTES) socket.destroy();
      written = socket.bytesWritten;
    }, stallLimitMs);
    body.once("error", () => {
      if (!ended.aborted) this.#warn("blob broke off", { link: "blobs", code: "ServiceUnavailable" });
    });
    // What has been promised by its length and cannot be kept must end as broken: a pipeline that fails destroys both its ends before it throws, so that
    // the answer counts as ended.
    try {
      await pipeline(body, response);
    } finally {
      clearInterval(pace);
    }
  }

  /** The time until Azure answers is limited; how long the body takes is not. */
  async #within<T>(ended: AbortSignal, ask: (signal: AbortSignal) => Promise<Try<T>>): Promise<Try<T>> {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new DOMException("no answer in time", "TimeoutError")),
      this.#options.answerLimitMs,
    );
    try {
      return await ask(AbortSignal.any([ended, late.signal]));
    } finally {
      clearTimeout(timer);
    }
  }

  #refuse(request: IncomingMessage, response: ServerResponse, failure: Failure, ended: AbortSignal): void {
    if (ended.aborted) return;
    const refusal = this.#options.explain(failure);
    const answer = answerTo(refusal, failure.answer);
    const { link, code, found = null } = refusal;
    // A blob that is not there is the asker's matter; everything else is for whoever runs this.
    if (answer.status !== 404 || code === "ContainerNotFound") this.#warn("blob not served", { link, code, found });
    sendError(request, response, answer);
  }

  #warn(event: string, fields: LogFields & { readonly code: string }): void {
    const reason = `${event} ${fields.code}`;
    const now = Date.now();
    if (Math.abs(now - (this.#loggedAt.get(reason) ?? Number.NEGATIVE_INFINITY)) < LOG_EVERY_MS) return;
    this.#loggedAt.set(reason, now);
    this.#options.log("warn", event, fields);
  }
}

/** Whether the answer depends on which version the blob has now. A plain GET takes whatever is there, in one question. */
function needsVersion({ headers }: IncomingMessage): boolean {
  const names = ["range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"] as const;
  return names.some((name) => headers[name] !== undefined);
}

function sendHead(response: ServerResponse, version: BlobVersion): void {
  writeBlobHead(response, version);
  response.end();
}
