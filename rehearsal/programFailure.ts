// Which rules a program breaks that failed: by what was registered until then, and by what it was refused for.
import { checkDeclared, eachOnce, type Finding, finding, RULES, type RuleId } from "../chain";
import { clusterStates, clusters } from "./chainModel";
import type { EmulatedCloud } from "./cloud/emulatedCloud";
import { UsageError } from "./usageError";

/** Refusals by their words. */
const REFUSALS: readonly (readonly [RegExp, RuleId])[] = [
  [/must have exactly one audience/, "WI070"],
  [/`selector` does not match template `labels`/, "WI058"],
];

/** The same error with the rules that explain it, or the error itself where none does. */
export function withRules(error: UsageError, cloud: EmulatedCloud): UsageError {
  const refused = REFUSALS.filter(([words]) => words.test(error.message)).map(([, rule]) => `${rule}: ${RULES[rule].title}`);
  const seen = eachOnce(registered(cloud)).map(
    ({ rule, message, resource, property, expected, actual, fix }) =>
      `${rule}: ${message}\n    ${resource}, ${property}: expected ${expected}, got ${actual}\n    ${fix}`,
  );
  const told = [...refused, ...seen];
  return told.length === 0 ? error : new UsageError([error.message, ...told].join("\n  "), error.fix);
}

// Only what needs nothing that was still to come.
function registered(cloud: EmulatedCloud): Finding[] {
  const switches = clusters(cloud)
    .filter(({ link }) => !link.oidcIssuerEnabled)
    .map(({ link: { resource } }) =>
      finding("WI008", { resource, property: "oidcIssuerProfile.enabled", expected: "true", actual: "false" }),
    );
  return [...switches, ...declared(cloud)];
}

function declared(cloud: EmulatedCloud): Finding[] {
  try {
    const found = clusterStates(cloud).flatMap(({ model }) => checkDeclared(model));
    return found.filter(({ severity }) => severity === "error");
  } catch (error) {
    // A workload that no pods can come from is told where the program runs through.
    if (error instanceof UsageError) return [];
    throw error;
  }
}
