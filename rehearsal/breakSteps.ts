// The ways in which a break changes a registration. Each sees the cloud as it is at that moment, as the program does.
import { z } from "zod";
import { ROLES, type RoleName, roleOf } from "../chain";
import type { EmulatedCloud } from "./cloud/emulatedCloud";
import type { Registration } from "./program/recorder";
import { UNKNOWN } from "./program/recording";

/** Undefined keeps the resource from being created at all. */
export type Step = (registration: Registration, cloud: EmulatedCloud) => Registration | undefined;
type Inputs = Registration["inputs"];

const record = z.record(z.string(), z.unknown());

/** One type, or several that stand for the same thing. */
type Types = string | readonly string[];

/** Changes one property of every resource of a type; undefined removes it. In a preview, what is made of a value that is not known is not known either. */
export function change(
  type: Types,
  path: readonly string[],
  value: (present: unknown, cloud: EmulatedCloud, inputs: Inputs) => unknown,
): Step {
  return (registration, cloud) => {
    if (![type].flat().includes(registration.type)) return registration;
    const { inputs } = registration;
    const present = atPath(inputs, path);
    if (present === UNKNOWN) return registration;
    return { ...registration, inputs: withPath(inputs, path, value(present, cloud, inputs)) };
  };
}

/** Sets one property of every resource of a type; undefined removes it. */
export function set(type: Types, path: readonly string[], value: unknown): Step {
  return (registration) =>
    [type].flat().includes(registration.type)
      ? { ...registration, inputs: withPath(registration.inputs, path, value) }
      : registration;
}

export function drop(type: Types): Step {
  return (registration) => ([type].flat().includes(registration.type) ? undefined : registration);
}

const ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment";

/** Whether a registration assigns the role, by its name in `ROLES` or by a role of the program's own. */
function assigns(role: RoleName | "custom", { type, inputs }: Registration): boolean {
  if (type !== ROLE_ASSIGNMENT) return false;
  const definition = String(inputs.roleDefinitionId);
  return role === "custom" ? roleOf(definition) === undefined : definition.endsWith(ROLES[role].id);
}

export function dropRole(role: RoleName | "custom" = "keyVaultSecretsUser"): Step {
  return (registration) => (assigns(role, registration) ? undefined : registration);
}

export function changeRole(
  path: readonly string[],
  value: (present: unknown, cloud: EmulatedCloud) => unknown,
  role: RoleName | "custom" = "keyVaultSecretsUser",
): Step {
  const step = change(ROLE_ASSIGNMENT, path, value);
  return (registration, cloud) => (assigns(role, registration) ? step(registration, cloud) : registration);
}

const variable = z.looseObject({ name: z.string(), value: z.string().optional() });
const container = z.looseObject({ name: z.string(), env: z.array(variable).default([]) });
const CONTAINERS = ["spec", "template", "spec", "containers"] as const;

export function firstContainer(inputs: Inputs): z.infer<typeof container> {
  return z.tuple([container]).rest(z.unknown()).parse(atPath(inputs, CONTAINERS))[0];
}

/** Changes a variable of the first container, or adds it, unless `orAdd` is false. */
export function changeVariable(name: string, value: (present: string) => string, { orAdd = true } = {}): Step {
  return change("kubernetes:apps/v1:Deployment", CONTAINERS, (present, _, inputs) => {
    const first = firstContainer(inputs);
    if (!orAdd && first.env.every((candidate) => candidate.name !== name)) return present;
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
  const trusting = cloud.federatedCredentials().map(({ identityId }) => identityId.toLowerCase());
  return cloud.identities().find(({ id }) => !trusting.includes(id.toLowerCase()));
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
