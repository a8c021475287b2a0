// What a check is: what it asks, which rights that takes, the page that it rests on, and what it makes of the answer.
import type { StackFiles } from "../../rehearsal/stack";
import type { SignIn } from "../signIn";
import type { Azure } from "./azure";
import type { Outcome } from "./outcome";
import type { Plan } from "./plan";

export interface Context {
  readonly files: StackFiles;
  readonly plan: Plan;
  readonly signedIn: SignIn;
  readonly azure: Azure;
  /** The environment of this process, or what stands for it in a test. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of Pulumi.yaml. */
  readonly project: string;
}

export interface Check {
  /** What it is called in the output. */
  readonly id: string;
  /** What is asked, for docs/preflight.md. */
  readonly asks: string;
  /** Rights that it takes; none: nothing of Azure is asked. */
  readonly rights: readonly string[];
  readonly source: string;
  /** No outcome: it does not concern this stack. May throw `NoAnswer`, which makes it UNKNOWN. */
  run(context: Context): Promise<readonly Outcome[]> | readonly Outcome[];
}
