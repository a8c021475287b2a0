// What a subscription has besides resources: its offer, registered providers, regions, sizes, quotas and versions of Kubernetes. Every field may be changed while it runs.
// The shapes are Azure's; which regions, sizes and versions there are by default is made up, and enough for the stacks of this project.

export interface Region {
  readonly name: string;
  readonly displayName: string;
}

/** A size of virtual machines. https://learn.microsoft.com/rest/api/compute/resource-skus/list */
export interface Size {
  readonly name: string;
  /** As quotas name it, such as `standardDDSv5Family`. */
  readonly family: string;
  readonly vcpus: number;
  readonly zones: readonly string[];
  /** Regions, and zones of them, where the subscription may not have it. Defaults to none. */
  readonly restrictions?: readonly SizeRestriction[];
}

export interface SizeRestriction {
  readonly location: string;
  /** Undefined: the whole region. */
  readonly zones?: readonly string[];
  readonly reasonCode: "NotAvailableForSubscription" | "QuotaId";
}

/** https://learn.microsoft.com/rest/api/compute/usage/list */
export interface Usage {
  /** `cores` for all of a region, else a family. */
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

/** A minor version. https://learn.microsoft.com/rest/api/aks/managed-clusters/list-kubernetes-versions */
export interface KubernetesOffer {
  readonly version: string;
  readonly patches: readonly string[];
  readonly isDefault?: boolean;
  readonly isPreview?: boolean;
  readonly supportPlans: readonly ("KubernetesOfficial" | "AKSLongTermSupport")[];
}

export interface SubscriptionFacts {
  /** https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states */
  state: "Enabled" | "Warned" | "PastDue" | "Disabled" | "Deleted";
  /** Which offer it was bought under. */
  quotaId: string;
  spendingLimit: "On" | "Off" | "CurrentPeriodOff";
  /** By namespace; a provider that is not here is `Registered`. */
  registrations: Readonly<Record<string, "NotRegistered" | "Registering" | "Registered" | "Unregistering">>;
  regions: readonly Region[];
  /** In every region. */
  sizes: readonly Size[];
  /** In every region. */
  usages: readonly Usage[];
  /** In every region. */
  kubernetes: readonly KubernetesOffer[];
}

const ZONES = ["1", "2", "3"];
const OFFICIAL = ["KubernetesOfficial", "AKSLongTermSupport"] as const;

export function subscriptionFacts(): SubscriptionFacts {
  const size = (name: string, family: string, vcpus: number): Size => ({ name, family, vcpus, zones: ZONES });
  return {
    state: "Enabled",
    quotaId: "PayAsYouGo_2014-09-01",
    spendingLimit: "Off",
    registrations: {},
    regions: [
      ["westeurope", "West Europe"],
      ["northeurope", "North Europe"],
      ["swedencentral", "Sweden Central"],
      ["germanywestcentral", "Germany West Central"],
      ["eastus", "East US"],
      ["eastus2", "East US 2"],
      ["westus2", "West US 2"],
      ["malaysiasouth", "Malaysia South"],
    ].map(([name = "", displayName = ""]) => ({ name, displayName })),
    sizes: [
      ...[2, 4, 8, 16].map((vcpus) => size(`Standard_D${vcpus}ds_v5`, "standardDDSv5Family", vcpus)),
      ...[2, 4, 8, 16].map((vcpus) => size(`Standard_D${vcpus}s_v5`, "standardDSv5Family", vcpus)),
      ...[2, 4, 8, 16].map((vcpus) => size(`Standard_D${vcpus}s_v3`, "standardDSv3Family", vcpus)),
      size("Standard_DS2_v2", "standardDSv2Family", 2),
      size("Standard_B2s", "standardBSFamily", 2),
    ],
    usages: [
      { name: "cores", used: 0, limit: 100 },
      ...["standardDDSv5Family", "standardDSv5Family", "standardDSv3Family", "standardDSv2Family", "standardBSFamily"].map(
        (name) => ({
          name,
          used: 0,
          limit: 100,
        }),
      ),
    ],
    kubernetes: [
      { version: "1.33", patches: ["1.33.7"], supportPlans: ["AKSLongTermSupport"] },
      { version: "1.34", patches: ["1.34.3"], supportPlans: OFFICIAL },
      { version: "1.35", patches: ["1.35.1", "1.35.2"], isDefault: true, supportPlans: OFFICIAL },
      { version: "1.36", patches: ["1.36.0"], supportPlans: OFFICIAL },
    ],
  };
}
