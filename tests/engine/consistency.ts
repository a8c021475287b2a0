// Whether what the engine wrote down is what the cloud has: nothing doubled, nothing forgotten, nothing half done.
import { z } from "zod";
import { applicationId, credentialResourceId } from "../../rehearsal/cloud/directory";
import type { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import type { TestStack } from "./testStack";

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean(),
  id: z.string().optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  deletedWith: z.string().optional(),
  delete: z.boolean().default(false),
  protect: z.boolean().default(false),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});
export type StateResource = z.infer<typeof resource>;

const exported = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(resource).default([]),
    pending_operations: z.array(z.looseObject({ type: z.string(), resource })).default([]),
  }),
});

export interface State {
  readonly resources: readonly StateResource[];
  /** As `creating urn`. */
  readonly pending: readonly string[];
}

/** What `pulumi stack export` says. */
export async function readState(stack: TestStack): Promise<State> {
  const { code, output } = await stack.run("stack", "export");
  if (code !== 0) throw new Error(`pulumi stack export failed:\n${output.trim()}`);
  const { resources, pending_operations } = exported.parse(JSON.parse(output)).deployment;
  return { resources, pending: pending_operations.map(({ type, resource: { urn } }) => `${type} ${urn}`) };
}

export interface Difference {
  /** In the state, and not in the cloud. */
  readonly gone: readonly string[];
  /** In the cloud, and not in the state. */
  readonly forgotten: readonly string[];
  /** More than once in the state. */
  readonly doubled: readonly string[];
  readonly pending: readonly string[];
}

export const CONSISTENT: Difference = { gone: [], forgotten: [], doubled: [], pending: [] };

/** Compares the state with the cloud, both ways. */
export async function difference(stack: TestStack): Promise<Difference> {
  const { resources, pending } = await readState(stack);
  const held = resources.filter(inACloud).map(({ type, id = "" }) => known(type, id));
  const there = inCloud(stack.cloud);
  return {
    gone: held.filter((each) => !there.includes(each)).sort(),
    forgotten: there.filter((each) => !held.includes(each)).sort(),
    doubled: held.filter((each, index) => held.indexOf(each) !== index).sort(),
    pending,
  };
}

/** What Pulumi never deletes itself, because it goes with something else: it leaves the state before that does. As `Difference` has it. */
export async function goingWithOthers(stack: TestStack): Promise<string[]> {
  const { resources } = await readState(stack);
  return resources.filter(({ deletedWith }) => deletedWith !== undefined).map(({ type, id = "" }) => known(type, id));
}

/** Random values are in the state and nowhere else; providers and components are the engine's own. */
function inACloud({ custom, type }: StateResource): boolean {
  return custom && /^(azure-native|azuread|kubernetes):/.test(type);
}

function known(type: string, id: string): string {
  return type.startsWith("kubernetes:") ? `${type.slice("kubernetes:".length).replace(/Patch$/, "")} ${id}` : id.toLowerCase();
}

/** Ids as a state has them. What AKS makes for its nodes, and a cluster for every namespace, is nobody's. */
function inCloud(cloud: EmulatedCloud): string[] {
  const { manager, directory } = cloud;
  return [
    ...manager.all().flatMap(({ id, properties }) => ("managedBy" in properties ? [] : [id.toLowerCase()])),
    ...directory.applications().map(({ objectId }) => applicationId(objectId).toLowerCase()),
    ...directory.servicePrincipals().map(({ objectId }) => `/serviceprincipals/${objectId}`),
    ...directory.credentials().map((credential) => credentialResourceId(credential).toLowerCase()),
    ...cloud
      .apis()
      .flatMap((api) =>
        api
          .all()
          .flatMap(({ kind, namespace, name, declared }) =>
            declared.startsWith("default ServiceAccount of ")
              ? []
              : [`${kind} ${namespace === "" ? name : `${namespace}/${name}`}`],
          ),
      ),
  ];
}
