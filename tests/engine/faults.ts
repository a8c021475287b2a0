// Faults of Azure, at one operation of one resource.
import { AzureError } from "../../rehearsal/cloud/azureError";
import type { Operation, Verb } from "../../rehearsal/cloud/operations";
import type { EngineRun } from "../../rehearsal/engine/session";
import type { TestStack } from "./testStack";

/** An operation of a run: which resource, and what was done to it. */
export interface Target {
  readonly verb: Verb;
  readonly declared: string;
}

export const INJECTED = "the disk of the fabric controller is full";

const injected = () => new AzureError(500, "InternalServerError", INJECTED);

/** The operations of one kind that a run performs, in their order. */
export async function targetsOf(stack: TestStack, verb: Verb, run: () => Promise<EngineRun>): Promise<Target[]> {
  const found: Target[] = [];
  const remove = stack.cloud.operations.add({
    after: (operation) => void (operation.verb === verb && found.push({ verb, declared: operation.declared })),
  });
  try {
    const { code, output } = await run();
    if (code !== 0) throw new Error(output);
  } finally {
    remove();
  }
  return found;
}

const isAt = ({ verb, declared }: Target, operation: Operation) => operation.verb === verb && operation.declared === declared;

/** Azure refuses the operation, as long as `during` lasts. */
export async function refusing<T>(
  { cloud }: TestStack,
  target: Target,
  during: () => Promise<T>,
  error: () => Error = injected,
): Promise<T> {
  const remove = cloud.operations.add({
    before: (operation) => {
      if (isAt(target, operation)) throw error();
    },
  });
  return during().finally(remove);
}

/** Azure does what it is told, and the answer never arrives. */
export async function losingAnswers<T>({ cloud }: TestStack, target: Target, during: () => Promise<T>): Promise<T> {
  const remove = cloud.operations.add({
    after: (operation) => {
      if (isAt(target, operation)) throw injected();
    },
  });
  return during().finally(remove);
}

/** The Pulumi name in `type::name`. */
export const nameOf = ({ declared }: Pick<Target, "declared">): string => declared.slice(declared.lastIndexOf("::") + 2);

/** What is wrong with how a run told of the fault: it names the resource and the cause. */
export function badlyTold({ code, output, messages }: EngineRun, target: Target): string[] {
  const { declared } = target;
  const urns = messages.filter(({ severity, text }) => severity === "error" && text.includes(INJECTED)).map(({ urn }) => urn);
  return [
    ...(code === 0 || code === undefined ? [`exit code ${code}`] : []),
    ...(urns.some((urn) => urn.endsWith(`::${nameOf(target)}`)) ? [] : [`no error at ${declared} tells the cause`]),
    ...(output.includes(nameOf(target)) && output.includes(INJECTED) ? [] : ["the output names neither resource nor cause"]),
  ];
}
