import type { Code, RuleId } from "../../chain";
import type { Additions, Changes } from "../support/chainModel";

/** One mistake in a chain that works, and what the one finding about it says. */
export interface RuleCase {
  readonly mistake: string;
  readonly changes: Changes;
  readonly more?: Additions;
  readonly finds: readonly [rule: RuleId, code: Code, resource: string, property: string, expected: string, actual: string];
}
