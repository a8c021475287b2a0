// What the rules of the chain say of the resources that a program plans.
import {
  checkDeclared,
  checkPod,
  eachOnce,
  type Finding,
  isMeantForWorkloadIdentity,
  notSaid,
  RULES,
  type RuleId,
} from "../chain";
import { chainModels } from "./plan/chainModels";
import { Plan } from "./plan/plan";
import { labelOf, type PlannedResource } from "./plan/planned";

/** One mistake: `resource` is `type::name`, as in a rehearsal's findings. */
export interface Violation extends Finding {
  readonly urn: string;
  /** The thread or page where the mistake is seen or said. */
  readonly source: string;
}

/** What one resource shows by itself, with nothing known of the others. */
export function ownViolations(resource: PlannedResource): Violation[] {
  const plan = new Plan([{ ...resource, propertyDependencies: {}, dependencies: [] }]);
  return asViolations(
    plan,
    chainModels(plan).flatMap((model) => checkDeclared(model)),
  );
}

/** Each mistake once, however many pods it breaks; nothing about what a preview does not know. */
export function violations(resources: readonly PlannedResource[]): Violation[] {
  const plan = new Plan(resources);
  const found = chainModels(plan).flatMap((model) => {
    const ofChain = model.pods
      .filter((pod) => isMeantForWorkloadIdentity(model, pod))
      .flatMap((pod) => checkPod(model, pod).flatMap(({ finding }) => finding ?? []));
    return [...ofChain, ...notSaid(checkDeclared(model), ofChain)];
  });
  return asViolations(plan, found);
}

function asViolations(plan: Plan, found: readonly Finding[]): Violation[] {
  return eachOnce(found).map((finding) => {
    const planned = plan.find(finding.resource);
    const resource = planned === undefined ? finding.resource : labelOf(planned);
    return { ...finding, resource, urn: planned?.urn ?? "", source: sourceOf(finding) };
  });
}

function sourceOf({ rule }: Finding): string {
  return RULES[rule as RuleId].source;
}
