// The shape of a rule. One table a kind of mistake lies beside this file; ../rules.ts puts them together.
import type { Code } from "../codes";
import type { Finding } from "../model";

export interface Rule {
  /** What must hold, as a sentence without its full stop; it can follow a colon in lower case. */
  readonly title: string;
  /** What a pod shows when it does not hold. */
  readonly code: Code;
  /** How programs come to break it, in one sentence. */
  readonly cause: string;
  /** What to change, where it differs from the code's own advice. */
  readonly fix?: string;
  /** The thread or the page where it is seen or said. */
  readonly source: string;
  /** What a warning says, with what was found after it; a rule that only ever fails needs none. */
  readonly warning?: string;
  /** A warning never makes a report fail: the pod runs. Default: an error. */
  readonly severity?: Finding["severity"];
}

/** An entry that explains what only Azure or a real cluster can answer: no check of a program gives it. */
export type Explanation = Omit<Rule, "warning" | "severity">;

export const AWI_ISSUES = "https://github.com/Azure/azure-workload-identity/issues";
