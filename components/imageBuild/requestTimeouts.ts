import type { HttpClient } from "@azure/core-rest-pipeline";

/**
 * The same client with time-outs that hold nobody up. The SDK's own timer of a request goes on when its connection has failed, and keeps the program, and so
 * `pulumi up`, waiting for the whole time-out. https://github.com/Azure/azure-sdk-for-js (nodeHttpClient)
 */
export function withIdleTimeouts(inner: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const { timeout, abortSignal } = request;
      const end = new AbortController();
      let reject: (reason: Error) => void = () => {};
      const ended = new Promise<never>((_, refuse) => {
        reject = refuse;
      });
      const abort = () => {
        end.abort();
        // A client may hang all the same, as one does behind a proxy that refuses in two packets.
        reject(Object.assign(new Error("The request was ended."), { name: "AbortError" }));
      };
      const timer = timeout > 0 ? setTimeout(abort, timeout) : undefined;
      ended.catch(() => {});
      abortSignal?.addEventListener("abort", abort);
      if (abortSignal?.aborted) abort();
      try {
        request.timeout = 0;
        request.abortSignal = end.signal;
        return await Promise.race([inner.sendRequest(request), ended]);
      } finally {
        clearTimeout(timer);
        abortSignal?.removeEventListener("abort", abort);
        // A policy may send the request again.
        request.timeout = timeout;
        if (abortSignal === undefined) delete request.abortSignal;
        else request.abortSignal = abortSignal;
      }
    },
  };
}
