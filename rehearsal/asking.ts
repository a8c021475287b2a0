// Asks a pod as a person with a browser would.
export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly json: unknown;
  /** What went wrong where there is no whole answer. */
  readonly broken?: string;
}
export type Ask = (url: string) => Promise<Answer>;

/** An answer that does not come, or breaks off, is an answer too; only an interruption of the rehearsal is an error. */
export async function get(url: string, limit: AbortSignal, interrupted: AbortSignal): Promise<Answer> {
  try {
    const answer = await fetch(url, { headers: { connection: "close" }, signal: limit });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get("content-type"), text, json: jsonOf(text) };
  } catch (error) {
    interrupted.throwIfAborted();
    const broken = `no whole answer: ${error instanceof Error ? error.message : String(error)}`;
    return { status: 0, type: null, text: "", json: undefined, broken };
  }
}

/** Undefined for text that is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
