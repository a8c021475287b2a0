// What an emulated host is: a function from a request, addressed as in production, to a response. Nothing here knows sockets.
import type { Network } from "./network";

export interface EmulatedRequest {
  /** Name of the client that sent it, as registered with `Network.clientUrl`. */
  readonly client: string;
  readonly method: string;
  /** The production URL. Repeated slashes of the path are collapsed: an Azure client sends `//subscriptions/…`. */
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came. */
  readonly bytes: Buffer;
  /** The body as UTF-8 text. */
  readonly body: string;
}

/** A request whose text is decoded only when a handler reads it: an upload is no text, and may be large. */
export function emulatedRequest(head: Omit<EmulatedRequest, "bytes" | "body">, bytes: Buffer): EmulatedRequest {
  let text: string | undefined;
  return {
    ...head,
    bytes,
    get body() {
      text ??= bytes.toString("utf8");
      return text;
    },
  };
}

export interface EmulatedResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Text and bytes are sent as they are, any other object as JSON. Bytes may also come one after the other, from what is larger than
   * memory: `headers` then say its `content-length`.
   */
  readonly body?: string | Buffer | AsyncIterable<Buffer> | object;
  /** AADSTS number or Azure error code, for the log of calls; never sent. */
  readonly code?: string | null;
}

export type HostHandler = (request: EmulatedRequest) => Promise<EmulatedResponse> | EmulatedResponse;

export interface EmulatedHost {
  /** A host name; a leading `*` stands for exactly one label, as in a certificate. */
  readonly pattern: string;
  readonly handle: HostHandler;
  /** Only the instance metadata service is plain HTTP. Defaults to `"https"`. */
  readonly scheme?: "http" | "https";
  /** The largest request body that is read, in bytes. Defaults to `BODY_LIMIT_BYTES`. */
  readonly bodyLimitBytes?: number;
  /** Called once when the network is up, for a host that itself makes requests. */
  readonly started?: (network: Network) => void;
}

/** A response made up for one request, so that tests can throttle, break or garble a service. Undefined: the host answers. */
export type Fault = (request: EmulatedRequest) => EmulatedResponse | undefined;

export function hostMatches(pattern: string, host: string): boolean {
  const name = host.toLowerCase();
  if (!pattern.startsWith("*.")) return name === pattern;
  const border = name.indexOf(".");
  return border > 0 && name.slice(border) === pattern.slice(1);
}

/** An error as Azure Resource Manager and Key Vault write it. The SDKs read any other body, or none, badly. */
export function azureError(
  status: number,
  code: string,
  message: string,
  extra: { readonly innererror?: { readonly code: string }; readonly headers?: Readonly<Record<string, string>> } = {},
): EmulatedResponse {
  const { innererror, headers } = extra;
  const error = innererror === undefined ? { code, message } : { code, message, innererror };
  return { status, body: { error }, code: innererror?.code ?? code, ...(headers === undefined ? {} : { headers }) };
}

export const HOST_REFUSED = "HostNotInRehearsal";
