// What a stack says to the Azure provider. It reads its config itself, and ignores a key that it does not know.
import * as provider from "@pulumi/azure-native/config/vars";
import { GUID } from "../chain";
import type { RawConfig } from "./decode";
import { type Mistake, suggestion } from "./mistakes";

export const LOCATION_KEY = "azure-native:location";
const SUBSCRIPTION_KEY = "azure-native:subscriptionId";
const REGIONS_URL = "https://learn.microsoft.com/azure/reliability/regions-list";
const SUBSCRIPTION_URL = "https://learn.microsoft.com/azure/azure-portal/get-subscription-tenant-id";
const PROVIDER_URL = "https://www.pulumi.com/registry/packages/azure-native/installation-configuration/";

const PREFIX = "azure-native:";
/** The provider's own names, and those that Pulumi itself takes for every provider. */
const AZURE_KEYS = [...Object.keys(provider), "version", "pluginDownloadURL"].map((name) => `${PREFIX}${name}`);

/** Keys of the provider that somebody may look for among those of the project. */
export const LIKELY_AZURE_KEYS: readonly string[] = [LOCATION_KEY, SUBSCRIPTION_KEY];

export function azureMistakes({ entries, stack }: Pick<RawConfig, "entries" | "stack">): Mistake[] {
  const unknown = Object.keys(entries).filter((key) => key.startsWith(PREFIX) && !AZURE_KEYS.includes(key));
  return [
    ...unknown.map((key) => ({
      key,
      problem: `is not a key of the Azure provider${suggestion(key, AZURE_KEYS)}`,
      url: PROVIDER_URL,
    })),
    ...locationMistakes(stack, entries[LOCATION_KEY]),
    ...subscriptionMistakes(entries[SUBSCRIPTION_KEY]),
  ];
}

function locationMistakes(stack: string, location = ""): Mistake[] {
  const mistake = { key: LOCATION_KEY, url: REGIONS_URL };
  if (location === "")
    return [{ ...mistake, problem: `is not set. Run: pulumi config set ${LOCATION_KEY} westeurope --stack ${stack}` }];
  if (/^[A-Za-z0-9 ]+$/.test(location)) return [];
  return [{ ...mistake, problem: "must be an Azure region", got: JSON.stringify(location) }];
}

function subscriptionMistakes(subscription: string | undefined): Mistake[] {
  if (subscription === undefined || GUID.test(subscription)) return [];
  const problem = "must be the GUID of a subscription";
  return [{ key: SUBSCRIPTION_KEY, problem, got: JSON.stringify(subscription), url: SUBSCRIPTION_URL }];
}
