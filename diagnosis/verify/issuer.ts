// What Entra ID reads of an issuer before it trusts a token: the discovery document, and the keys that it names.
// https://learn.microsoft.com/azure/aks/use-oidc-issuer
import {
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
} from "@azure/core-rest-pipeline";
import { z } from "zod";
import { discoveryUrl, finding } from "../../chain";
import type { Readings } from "./reading";
import { broken, holds, type VerifiedLink } from "./report";

const documentShape = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });
const keysShape = z.looseObject({ keys: z.array(z.looseObject({ kid: z.string() })) });

/** Both are public: what cannot be read is broken, for Entra ID cannot read it either. */
export async function issuerLinks(
  issuer: string,
  readings: Readings,
  httpClient: HttpClient = createDefaultHttpClient(),
): Promise<VerifiedLink[]> {
  const get = (url: string, shape: z.ZodType) => readings.read({ right: url }, shape, (signal) => json(url, signal, httpClient));
  const url = discoveryUrl(issuer);
  const resource = `issuer ${issuer}`;
  const document = await get(url, documentShape);
  if ("unread" in document) {
    const place = { resource, property: url, expected: issuer, actual: document.unread.reason };
    return [broken("issuer document", finding("WI190", place))];
  }
  const { issuer: named, jwks_uri: keysUrl } = documentShape.parse(document.value);
  const link =
    named === issuer
      ? holds("issuer document", issuer)
      : broken("issuer document", finding("WI190", { resource, property: "issuer", expected: issuer, actual: named }));
  const keys = await get(keysUrl, keysShape);
  const count = "value" in keys ? keysShape.parse(keys.value).keys.length : 0;
  const found = "unread" in keys ? keys.unread.reason : `${count} ${count === 1 ? "key" : "keys"}`;
  const expected = "at least one key";
  return [
    link,
    count > 0
      ? holds("issuer keys", expected, found)
      : broken("issuer keys", finding("WI191", { resource, property: keysUrl, expected, actual: found })),
  ];
}

/** With the proxy of HTTPS_PROXY, as the SDKs. */
async function json(url: string, abortSignal: AbortSignal, httpClient: HttpClient): Promise<unknown> {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 1 } });
  const { status, bodyAsText } = await pipeline.sendRequest(httpClient, createPipelineRequest({ url, abortSignal }));
  if (status !== 200) throw new Error(`it answers ${status}`);
  try {
    return JSON.parse(bodyAsText ?? "");
  } catch {
    throw new Error("it answers with something else than JSON");
  }
}
