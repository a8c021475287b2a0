// One Pulumi policy for each rule that needs only planned resources: its level and whether it counts are set by its id, as for any policy.
import type { ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { CODES, type Rule, type RuleId } from "../chain";
import { ACCESS_RULES } from "../chain/rules/access";
import { DECLARED_RULES } from "../chain/rules/declared";
import { IDENTITY_RULES } from "../chain/rules/identity";
import { Observed } from "./observed";
import type { PlannedResource } from "./plan/planned";
import { ownViolations, type Violation, violations } from "./violations";

const CHAIN_RULES: Readonly<Record<string, Rule>> = { ...IDENTITY_RULES, ...ACCESS_RULES };

/** The rules of the chain that planned resources never show, and why: there is no policy for them. */
export const NOT_OFFERED = {
  WI028: "an address that none of the planned vaults has may be that of a vault which is there already",
  WI043: "an address that none of the planned storage accounts has may be that of an account which is there already",
  WI048: "a ServiceAccount that no planned pod uses may be for pods that something else puts into the cluster",
} as const satisfies Partial<Record<RuleId, string>>;

/** For one run: what one policy has observed, the others know. */
export function policies(): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const observed = new Observed();
  /** By URN: what a resource shows by itself, and the rules that have asked. What was said then is not said again at the end. */
  const own = new Map<string, { readonly found: readonly Violation[]; readonly asked: Set<string> }>();
  let last: { readonly version: number; readonly found: readonly Violation[] } | undefined;
  const atTheEnd = (resources: () => readonly PlannedResource[]) => {
    // Each rule is asked by itself, and the answer to all of them is the same.
    if (last?.version !== observed.version) last = { version: observed.version, found: violations(resources()) };
    return last.found.filter(
      ({ urn, rule, property }) => !own.get(urn)?.found.some((one) => one.rule === rule && one.property === property),
    );
  };
  const ownOf = (args: ResourceValidationArgs, id: string) => {
    const known = own.get(args.urn);
    // All rules ask of each resource. One that asks again does so of the resource as it is by then.
    if (known !== undefined && !known.asked.has(id)) {
      known.asked.add(id);
      return known.found;
    }
    const found = ownViolations(observed.add(args));
    own.set(args.urn, { found, asked: new Set([id]) });
    return found;
  };
  const ofRule = (id: string, rule: Rule): StackValidationPolicy => ({
    ...description(id, rule),
    validateStack: ({ resources }, report) => {
      for (const violation of atTheEnd(() => observed.all(resources)))
        if (violation.rule === id) report(textOf(violation), violation.urn);
    },
  });
  return [
    ...Object.entries(DECLARED_RULES).map(([id, rule]) => ({
      ...ofRule(id, rule),
      validateResource: ((args, report) => {
        for (const violation of ownOf(args, id)) if (violation.rule === id) report(textOf(violation));
      }) satisfies ResourceValidationPolicy["validateResource"],
    })),
    ...Object.entries(CHAIN_RULES)
      .filter(([id]) => !(id in NOT_OFFERED))
      .map(([id, rule]) => ofRule(id, rule)),
  ];
}

function description(id: string, { title, code, fix, source, severity = "error" }: Rule) {
  return {
    name: id,
    description: title,
    enforcementLevel: severity === "error" ? "mandatory" : "advisory",
    remediationSteps: fix ?? CODES[code].fix,
    url: source,
  } as const;
}

/** What the engine shows below the rule's title and above the next resource. */
function textOf({ property, expected, actual, code, fix, source }: Violation): string {
  const shows = code === null ? "" : `\nShown without this policy as: ${code}`;
  return `${property}: expected ${expected}, found ${actual}${shows}\nFix: ${fix}\nSee: ${source}`;
}
