// What a check comes to.
export type Status = "PASS" | "FAIL" | "UNKNOWN";

export interface Outcome {
  readonly status: Status;
  /** What was seen. */
  readonly seen: string;
  /** A command to run, or a config key to set. PASS has none. */
  readonly fix?: string;
}

export const pass = (seen: string): Outcome => ({ status: "PASS", seen });
export const fail = (seen: string, fix: string): Outcome => ({ status: "FAIL", seen, fix });
export const unknown = (seen: string, fix?: string): Outcome =>
  fix === undefined ? { status: "UNKNOWN", seen } : { status: "UNKNOWN", seen, fix };
