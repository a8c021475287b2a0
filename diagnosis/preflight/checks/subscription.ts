// The subscription is there, enabled, and belongs to the tenant that the stack names.
import { sameText } from "../../../chain";
import { NoAnswer } from "../asking";
import type { Azure } from "../azure";
import type { Check } from "../check";
import { fail, type Outcome, pass } from "../outcome";

const TENANT_KEY = "azure-native:tenantId";
const ACTION = "Microsoft.Resources/subscriptions/read";

export function subscriptionOf(azure: Azure) {
  const question = { action: ACTION, what: `the subscription ${azure.subscriptionId}` };
  return azure.ask(question, (abortSignal) => azure.subscriptions.subscriptions.get(azure.subscriptionId, { abortSignal }));
}

export const SUBSCRIPTION: Check = {
  id: "subscription",
  asks: "whether the subscription exists, is enabled and belongs to the tenant that the stack names",
  rights: [ACTION],
  source: "https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states",
  async run({ azure, files, signedIn }): Promise<readonly Outcome[]> {
    const id = azure.subscriptionId;
    const found = await subscriptionOf(azure).catch((error: unknown) => {
      if (error instanceof NoAnswer && error.status === 404) return undefined;
      throw error;
    });
    if (found === undefined)
      return [
        fail(
          `there is no subscription ${id}, or you have no role in it`,
          "pulumi config set azure-native:subscriptionId ID; az account list names those that you see",
        ),
      ];
    const { displayName = id, state = "of no state", tenantId = "" } = found;
    if (state !== "Enabled" && state !== "Warned" && state !== "PastDue")
      return [
        fail(
          `"${displayName}" is ${state}: nothing can be created in it`,
          "enable it again, or name another with azure-native:subscriptionId",
        ),
      ];
    // The provider takes what the config says; without it, what the sign-in says.
    const wanted = files.config[TENANT_KEY] ?? signedIn.tenantId;
    if (wanted !== undefined && tenantId !== "" && !sameText(wanted, tenantId))
      return [
        fail(
          `"${displayName}" belongs to tenant ${tenantId}, and ${wanted} is configured`,
          `pulumi config set ${TENANT_KEY} ${tenantId}, and sign in to that tenant`,
        ),
      ];
    return [pass(`"${displayName}" is ${state}, in tenant ${tenantId}`)];
  },
};
