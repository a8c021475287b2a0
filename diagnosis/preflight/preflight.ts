// Before the first minute of `pulumi up` is spent: what would stop it, asked of Azure and of this machine. Reads only.
import type { HttpClient } from "@azure/core-rest-pipeline";
import type { StackFiles } from "../../rehearsal/stack";
import type { SignIn } from "../signIn";
import { NoAnswer } from "./asking";
import { Azure } from "./azure";
import type { Check, Context } from "./check";
import { KUBERNETES } from "./checks/kubernetes";
import { globalNames, NAMES } from "./checks/names";
import { DOCKER, KUBECONFIG_PROGRAM, NODE, PULUMI } from "./checks/programs";
import { PROVIDERS } from "./checks/providers";
import { QUOTA } from "./checks/quota";
import { FEDERATION_REGION, REGION } from "./checks/regions";
import { REGISTRY_TASKS } from "./checks/registryTasks";
import { CREATE_RIGHTS, ROLE_RIGHTS } from "./checks/rights";
import { SUBSCRIPTION } from "./checks/subscription";
import { VM_SIZE } from "./checks/vmSize";
import { type Outcome, unknown } from "./outcome";
import type { Plan } from "./plan";

/** In the order in which they are shown. */
export const CHECKS: readonly Check[] = [
  SUBSCRIPTION,
  PROVIDERS,
  REGION,
  FEDERATION_REGION,
  VM_SIZE,
  QUOTA,
  KUBERNETES,
  NAMES,
  CREATE_RIGHTS,
  ROLE_RIGHTS,
  REGISTRY_TASKS,
  KUBECONFIG_PROGRAM,
  PULUMI,
  NODE,
  DOCKER,
];

export interface Checked extends Outcome {
  readonly check: string;
  readonly source: string;
}

export interface Preflight {
  readonly checks: readonly Checked[];
  /** What was not looked at, and why. */
  readonly notChecked: readonly { readonly what: string; readonly reason: string }[];
}

export interface PreflightOptions {
  readonly files: StackFiles;
  readonly plan: Plan;
  readonly signedIn: SignIn;
  readonly subscriptionId: string;
  /** Folder of Pulumi.yaml. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Defaults to the SDKs' own. */
  readonly httpClient?: HttpClient;
}

/** Every check, at the same time. Never throws for what Azure answers. */
export async function preflight(options: PreflightOptions): Promise<Preflight> {
  const { files, plan, signedIn, project, env } = options;
  const azure = new Azure({ ...options, credential: signedIn.credential });
  const context = { files, plan, signedIn, azure, project, env };
  const subscription = runCheck(SUBSCRIPTION, context);
  const checked = await Promise.all(
    CHECKS.map(async (check) => {
      if (check === SUBSCRIPTION) return subscription;
      // Nothing else can be asked of a subscription that is not there.
      const stopped = check.rights.length > 0 && (await subscription).some(({ status }) => status === "FAIL");
      return stopped ? [] : runCheck(check, context);
    }),
  );
  return { checks: checked.flat(), notChecked: notChecked(plan) };
}

/** A check that Azure does not answer is UNKNOWN. */
export async function runCheck(check: Check, context: Context): Promise<readonly Checked[]> {
  const outcomes = await Promise.resolve()
    .then(() => check.run(context))
    .catch((error: unknown): readonly Outcome[] => {
      if (!(error instanceof NoAnswer)) throw error;
      return [unknown(error.message, error.fix)];
    });
  return outcomes.map((outcome) => ({ check: check.id, ...outcome, source: check.source }));
}

function notChecked({ resources, directory, notCovered }: Plan): Preflight["notChecked"] {
  const random = globalNames(resources).filter(({ fixedName }) => !fixedName);
  return [
    ...random.map(({ declared }) => ({
      what: `name of ${declared}`,
      reason: "a random part makes it unique; it is known after the first up",
    })),
    ...(directory
      ? [{ what: "rights in Microsoft Entra ID", reason: "applications need rights of Microsoft Graph, which is not asked" }]
      : []),
    ...notCovered.map(({ resource, reason }) => ({ what: resource, reason })),
    { what: "policies, locks and deny assignments", reason: "Azure evaluates them when something is created" },
  ];
}
