// What was read, or why not: every question that this command asks may be refused, and a link that could not be read is not a broken one.
import { z } from "zod";
import { withoutTokens } from "../../chain";
import { jsonOf } from "../../rehearsal/asking";
import { UsageError } from "../../rehearsal/usageError";
import { settled } from "../settled";

/** Why something could not be read. */
export interface Unread {
  readonly reason: string;
  /** What it takes to read it, as one would grant it. */
  readonly right: string;
  /** Status of the answer, where there was one. */
  readonly status?: number;
}

export type Reading<T> = { readonly value: T } | { readonly unread: Unread };

/** The same question asked by two links is asked once. */
export class Readings {
  readonly #asked = new Map<string, Promise<Reading<unknown>>>();

  constructor(
    /** Ends everything at once. */
    readonly signal: AbortSignal,
    /** The longest that one answer may take, in seconds. */
    readonly limitSeconds: number,
  ) {}

  /**
   * `right` is what it takes, `question` what is asked where the same right answers several (default: the right).
   * Throws for a sign-in that Azure does not know, and for an interruption; everything else is unread.
   */
  read<T>(
    { right, question = right }: { readonly right: string; readonly question?: string },
    shape: z.ZodType<T>,
    ask: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<Reading<T>> {
    const known = this.#asked.get(question);
    // What is asked under one name has one shape.
    if (known !== undefined) return known as Promise<Reading<T>>;
    const asked = this.#ask(right, shape, ask);
    this.#asked.set(question, asked);
    return asked;
  }

  async #ask<T>(right: string, shape: z.ZodType<T>, ask: (signal: AbortSignal) => Promise<unknown>): Promise<Reading<T>> {
    const limit = AbortSignal.timeout(this.limitSeconds * 1000);
    try {
      const value = shape.safeParse(await settled(ask, AbortSignal.any([this.signal, limit])));
      if (value.success) return { value: value.data };
      const at = value.error.issues[0];
      const place = at === undefined || at.path.length === 0 ? "" : ` (${at.path.join(".")}: ${at.message})`;
      return { unread: { reason: `the answer is not what was asked for${place}`, right } };
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof UsageError) throw error;
      if (limit.aborted) return { unread: { reason: `no answer within ${this.limitSeconds} seconds`, right } };
      return { unread: { right, ...whyNot(error) } };
    }
  }
}

const restError = z.looseObject({ statusCode: z.number(), code: z.string().optional(), message: z.string() });
const apiError = z.looseObject({ code: z.number(), body: z.unknown() });
const statusBody = z.looseObject({ message: z.string() });

function whyNot(error: unknown): { readonly reason: string; readonly status?: number } {
  const azure = restError.safeParse(error);
  if (azure.success) {
    const { statusCode: status, code = "", message } = azure.data;
    if (status === 401)
      throw new UsageError(
        `Azure does not accept the sign-in: ${firstLine(message)}`,
        "sign in again, az login for example, to the tenant of the stack's subscription",
      );
    if (code === "SubscriptionNotFound")
      throw new UsageError(
        `Azure knows no such subscription for whoever is signed in: ${firstLine(message)}`,
        "az account list --all names those that you see: sign in to the tenant of the stack's subscription",
      );
    return { status, reason: `Azure answers ${status}${code === "" || code === String(status) ? "" : ` ${code}`}` };
  }
  const kubernetes = apiError.safeParse(error);
  if (kubernetes.success) {
    const { code: status, body } = kubernetes.data;
    const said = statusBody.safeParse(typeof body === "string" ? jsonOf(body) : body).data?.message;
    return { status, reason: `the API server answers ${status}${said === undefined ? "" : `: ${firstLine(said)}`}` };
  }
  return { reason: firstLine(causeOf(error)) };
}

/** Clients say "fetch failed" and keep what happened in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${causeOf(error.cause)}` : error.message;
}

const LONGEST = 200;

function firstLine(text: string): string {
  const line = withoutTokens(text).trim().split(/\r?\n/)[0] ?? "";
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
