// Builds in the registry: subscriptions on free credits get TasksOperationsNotAllowed. Azure says so only when a build is asked for; what can be asked is the offer.
import type { Check, Context } from "../check";
import { byKey } from "../keys";
import { fail, type Outcome, pass, unknown } from "../outcome";
import { subscriptionOf } from "./subscription";

/**
 * Offers that consist of free credits, by the beginning of their quota id.
 * https://learn.microsoft.com/azure/cost-management-billing/costs/understand-cost-mgmt-data lists offers with their quota ids.
 */
const FREE = /^(FreeTrial|AzureForStudents|AzurePass|DreamSpark|LightweightTrial)_/i;
/** Offers that are paid for. A partner's sandbox, CSPDEVTEST, is none of them. */
const PAID = /^(PayAsYouGo|EnterpriseAgreement|CSP|MSDNDevTest)_/i;

export const REGISTRY_TASKS: Check = {
  id: "registry-tasks",
  asks: "whether the subscription's offer is one on free credits, where registries build nothing; only where the stack builds in a registry",
  rights: ["Microsoft.Resources/subscriptions/read"],
  source: "https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview",
  async run({ azure, plan, files }: Context): Promise<readonly Outcome[]> {
    if (!plan.builds.registry) return [];
    const { subscriptionPolicies: { quotaId = "", spendingLimit = "" } = {} } = await subscriptionOf(azure);
    const offer = quotaId.replace(/_\d{4}-\d\d-\d\d$/, "") || "of no name";
    const instead = byKey(
      files,
      "imageBuilder",
      "pulumi config set imageBuilder docker, or prebuilt with an image",
      "build with Docker, or elsewhere, and name the image",
    );
    if (FREE.test(quotaId))
      return [fail(`the offer is ${offer}, on free credits: a build ends with TasksOperationsNotAllowed`, instead)];
    if (PAID.test(quotaId) && spendingLimit !== "On") return [pass(`the offer is ${offer}, which is no free credit`)];
    return [
      unknown(
        `whether the offer ${offer} (spending limit ${spendingLimit || "unknown"}) may build is known only from a build: TasksOperationsNotAllowed if not`,
        instead,
      ),
    ];
  },
};
