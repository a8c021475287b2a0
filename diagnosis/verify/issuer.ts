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
import { jsonOf } from "../../rehearsal/asking";
import type { Readings, Unread } from "./reading";
import { broken, holds, unknown, type VerifiedLink } from "./report";

const documentShape = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });
const keysShape = z.looseObject({ keys: z.array(z.looseObject({ kid: z.string() })) });
const answerShape = z.object({ status: z.number(), text: z.string() });

const DOCUMENT = "issuer document";
const KEYS = "issuer keys";

/** Both are public: what the issuer answers to anybody, it answers to Entra ID. Where no answer comes, this machine's network may be the reason. */
export async function issuerLinks(
  issuer: string,
  readings: Readings,
  httpClient: HttpClient = createDefaultHttpClient(),
): Promise<VerifiedLink[]> {
  const url = discoveryUrl(issuer);
  const resource = `issuer ${issuer}`;
  const document = await read(url, documentShape, readings, httpClient);
  if ("unread" in document) return [unknown(DOCUMENT, issuer, document.unread)];
  if ("wrong" in document)
    return [broken(DOCUMENT, finding("WI190", { resource, property: url, expected: issuer, actual: document.wrong }))];
  const { issuer: named, jwks_uri: keysUrl } = document.value;
  const link =
    named === issuer
      ? holds(DOCUMENT, issuer)
      : broken(DOCUMENT, finding("WI190", { resource, property: "issuer", expected: issuer, actual: named }));
  const expected = "at least one key";
  const keys = await read(keysUrl, keysShape, readings, httpClient);
  if ("unread" in keys) return [link, unknown(KEYS, expected, keys.unread)];
  const count = "value" in keys ? keys.value.keys.length : 0;
  const found = "wrong" in keys ? keys.wrong : `${count} ${count === 1 ? "key" : "keys"}`;
  return [
    link,
    count > 0
      ? holds(KEYS, expected, found)
      : broken(KEYS, finding("WI191", { resource, property: keysUrl, expected, actual: found })),
  ];
}

type Answer<T> = { readonly value: T } | { readonly wrong: string } | { readonly unread: Unread };

async function read<T>(url: string, shape: z.ZodType<T>, readings: Readings, httpClient: HttpClient): Promise<Answer<T>> {
  if (!URL.canParse(url)) return { wrong: "this is no address" };
  const answer = await readings.read({ right: `a way to ${url} from here`, question: url }, answerShape, (signal) =>
    get(url, signal, httpClient),
  );
  if ("unread" in answer) return answer;
  const { status, text } = answer.value;
  if (status !== 200) return { wrong: `it answers ${status}` };
  const { success, data } = shape.safeParse(jsonOf(text));
  return success ? { value: data } : { wrong: "it answers with something else" };
}

/** With the proxy of HTTPS_PROXY, as the SDKs. */
async function get(url: string, abortSignal: AbortSignal, httpClient: HttpClient): Promise<z.infer<typeof answerShape>> {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 1 } });
  const { status, bodyAsText } = await pipeline.sendRequest(httpClient, createPipelineRequest({ url, abortSignal }));
  return { status, text: bodyAsText ?? "" };
}
