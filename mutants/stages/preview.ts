// What a preview of a program registers, where all that only Azure knows is unknown: what the program itself refuses, and what the policy pack says.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findBreak } from "../../rehearsal/breaks";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { previewOutputs } from "../../rehearsal/engine/previewOutputs";
import { isModule } from "../../rehearsal/program/entry";
import { recordInProcess } from "../../rehearsal/program/inProcess";
import type { ProgramBackend } from "../../rehearsal/program/recorder";
import type { Recording, ResourceRecord } from "../../rehearsal/program/recording";
import type { StackFiles } from "../../rehearsal/stack";

const TENANT = "11111111-1111-4111-8111-111111111111";
const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

export interface Preview {
  readonly resources: readonly ResourceRecord[];
  /** Why the program did not run to its end; undefined where it did. */
  readonly refusal: string | undefined;
}

/** Runs the program in this process, one at a time: Pulumi's mocks and the working folder belong to the process. */
export async function preview(files: StackFiles, breakage: string | undefined): Promise<Preview> {
  const { project, stack, config, secretKeys, directory, main } = files;
  const cloud = emptyCloud(files);
  const folder = process.cwd();
  process.chdir(directory);
  try {
    const settings = { project, stack, preview: true, config, secretKeys };
    const recording = await recordInProcess(settings, nothingCreated(cloud), () => load(join(directory, main)));
    return { resources: broken(recording, breakage, cloud), refusal: refusalOf(recording) };
  } finally {
    process.chdir(folder);
  }
}

async function load(file: string): Promise<unknown> {
  if (!isModule(file)) return createRequire(file)(file);
  const { register }: typeof import("tsx/esm/api") = require("tsx/esm/api");
  const unregister = register();
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    await unregister();
  }
}

/** In a preview nothing is created: a resource has its inputs, and everything else of it is unknown. */
function nothingCreated(cloud: EmulatedCloud): ProgramBackend {
  return {
    register: async (registration) =>
      registration.type === "pulumi:pulumi:StackReference"
        ? cloud.register(registration)
        : { id: "", state: previewOutputs(registration.type, registration.inputs, undefined) },
    invoke: (token, inputs) => cloud.invoke(token, inputs),
  };
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
