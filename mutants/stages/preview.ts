// What a preview of a program registers, where all that only Azure knows is unknown: what the program itself refuses, and what the policy pack says.
import { findBreak } from "../../rehearsal/breaks";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { previewOutputs } from "../../rehearsal/engine/previewOutputs";
import { ForeignBackend } from "../../rehearsal/foreign/foreignBackend";
import { LeftOut } from "../../rehearsal/foreign/leftOut";
import { Manifests } from "../../rehearsal/foreign/manifests";
import { References } from "../../rehearsal/foreign/references";
import type { ProgramBackend } from "../../rehearsal/program/recorder";
import type { Recording, ResourceRecord } from "../../rehearsal/program/recording";
import type { StackFiles } from "../../rehearsal/stack";
import { recordStack } from "./oneProcess";

const TENANT = "11111111-1111-4111-8111-111111111111";
const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

export interface Preview {
  readonly resources: readonly ResourceRecord[];
  /** Why the program did not run to its end; undefined where it did. */
  readonly refusal: string | undefined;
}

/** A stack that another one reads, by the name that the other calls it. */
export interface Before {
  readonly name: string;
  readonly files: StackFiles;
}

export interface Previewed {
  readonly files: StackFiles;
  /** Whether it is the repository's own program. */
  readonly own: boolean;
  readonly before: readonly Before[];
  /** Of a `--break`; undefined for none. */
  readonly breakage: string | undefined;
}

export async function preview({ files, own, before, breakage }: Previewed): Promise<Preview> {
  const cloud = emptyCloud(files);
  const backend = own ? cloud : await foreignBackend(cloud, files, before);
  const recording = await recordStack({ ...settingsOf(files), preview: true }, files, nothingCreated(backend));
  return { resources: broken(recording, breakage, cloud), refusal: refusalOf(recording) };
}

/** In a preview nothing is created: a resource has its inputs, and everything else of it is unknown. Functions are called, and other stacks are read. */
function nothingCreated(cloud: ProgramBackend): ProgramBackend {
  return {
    register: async (registration) =>
      registration.type === "pulumi:pulumi:StackReference"
        ? cloud.register(registration)
        : { id: "", state: previewOutputs(registration.type, registration.inputs, undefined) },
    invoke: (token, inputs, provider) => cloud.invoke(token, inputs, provider),
  };
}

function settingsOf({ project, stack, config, secretKeys }: StackFiles) {
  return { project, stack, config, secretKeys };
}

/** What a program that is not ours asks: with the stacks that it reads, which are there before it. */
async function foreignBackend(cloud: EmulatedCloud, files: StackFiles, before: readonly Before[]): Promise<ProgramBackend> {
  const references = new References();
  const backendOf = (each: StackFiles) =>
    new ForeignBackend({ cloud, files: each, leftOut: new LeftOut(), manifests: new Manifests(each.directory), references });
  for (const { name, files: other } of before) {
    const { outputs, secretOutputs } = await recordStack({ ...settingsOf(other), preview: false }, other, backendOf(other));
    references.add(name, { outputs, secretOutputs });
  }
  return backendOf(files);
}

function emptyCloud({ config, project, stack }: StackFiles): EmulatedCloud {
  return new EmulatedCloud({
    tenantId: config["azure-native:tenantId"] ?? TENANT,
    subscriptionId: config["azure-native:subscriptionId"] ?? SUBSCRIPTION,
    defaultLocation: config["azure-native:location"],
    seed: `${project}/${stack}`,
    now: () => Date.UTC(2026, 10, 1),
    deployerToken: async () => ["", Buffer.from(JSON.stringify({ idtyp: "user" })).toString("base64url"), ""].join("."),
  });
}

function broken({ resources }: Recording, breakage: string | undefined, cloud: EmulatedCloud): ResourceRecord[] {
  if (breakage === undefined) return [...resources];
  const { steps } = findBreak(breakage);
  return resources.flatMap((resource) => {
    if (!resource.custom) return [resource];
    const { type, name, inputs, provider } = resource;
    const registration = { type, name, inputs, provider, id: undefined };
    const after = steps.reduce<typeof registration | undefined>((changed, step) => {
      const next = changed && step(changed, cloud);
      return next && { ...next, id: undefined };
    }, registration);
    return after === undefined ? [] : [{ ...resource, inputs: after.inputs }];
  });
}

function refusalOf({ failures }: Recording): string | undefined {
  return failures.length === 0 ? undefined : failures.map(({ message }) => message).join("\n");
}
