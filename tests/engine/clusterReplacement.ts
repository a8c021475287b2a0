// What tests of a cluster's replacement share.
import { strict as assert } from "node:assert";
import { AzureError } from "../../rehearsal/cloud/azureError";
import type { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import type { Verb } from "../../rehearsal/cloud/operations";
import type { EngineRun } from "../../rehearsal/engine/session";
import { commandsOf } from "./runbook";
import { stateOf } from "./stackState";
import type { TestStack } from "./testStack";

/** The runbook's commands, all of which the tests run. */
const [REPLACE_COMMANDS = "", ...FURTHER] = commandsOf("Replacing the cluster");
assert.deepEqual(FURTHER, [], "the runbook's section has commands that no test runs");
export const REPLACE = REPLACE_COMMANDS;
/** Without the one for a cluster that is protected. */
export const REPLACE_UNPROTECTED = REPLACE.replace(/^.*only where the cluster is protected.*\n/m, "");

export async function works(run: Promise<EngineRun>): Promise<void> {
  const { code, output } = await run;
  assert.equal(code, 0, output);
}

export const generation = (stack: TestStack, number: number, base: readonly string[]) =>
  stack.set(...base, `clusterGeneration=${number}`);

/** What Azure made for itself, such as the group of a cluster's nodes, is in no state. */
function declared({ manager }: EmulatedCloud) {
  return manager.all().filter(({ properties }) => properties.managedBy === undefined);
}

/** What Azure holds besides clusters and the trust in them, whole. */
export function lasting(cloud: EmulatedCloud) {
  return declared(cloud).filter(({ id }) => !/\/(managedClusters|federatedIdentityCredentials)\//i.test(id));
}

export function objects({ cloud }: TestStack) {
  const [api, ...others] = cloud.apis();
  assert.ok(api !== undefined && others.length === 0, "one cluster");
  // Sorted: which of two that do not wait for each other comes first is the engine's matter.
  return {
    api,
    list: api
      .all()
      .map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)
      .sort(),
  };
}

/** Nothing is left to do, the state and Azure know the same, and all trust is in the cluster that is there. */
export async function assertWhole(stack: TestStack): Promise<void> {
  const state = await stateOf(stack);
  assert.deepEqual(state.unfinished, []);
  assert.deepEqual(
    state.azureIds,
    declared(stack.cloud)
      .map(({ id }) => id)
      .sort(),
  );
  const { issuerUrl } = await stack.outputs();
  assert.deepEqual([...new Set(stack.cloud.federatedCredentials().map(({ issuer }) => issuer))], [issuerUrl]);
  await works(stack.preview("--expect-no-changes"));
}

export function deletions({ cloud }: TestStack): string[] {
  const found: string[] = [];
  cloud.operations.add({ after: ({ verb, declared }) => void (verb === "delete" && found.push(declared)) });
  return found;
}

/** While `work` goes on, every operation of this kind on what has this name fails. */
export async function failing<T>(
  { cloud }: TestStack,
  verb: Verb,
  name: string,
  work: () => Promise<T>,
  error = new AzureError(500, "InternalServerError", "a fault of the test"),
): Promise<T> {
  const stop = cloud.operations.add({
    before(operation) {
      if (operation.verb === verb && operation.declared.endsWith(`::${name}`)) throw error;
    },
  });
  try {
    return await work();
  } finally {
    stop();
  }
}
