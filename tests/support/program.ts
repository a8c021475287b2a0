// Runs components and the whole program in tests: through the rehearsal's recorder, against the emulated cloud, or as a preview.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { recordInProcess } from "../../rehearsal/program/inProcess";
import type { ProgramBackend, ProgramSettings } from "../../rehearsal/program/recorder";
import type { Recording, ResourceRecord } from "../../rehearsal/program/recording";

export const ROOT = join(__dirname, "..", "..");
/** `node --require` this to run a file of the project. */
export const TYPESCRIPT = join(ROOT, "rehearsal", "typescript.cjs");
/** What rehearsals use: loading a program is most of what one costs. */
export const COMPILE_CACHE = join(ROOT, "node_modules", ".cache", "rehearsal");
export const TENANT = "11111111-1111-4111-8111-111111111111";
export const SUBSCRIPTION = "22222222-2222-4222-8222-222222222222";

export interface RunOptions {
  /** Preview: what only Azure knows is unknown, and functions that depend on it are not called. */
  readonly preview?: boolean;
  /** In a preview: what is registered is there already, with what Azure knows of it. */
  readonly known?: boolean;
  readonly config?: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
  readonly project?: string;
  readonly stack?: string;
}

export interface Run extends Recording {
  readonly cloud: EmulatedCloud;
  /** The only resource of this type whose name matches. */
  find(type: string, name?: string): ResourceRecord;
  /** `type name`, sorted; components and providers included, the stack itself left out. */
  list(): string[];
}

/** An unsigned token with the claims that tell a person from a pipeline. */
export function deployerToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return [part({ alg: "none" }), part(claims), ""].join(".");
}

export function emulatedCloud(token: object = { idtyp: "user" }): EmulatedCloud {
  return new EmulatedCloud({
    tenantId: TENANT,
    subscriptionId: SUBSCRIPTION,
    defaultLocation: "westeurope",
    seed: "tests",
    now: () => Date.UTC(2026, 10, 22),
    deployerToken: async () => deployerToken(token),
  });
}

/** Runs `body` as a program and fails on anything that went wrong in it. */
export async function run(body: () => unknown, options: RunOptions = {}): Promise<Run> {
  const result = await attempt(body, options);
  assert.deepEqual(
    result.failures.map(({ message }) => message),
    [],
  );
  return result;
}

/** Runs `body` as a program and returns what went wrong with what was registered. */
export async function attempt(
  body: () => unknown,
  options: RunOptions = {},
  cloud: EmulatedCloud = emulatedCloud(),
): Promise<Run> {
  const settings: ProgramSettings = {
    project: options.project ?? "aks-workload-identity",
    stack: options.stack ?? "test",
    preview: options.preview ?? false,
    config: { "azure-native:location": "westeurope", ...options.config },
    secretKeys: options.secretKeys ?? [],
  };
  const recording = await recordInProcess(settings, settings.preview && options.known !== true ? previewOf(cloud) : cloud, body);
  const resources = recording.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  const list = () => resources.map(({ type, name }) => `${type} ${name}`).sort();
  return {
    ...recording,
    resources,
    cloud,
    find(type, name) {
      const found = resources.filter((resource) => resource.type === type && (name === undefined || resource.name === name));
      const [only] = found;
      if (only === undefined || found.length > 1)
        assert.fail(`${found.length} resources are ${type} ${name ?? ""}: ${list().join(", ")}`);
      return only;
    },
    list,
  };
}

/** In preview nothing is created: a resource has its inputs, and what only Azure knows is unknown. Types stay as strict. */
function previewOf(cloud: EmulatedCloud): ProgramBackend {
  return {
    async register({ type, inputs }) {
      if (!/^(azure-native|azuread|kubernetes|random|docker|pulumi):/.test(type)) throw new Error(`no preview of ${type}`);
      return { id: "", state: { ...inputs } };
    },
    invoke: (token, inputs) => cloud.invoke(token, inputs),
  };
}
