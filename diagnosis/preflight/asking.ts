// Asking Azure something that may be refused, late or garbled: every way in which it does not answer, as one sentence.
import { isRestError, type PipelinePolicy, type PipelineRequest, type RestError } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { withoutTokens } from "../../chain";
import { UsageError } from "../../rehearsal/usageError";
import { settled } from "../settled";
import { type Outcome, unknown } from "./outcome";

/** Azure did not say what was asked. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  constructor(
    message: string,
    /** Undefined: no answer came, or it was none of Azure's. */
    readonly status: number | undefined,
    /** Azure's code, such as `AuthorizationFailed`. */
    readonly code: string | undefined,
    readonly fix: string | undefined,
  ) {
    super(message);
  }
}

export interface Question {
  /** The right that the question takes, such as `Microsoft.Compute/skus/read`. */
  readonly action: string;
  /** What is asked for, in words: "the quotas of westeurope". */
  readonly what: string;
}

/** How long one question may take with all its repetitions, in seconds. */
export const ANSWER_SECONDS = 60;
/** The longest Retry-After that is waited for, in seconds. */
export const WAIT_SECONDS = 20;

/** Bodies of refusals, by request: errors of the newer SDKs do not keep them. */
const REFUSALS = new WeakMap<PipelineRequest, string>();

class Garbled extends Error {}
class Throttled extends Error {}

/**
 * For each try of a request, inside the SDK's own repetitions: an answer that is not Azure's, such as a proxy's sign-in page, and one that asks for a longer wait
 * than anybody has. What is no error of the SDK's own ends its repetitions.
 */
export function watchAnswers(waitSeconds = WAIT_SECONDS): PipelinePolicy {
  return {
    name: "watchAnswers",
    async sendRequest(request, next) {
      const response = await next(request);
      const type = response.headers.get("content-type") ?? "";
      if (response.status >= 400) REFUSALS.set(request, response.bodyAsText ?? "");
      const isText = (response.bodyAsText ?? "") !== "";
      if (isText && !/json/i.test(type))
        throw new Garbled(`its answer (${response.status}) is no JSON but ${type === "" ? "of no type" : type}`);
      const wait = Number(response.headers.get("retry-after"));
      if ((response.status === 429 || response.status === 503) && wait > waitSeconds)
        throw new Throttled(`${response.status}: it asks to wait for ${wait} seconds`);
      return response;
    },
  };
}

/** Throws `NoAnswer`, and nothing else, where Azure does not say it. */
export async function ask<T>(
  { action, what }: Question,
  question: (signal: AbortSignal) => Promise<T>,
  seconds = ANSWER_SECONDS,
): Promise<T> {
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    return await settled(question, signal);
  } catch (error) {
    if (signal.aborted) throw none(what, `no answer within ${seconds} seconds`);
    if (error instanceof Garbled)
      throw none(what, error.message, "a proxy between here and management.azure.com may want a sign-in");
    if (error instanceof Throttled) throw none(what, error.message, "run it again later");
    if (error instanceof UsageError) throw none(what, error.message, error.fix);
    if (isRestError(error)) throw refused(action, what, error);
    throw none(what, error instanceof Error ? error.message : String(error));
  }
}

function none(what: string, why: string, fix?: string): NoAnswer {
  return new NoAnswer(`${what}: ${withoutTokens(why)}`, undefined, undefined, fix);
}

const bodyShape = z.looseObject({ error: z.looseObject({ message: z.string() }) });

/** Azure's own words: of a list, an SDK says only that it failed. */
function wordsOf({ message, request, response }: RestError): string {
  let body: unknown;
  try {
    body = JSON.parse((request && REFUSALS.get(request)) ?? response?.bodyAsText ?? "");
  } catch {
    body = undefined;
  }
  const [line = ""] = (bodyShape.safeParse(body).data?.error.message ?? message).split(/\r?\n/);
  return withoutTokens(line);
}

function refused(action: string, what: string, error: RestError): NoAnswer {
  const { statusCode: status, code } = error;
  const text = wordsOf(error);
  const make = (seen: string, fix?: string) => new NoAnswer(`${what}: ${seen}`, status, code, fix);
  if (status === undefined) return make(`no answer: ${text}`, "check the network, and HTTPS_PROXY");
  if (status === 401)
    return make(`401 ${code ?? ""}: the sign-in does not count here`, "sign in again, to the tenant of the subscription");
  if (status === 403) return make(`403: you lack the right ${action}`, "the role Reader on the subscription has it");
  if (status === 429) return make("429: Azure throttles, also after several tries", "run it again later");
  if (status >= 500)
    return make(
      `${status}, also after several tries`,
      "run it again; https://azure.status.microsoft says whether Azure has an outage",
    );
  return make(`${status} ${code ?? ""}: ${text}`);
}

/** An outcome that Azure does not give is UNKNOWN; the others of its check go on. */
export function orUnknown(outcome: Promise<Outcome>): Promise<Outcome> {
  return outcome.catch((error: unknown) => {
    if (error instanceof NoAnswer) return unknown(error.message, error.fix);
    throw error;
  });
}
