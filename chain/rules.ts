// The rules of a working chain, and what a broken one is reported as. Each mistake has one rule, whose text stands in one table of rules/
// and nowhere else; what a code means at run time stands in codes.ts.
import { CODES, type Code } from "./codes";
import type { Finding } from "./model";
import { ACCESS_RULES } from "./rules/access";
import { DECLARED_RULES } from "./rules/declared";
import { DEPLOYED_RULES } from "./rules/deployed";
import { IDENTITY_RULES } from "./rules/identity";
import { PROGRAM_RULES } from "./rules/program";
import type { Rule } from "./rules/rule";
import { RUN_RULES } from "./rules/run";

export type { Rule } from "./rules/rule";

/** By id. An id never changes its meaning, and is not used again when its rule goes. */
export const RULES = {
  ...IDENTITY_RULES,
  ...ACCESS_RULES,
  ...DECLARED_RULES,
  ...RUN_RULES,
  ...DEPLOYED_RULES,
  ...PROGRAM_RULES,
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;

export interface Place {
  readonly resource: string;
  readonly property: string;
  readonly expected: string;
  readonly actual: string;
  /** The code that a pod shows, where it is not always the rule's. */
  readonly code?: Code;
  readonly fix?: string;
  /** Where it is not always the rule's. */
  readonly severity?: Finding["severity"];
}

/** A title as it follows a colon or stands in brackets. */
function lowered(title: string): string {
  return `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}

/** How a check of a single value names the rule that it breaks, after "must be". Its source is the page to name beside it. */
export function asRuleSays(rule: RuleId): string {
  return `as ${rule} says (${lowered(RULES[rule].title)})`;
}

/** The finding of one broken rule at one place. */
export function finding(rule: RuleId, { resource, property, expected, actual, code, fix, severity }: Place): Finding {
  const { title, code: usual, fix: ruleFix, warning, severity: ruleSeverity = "error" }: Rule = RULES[rule];
  const graded = severity ?? ruleSeverity;
  const broken = `Does not hold: ${lowered(title)}`;
  return {
    rule,
    severity: graded,
    // A pod that runs shows nothing.
    code: graded === "warning" ? null : (code ?? usual),
    message: graded === "warning" && warning !== undefined ? `${warning}: ${actual}` : broken,
    resource,
    property,
    expected,
    actual,
    fix: fix ?? ruleFix ?? CODES[code ?? usual].fix,
  };
}
