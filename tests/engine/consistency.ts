// Whether what the engine wrote down is what the cloud has: nothing doubled, nothing forgotten, nothing half done.
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { applicationId, credentialResourceId } from "../../rehearsal/cloud/directory";
import type { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { backendFolder } from "./savedPoint";
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

const written = z.looseObject({
  checkpoint: z.looseObject({
    latest: z.looseObject({
      resources: z.array(resource).default([]),
      pending_operations: z.array(z.looseObject({ type: z.string(), resource })).default([]),
    }),
  }),
});

export interface State {
  readonly resources: readonly StateResource[];
  /** As `creating urn`. */
  readonly pending: readonly string[];
}

/** The checkpoint as the engine wrote it: what `pulumi stack export` says, without starting it. */
export async function readState(stack: TestStack): Promise<State> {
  const stacks = join(backendFolder(stack.environment), ".pulumi", "stacks");
  const files = await readdir(stacks, { recursive: true });
  const file = files.find((name) => name.endsWith(basename(stack.stackFile).replace(/^Pulumi\.(.+)\.yaml$/, "$1.json")));
  if (file === undefined) throw new Error(`no checkpoint of the stack in ${stacks}`);
  const { resources, pending_operations } = written.parse(JSON.parse(await readFile(join(stacks, file), "utf8"))).checkpoint
    .latest;
  return { resources, pending: pending_operations.map(({ type, resource: { urn } }) => `${type} ${urn}`) };
}

/** All that is in the cloud with what was sent for it, to compare two clouds whose stacks say the same. */
export function contentOf({ cloud }: TestStack): string[] {
  const objects = cloud
    .apis()
    .flatMap((api) => api.all().map(({ kind, namespace, name, inputs }) => ({ kind, namespace, name, inputs })));
  const directory = cloud.directory.credentials().map(({ displayName, issuer, subject }) => ({ displayName, issuer, subject }));
  const azure = cloud.manager.all().map(({ id, given }) => ({ id, given }));
  return [...azure, ...objects, ...directory].map((each) => JSON.stringify(each)).sort();
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
