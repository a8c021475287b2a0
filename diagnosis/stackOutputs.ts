// What a stack exports, as `pulumi stack output --json` says it: read with the Pulumi CLI, or from a file where that output, or a rehearsal's report,
// was saved.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { findEngine, isEngine } from "../rehearsal/engine/findEngine";
import { UsageError } from "../rehearsal/usageError";

const text = z.string().min(1);

/** One workload of the output `chain`. */
const workloadShape = z.looseObject({
  issuer: text,
  subject: text,
  audience: text,
  clientId: text,
  tenantId: text,
  /** Resource id of the managed identity; of an application, its object id. */
  identityId: text,
  namespace: text,
  serviceAccount: text,
  vaultUri: text.optional(),
  blobEndpoint: text.optional(),
});

export type WorkloadOutput = z.infer<typeof workloadShape>;

export interface StackOutputs {
  readonly stack: string;
  /** By the workload's key. */
  readonly chain: Readonly<Record<string, WorkloadOutput>>;
  /** Everything that is exported; a secret is "[secret]". */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface OutputsPlace {
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
  /**
   * A file with what `pulumi stack output --json` or `npm run -s rehearse -- --json` printed; no Pulumi CLI is needed then. Default: the CLI is
   * asked.
   */
  readonly file?: string | undefined;
}

/** A rehearsal's report, whose outputs are emulated. */
const reportShape = z.looseObject({
  schemaVersion: z.literal(1),
  pods: z.array(z.unknown()),
  outputs: z.record(z.string(), z.unknown()),
});

const CLI_SECONDS = 60;
/** How a program of one's own exports `chain`. */
const PAGE = 'docs/verify.md, "Your own program"';

/** Throws a `UsageError` where there is no stack, no sign-in to Pulumi, no CLI, or no output `chain`. Values never stand in its message. */
export function readStackOutputs({ directory, stack, file }: OutputsPlace): StackOutputs {
  const place = file ?? `stack ${stack}`;
  const save = `pulumi stack output --json --stack ${stack} > outputs.json`;
  const given = parseJson(file === undefined ? ask(directory, stack) : read(file, save));
  const report = file === undefined ? undefined : reportShape.safeParse(given).data;
  const outputs = z.record(z.string(), z.unknown()).safeParse(report?.outputs ?? given);
  if (!outputs.success) throw new UsageError(`${place}: no outputs of a stack`, `save them anew: ${save}`);
  if (outputs.data.chain === undefined)
    throw new UsageError(
      `${place} exports no "chain"`,
      `run pulumi up first; a program of your own must export it as ${PAGE} says`,
    );
  const chain = z.record(z.string(), workloadShape).safeParse(outputs.data.chain);
  if (!chain.success) {
    const at = chain.error.issues.map(({ path, message }) => `chain.${path.join(".")}: ${message}`);
    throw new UsageError(`${place}: ${[...new Set(at)].slice(0, 3).join("; ")}`, `export it as ${PAGE} says`);
  }
  return { stack, chain: chain.data, outputs: outputs.data };
}

function ask(directory: string, stack: string): string {
  const engine = findEngine({ project: directory });
  if (!isEngine(engine))
    throw new UsageError(
      `the outputs of stack ${stack} cannot be read: ${engine.what}`,
      `${engine.fix}; or give them in a file: --outputs outputs.json`,
    );
  const { stdout, stderr, status, error } = spawnSync(
    engine.path,
    ["stack", "output", "--json", "--non-interactive", "--stack", stack],
    {
      cwd: directory,
      encoding: "utf8",
      timeout: CLI_SECONDS * 1000,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    },
  );
  if (status === 0) return stdout;
  const said = error?.message ?? stderr.trim().replace(/^error: /, "");
  throw new UsageError(
    `pulumi stack output --stack ${stack}: ${said === "" ? `exit code ${status}` : said}`,
    "sign in with pulumi login and name a stack of pulumi stack ls; or give the outputs in a file: --outputs outputs.json",
  );
}

function read(file: string, save: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`, `save it first: ${save}`);
  }
}

function parseJson(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
