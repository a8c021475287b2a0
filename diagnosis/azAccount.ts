// The account that the Azure CLI is signed in to, as the azure-native provider asks for it: `az account show`.

import { execFile } from "node:child_process";
import { z } from "zod";
import { jsonOf } from "../rehearsal/asking";
import { UsageError } from "../rehearsal/usageError";

const accountShape = z.looseObject({
  id: z.string(),
  tenantId: z.string(),
  user: z.looseObject({ name: z.string() }).optional(),
});

export interface AzAccount {
  readonly id: string;
  readonly tenantId: string;
  /** Name of the person or application. */
  readonly user: string;
}

const SIGN_IN =
  "sign in with az login, or set the ARM_* variables: https://www.pulumi.com/registry/packages/azure-native/installation-configuration/";
const LIMIT_SECONDS = 30;

/** Of this subscription, or of the CLI's active one if it is empty. Throws a `UsageError` where there is no CLI, or nobody is signed in. */
export async function azAccount(subscriptionId: string, env: Readonly<Record<string, string | undefined>>): Promise<AzAccount> {
  const args = [
    "account",
    "show",
    "--output",
    "json",
    "--only-show-errors",
    ...(subscriptionId === "" ? [] : ["--subscription", subscriptionId]),
  ];
  const { failure, stdout, stderr } = await az(args, env);
  if (failure?.code === "ENOENT")
    throw new UsageError("nobody is signed in to Azure: no ARM_* variables say how, and there is no Azure CLI on PATH", SIGN_IN);
  if (failure?.killed === true) throw new UsageError(`az account show gave no answer within ${LIMIT_SECONDS} seconds`, SIGN_IN);
  if (failure !== null)
    throw new UsageError(
      `nobody is signed in to Azure: no ARM_* variables say how, and az account show says: ${firstLine(stderr)}`,
      SIGN_IN,
    );
  const account = accountShape.safeParse(jsonOf(stdout));
  if (!account.success) throw new UsageError("az account show printed no account", SIGN_IN);
  const { id, tenantId, user } = account.data;
  return { id, tenantId, user: user?.name ?? "an unnamed account" };
}

interface Ran {
  readonly failure: { readonly code?: string | number | null; readonly killed?: boolean } | null;
  readonly stdout: string;
  readonly stderr: string;
}

function az(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<Ran> {
  // On Windows it is a batch file, which only a shell runs; a subscription's id is none of its words.
  const options = { env: { ...env }, timeout: LIMIT_SECONDS * 1000, shell: process.platform === "win32" };
  return new Promise((resolve) =>
    execFile("az", args, options, (failure, stdout, stderr) =>
      resolve({ failure, stdout: String(stdout), stderr: String(stderr) }),
    ),
  );
}

function firstLine(text: string): string {
  return (
    text
      .trim()
      .split(/\r?\n/)[0]
      ?.replace(/^ERROR: /, "") ?? ""
  );
}
