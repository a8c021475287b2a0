// What tests of components share: the least that each component needs around it.
import { strict as assert } from "node:assert";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { ROLES, type RoleName } from "../../chain";
import type { AksClusterArgs } from "../../components";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import type { Registration } from "../../rehearsal/program/recorder";
import { attempt, emulatedCloud, type Run, SUBSCRIPTION } from "../support/program";

export const ISSUER =
  "https://westeurope.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/33333333-3333-4333-8333-333333333333/";
export const PRINCIPAL = "44444444-4444-4444-8444-444444444444";

export const SYSTEM_POOL = { vmSize: "Standard_D2ds_v5", minCount: 1, maxCount: 2, osDiskSizeGb: 60, tainted: false };

export function resourceGroup(): ResourceGroup {
  return new ResourceGroup("group", { resourceGroupName: "rg-test" });
}

export function kubernetes(): { provider: Provider; namespace: Namespace } {
  const provider = new Provider("kubernetes", { kubeconfig: "{}" });
  return { provider, namespace: new Namespace("namespace", { metadata: { name: "shop" } }, { provider }) };
}

export function clusterArgs(): AksClusterArgs {
  const group = resourceGroup();
  return {
    resourceGroupName: group.name,
    resourceGroupId: group.id,
    clusterName: "aks-test",
    tier: "Free",
    upgradeChannel: "patch",
    systemPool: SYSTEM_POOL,
    maintenance: { day: "Sunday", startTime: "01:00", durationHours: 4 },
    access: { mode: "kubelogin", loginMode: "azurecli" },
    admins: { team: { objectId: PRINCIPAL, principalType: "Group" } },
    tags: { team: "shop" },
  };
}

/** Expects that making a component throws exactly this message, and that the component registered nothing. */
export async function assertRefused(type: string, make: () => unknown, message: string): Promise<void> {
  const run = await attempt(make);
  assert.deepEqual(
    run.failures.map((failure) => failure.message),
    [message],
  );
  assert.deepEqual(
    run.failures.map(({ stack }) => stack),
    [undefined],
  );
  assert.ok(
    !run.list().some((line) => line.startsWith(`aks-workload-identity:index:${type} `)),
    `registered: ${run.list().join(", ")}`,
  );
}

/** Expects that a program fails with this message, which Pulumi may prefix with the property that needed the value. */
export async function assertFails(make: () => unknown, message: string, cloud = emulatedCloud()): Promise<void> {
  const { failures } = await attempt(make, {}, cloud);
  assert.deepEqual(
    [...new Set(failures.map((failure) => failure.message.replace(/^(error serializing property "\w+": )+/, "")))],
    [message],
  );
}

/** `type name` of a URN. */
export function shortUrn(urn: string | undefined): string {
  const [types = "", name = ""] = (urn ?? "").split("::").slice(-2);
  return `${types.split("$").at(-1)} ${name}`;
}

/** The children of a component as `type name`, each with what they wait for beyond their inputs. */
export function childrenOf(run: Run, parent: string): string[] {
  return run.resources
    .filter((resource) => shortUrn(resource.parent) === parent)
    .map(({ type, name }) => `${type} ${name}`)
    .sort();
}

export function dependsOnOf(run: Run, type: string, name: string): string[] {
  return run.find(type, name).dependsOn.map(shortUrn).sort();
}

/** The id of a role's definition in the subscription of the tests. */
export function roleId(role: RoleName): string {
  return `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role].id}`;
}

/** An emulated Azure whose answer to the registration of one type is changed. */
export function cloudThatAnswers(
  type: string,
  change: (state: Record<string, unknown>) => Record<string, unknown>,
): EmulatedCloud {
  class Changed extends EmulatedCloud {
    override async register(registration: Registration) {
      const { id, state } = await super.register(registration);
      return { id, state: registration.type === type ? change(state) : state };
    }
  }
  return new Changed(emulatedCloud().options);
}

/** The value of an output that is known. */
export function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/** Answers `fetch` for as long as `body` runs, and returns what was asked. */
export async function withFetch<T>(
  answer: () => Response | Promise<Response>,
  body: () => Promise<T>,
): Promise<{ result: T; requests: Request[] }> {
  const requests: Request[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    requests.push(new Request(input, init));
    return answer();
  };
  try {
    return { result: await body(), requests };
  } finally {
    globalThis.fetch = original;
  }
}
