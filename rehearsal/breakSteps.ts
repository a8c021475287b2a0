// The ways in which a break changes a registration. Each sees the cloud as it is at that moment, as the program does.
import { z } from "zod";
import { ROLES } from "../chain";
import { FEDERATED_CREDENTIAL } from "./cloud/behaviours";
import type { EmulatedCloud } from "./cloud/emulatedCloud";
import type { Registration } from "./program/recorder";

/** Undefined keeps the resource from being created at all. */
export type Step = (registration: Registration, cloud: EmulatedCloud) => Registration | undefined;
type Inputs = Registration["inputs"];

const record = z.record(z.string(), z.unknown());

/** Sets one property of every resource of a type; undefined removes it. */
export function change(
  type: string,
  path: readonly string[],
  value: (present: unknown, cloud: EmulatedCloud, inputs: Inputs) => unknown,
): Step {
  return (registration, cloud) => {
    if (registration.type !== type) return registration;
    const { inputs } = registration;
    return { ...registration, inputs: withPath(inputs, path, value(atPath(inputs, path), cloud, inputs)) };
  };
}

export function set(type: string, path: readonly string[], value: unknown): Step {
  return change(type, path, () => value);
}

export function drop(type: string): Step {
  return (registration) => (registration.type === type ? undefined : registration);
}

const ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment";

function isSecretsRole({ type, inputs }: Registration): boolean {
  return type === ROLE_ASSIGNMENT && String(inputs.roleDefinitionId).endsWith(ROLES.keyVaultSecretsUser.id);
}

export function dropRole(): Step {
  return (registration) => (isSecretsRole(registration) ? undefined : registration);
}

export function changeRole(path: readonly string[], value: (present: unknown, cloud: EmulatedCloud) => unknown): Step {
  const step = change(ROLE_ASSIGNMENT, path, value);
  return (registration, cloud) => (isSecretsRole(registration) ? step(registration, cloud) : registration);
}

const variable = z.looseObject({ name: z.string(), value: z.string().optional() });
const container = z.looseObject({ name: z.string(), env: z.array(variable).default([]) });
const CONTAINERS = ["spec", "template", "spec", "containers"] as const;

export function firstContainer(inputs: Inputs): z.infer<typeof container> {
  return z.tuple([container]).rest(z.unknown()).parse(atPath(inputs, CONTAINERS))[0];
}

/** Changes a variable of the first container, or adds it. */
export function changeVariable(name: string, value: (present: string) => string): Step {
  return change("kubernetes:apps/v1:Deployment", CONTAINERS, (present, _, inputs) => {
    const first = firstContainer(inputs);
    const kept = first.env.filter((candidate) => candidate.name !== name);
    const old = first.env.find((candidate) => candidate.name === name)?.value ?? "";
    return [{ ...first, env: [...kept, { name, value: value(old) }] }, ...z.array(z.unknown()).parse(present).slice(1)];
  });
}

export function identityOf(clientId: unknown, cloud: EmulatedCloud) {
  return cloud.identities().find((identity) => identity.clientId === clientId);
}

/** An identity that exists and has no federated credential, such as the cluster's own. */
export function untrusting(cloud: EmulatedCloud) {
  return cloud.identities().find(({ id }) => cloud.manager.childrenOf(id, FEDERATED_CREDENTIAL).length === 0);
}

function atPath(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => record.catch({}).parse(inner)[key], value);
}

function withPath(value: unknown, path: readonly string[], leaf: unknown): Record<string, unknown> {
  const [head, ...rest] = path;
  const object = record.catch({}).parse(value);
  if (head === undefined) return object;
  if (rest.length > 0) return { ...object, [head]: withPath(object[head], rest, leaf) };
  const { [head]: _, ...others } = object;
  return leaf === undefined ? others : { ...others, [head]: leaf };
}
