// The process of a pod for tests of the emulation: reads secrets with the Azure SDKs as they are, one JSON command and one JSON answer a line.
// Node runs this file as it is (type stripping), so it needs nothing of the tests; its environment is a pod's.
import { createInterface } from "node:readline";
import { DefaultAzureCredential, WorkloadIdentityCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { z } from "zod";

const COMMAND = z.object({
  id: z.number(),
  /** Variables that this command sets before it makes its credential; null removes one. */
  env: z.record(z.string(), z.string().nullable()),
  credential: z.enum(["workload", "default"]),
  vaultUri: z.string(),
  secretName: z.string(),
  version: z.string().optional(),
  /** Commands with the same key share one client, as in a long-lived application. */
  keepAs: z.string().optional(),
  clockOffsetMs: z.number(),
});

export type PodCommand = z.infer<typeof COMMAND>;

const DESCRIBED = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional().catch(undefined),
  statusCode: z.number().optional().catch(undefined),
  cause: z.looseObject({ errorNo: z.number() }).optional().catch(undefined),
  details: z
    .looseObject({ error: z.looseObject({ innerError: z.looseObject({ code: z.string() }) }) })
    .optional()
    .catch(undefined),
  errors: z.array(z.instanceof(Error)).optional(),
});

const clients = new Map<string, SecretClient>();
let clockOffsetMs = 0;

// The SDKs' clock runs ahead as a command says; TLS keeps the machine's.
const machineNow = Date.now;
Date.now = () => machineNow() + clockOffsetMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, given: unknown[]) => Reflect.construct(target, given.length === 0 ? [Date.now()] : given),
});

function clientFor({ env, credential, vaultUri, keepAs }: PodCommand): SecretClient {
  const kept = keepAs === undefined ? undefined : clients.get(keepAs);
  if (kept !== undefined) return kept;
  for (const [name, value] of Object.entries(env)) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
  const made = credential === "default" ? new DefaultAzureCredential() : new WorkloadIdentityCredential();
  const client = new SecretClient(vaultUri, made);
  if (keepAs !== undefined) clients.set(keepAs, client);
  return client;
}

function described(error: unknown): object {
  const { name, message, code, statusCode, cause, details, errors } = DESCRIBED.parse(error);
  return {
    name,
    message,
    code: code ?? null,
    statusCode: statusCode ?? null,
    innerCode: details?.error.innerError.code ?? null,
    number: cause?.errorNo ?? null,
    members: (errors ?? []).map((member) => member.name),
  };
}

async function run(command: PodCommand): Promise<object> {
  clockOffsetMs = command.clockOffsetMs;
  try {
    const { secretName, version } = command;
    const { value, properties } = await clientFor(command).getSecret(secretName, version === undefined ? {} : { version });
    return { secret: { value, ...properties } };
  } catch (error) {
    return { error: described(error) };
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = COMMAND.parse(JSON.parse(line));
  void run(command).then((answer) => process.stdout.write(`${JSON.stringify({ id: command.id, ...answer })}\n`));
});
