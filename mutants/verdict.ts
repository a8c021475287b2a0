// Whether a stage caught a mistake: only by its own rule, on the resource that a person has to change.
import { likelyMistakes, type RuleId, recognise } from "../chain";
import type { Mistake } from "./mistakes";
import type { Plant } from "./plant";

/** In the order in which they come before `pulumi up`. */
export const STAGES = ["types", "component", "policy", "rehearsal"] as const;
export type Stage = (typeof STAGES)[number];

/** Who caught a mistake that was refused in words of which the catalogue has no rule. */
export const REFUSED = "refused";

/** What a stage said about a program. */
export interface Observation {
  readonly findings: readonly {
    readonly rule: string;
    /** `type::name`. */
    readonly resource: string;
    readonly severity: "error" | "warning";
  }[];
  /** Why the compiler or the program went no further. Default: it did. */
  readonly refusal?: string;
}

export type Verdict =
  | { readonly kind: "caught"; readonly by: string }
  /** Something was said, and not what it was about. */
  | { readonly kind: "wrong rule"; readonly by: string }
  | { readonly kind: "missed" }
  /** The stage cannot see it: there is no component, no text was changed, or the program ended before. */
  | { readonly kind: "does not apply" };

export function judgeAll(
  mistake: Mistake,
  plant: Plant,
  seen: Readonly<Record<Stage, Observation | undefined>>,
): Record<Stage, Verdict> {
  return {
    types: judgeTypes(plant, seen.types),
    component: judge(mistake, plant, seen.component),
    policy: judge(mistake, plant, seen.policy),
    rehearsal: judge(mistake, plant, seen.rehearsal),
  };
}

export function judge(mistake: Mistake, plant: Plant, seen: Observation | undefined): Verdict {
  if (seen === undefined) return { kind: "does not apply" };
  const { findings, refusal } = seen;
  const rules: readonly string[] = plant.rules ?? mistake.rules;
  const right = findings.find(({ rule, resource }) => rules.includes(rule) && plant.at.includes(resource));
  if (right !== undefined) return { kind: "caught", by: right.rule };
  if (refusal !== undefined) return judgeRefusal(mistake, plant, refusal);
  if (findings.length === 0) return { kind: "missed" };
  return { kind: "wrong rule", by: [...new Set(findings.map(({ rule, resource }) => `${rule} ${resource}`))].join(", ") };
}

function judgeRefusal(mistake: Mistake, plant: Plant, text: string): Verdict {
  const expected = plant.refusal ?? mistake.refusal;
  const [first = ""] = text.split("\n");
  return expected?.test(text) === true && plant.at.some((resource) => text.includes(resource))
    ? { kind: "caught", by: ruleIn(text, plant.rules ?? mistake.rules) ?? REFUSED }
    : { kind: "wrong rule", by: first };
}

/** The rule that a refusal names, or that `npm run explain` names for it. */
function ruleIn(text: string, rules: readonly RuleId[]): RuleId | undefined {
  const explained = recognise(text).errors.flatMap(({ code, presented }) => likelyMistakes(code, presented));
  return rules.find((rule) => text.includes(`as ${rule} says`)) ?? rules.find((rule) => explained.includes(rule));
}

/** The compiler has no rules: it must complain of the file that holds the mistake. */
function judgeTypes({ edits }: Plant, seen: Observation | undefined): Verdict {
  if (seen === undefined) return { kind: "does not apply" };
  const { refusal } = seen;
  if (refusal === undefined) return { kind: "missed" };
  const [file, , code = ""] = refusal.split(/:\s?/);
  return edits.some((edit) => (edit.file ?? "index.ts") === file)
    ? { kind: "caught", by: code }
    : { kind: "wrong rule", by: refusal };
}

export function firstCaught(verdicts: Readonly<Record<Stage, Verdict>>): Stage | undefined {
  return STAGES.find((stage) => verdicts[stage].kind === "caught");
}
