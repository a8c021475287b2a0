// Runs a command of cli/ once more, as a child process that has nothing but the emulated Azure to sign in to and to ask: what --emulated does.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServedCloud } from "../rehearsal/serveCloud";
import { INTERRUPTED_EXIT } from "./interruptions";

/** Set in the child: it goes on where the command would start the emulation. */
const EMULATED = "WORKLOAD_IDENTITY_EMULATED";

/** Whether this process is such a child. */
export function isEmulated(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[EMULATED] === "true";
}

/** What of the person's environment is no way to Azure and no credential: where programs and temporary files lie, and how output looks. */
const KEPT = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "SYSTEMROOT",
  "TMPDIR",
  "TEMP",
  "LANG",
  "TERM",
  "COLUMNS",
  "NO_COLOR",
  "FORCE_COLOR",
  "XDG_CACHE_HOME",
  "PULUMI_ENGINE",
];

export interface Emulated {
  readonly served: Pick<ServedCloud, "environment" | "deployer" | "cloud">;
  /** File name in cli/, without its ending. */
  readonly script: string;
  /** As the person gave them, `--emulated` included. */
  readonly args: readonly string[];
  /** What has come before the child could hear of it. */
  readonly signal: AbortSignal;
  /** Further variables. Defaults to none. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Returns the child's exit code. Its output is this process's. The token file goes when the child has ended. */
export async function withEmulation({ served, script, args, signal, environment = {} }: Emulated): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "emulated-"));
  try {
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, await served.deployer.token(), { mode: 0o600 });
    const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
    const env = {
      ...Object.fromEntries(kept),
      ...served.environment(script),
      ARM_USE_OIDC: "true",
      ARM_OIDC_TOKEN_FILE_PATH: tokenFile,
      ARM_CLIENT_ID: served.deployer.clientId,
      ARM_TENANT_ID: served.deployer.tenantId,
      ARM_SUBSCRIPTION_ID: served.cloud.subscriptionId,
      ...environment,
      [EMULATED]: "true",
    };
    const file = join(__dirname, `${script}.ts`);
    const typescript = join(__dirname, "..", "rehearsal", "typescript.cjs");
    signal.throwIfAborted();
    const child = spawn(process.execPath, ["--require", typescript, file, ...args], { env, stdio: "inherit" });
    const forward = (name: NodeJS.Signals) => void child.kill(name);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const name of signals) process.on(name, forward);
    try {
      return await new Promise<number>((resolve, reject) =>
        child.once("error", reject).once("close", (code) => resolve(code ?? INTERRUPTED_EXIT)),
      );
    } finally {
      for (const name of signals) process.off(name, forward);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
