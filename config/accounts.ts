// Rules about who is who: administrators by their principals, workloads by their ServiceAccounts and identities.
import { asRuleSays, FEDERATED_CREDENTIALS_PER_IDENTITY, NAME_RULES, RULES } from "../chain";
import { OWN_ACCOUNT } from "../components/federatedCredentials";
import type { ConfigValues } from "./keys";
import type { Mistake } from "./mistakes";
import { KUBERNETES_NAMESPACE } from "./shapes";
import type { AccountConfig } from "./workloads";

const ACCOUNTS_URL = "https://kubernetes.io/docs/concepts/security/service-accounts/";
const ASSIGNMENTS_URL = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";

export function adminMistakes({
  assignClusterAdmins,
  clusterAdmins,
}: Pick<ConfigValues, "assignClusterAdmins" | "clusterAdmins">): Mistake[] {
  const admins = Object.entries(clusterAdmins);
  if (!assignClusterAdmins && admins.length > 0)
    return [{ key: "clusterAdmins", problem: "must be empty, because assignClusterAdmins is false", url: ASSIGNMENTS_URL }];
  return repeated(admins, ([, { objectId }]) => objectId.toLowerCase()).map(([[key, { objectId }], [first]]) => ({
    key: `clusterAdmins.${key}.objectId`,
    problem: `must be another principal than clusterAdmins.${first}, because Azure takes an assignment once`,
    got: JSON.stringify(objectId),
    url: ASSIGNMENTS_URL,
  }));
}

/** The items whose mark an earlier one has, each with that one. */
function repeated<T>(items: readonly T[], markOf: (item: T) => string): [T, T][] {
  const holders = new Map<string, T>();
  return items.flatMap((item): [T, T][] => {
    const mark = markOf(item);
    const holder = holders.get(mark);
    if (holder !== undefined) return [[item, holder]];
    holders.set(mark, item);
    return [];
  });
}

export function accountMistakes(accounts: readonly AccountConfig[]): Mistake[] {
  const owners = accounts.filter(({ key, identity }) => identity === key).map(({ key }) => key);
  return [
    ...accounts.flatMap(reservedKey),
    ...accounts.flatMap(broughtAlong),
    ...duplicates(accounts),
    ...accounts.flatMap((account) => unknownIdentity(account, owners)),
    ...crowds(accounts, owners),
  ];
}

// A workload that names no namespace gets its own key as one.
function broughtAlong({ key, namespace }: AccountConfig): Mistake[] {
  const problem = "must have a namespace that Kubernetes does not bring itself: set namespace, or take another key";
  return KUBERNETES_NAMESPACE.test(namespace) && key === namespace
    ? [{ key: `workloads.${key}`, problem, got: JSON.stringify(namespace) }]
    : [];
}

// An identity's own ServiceAccount goes by this key, and those of its sharers by the keys of their workloads.
function reservedKey({ key }: AccountConfig): Mistake[] {
  const problem = "must be under another key: this one stands for the ServiceAccount that an identity is made for";
  return key === OWN_ACCOUNT ? [{ key: `workloads.${key}`, problem }] : [];
}

function duplicates(accounts: readonly AccountConfig[]): Mistake[] {
  const accountOf = ({ namespace, serviceAccount }: AccountConfig) => `${namespace}/${serviceAccount}`;
  return repeated(accounts, accountOf).map(([account, { key: holder }]) => ({
    key: `workloads.${account.key}.serviceAccount`,
    problem: `must be another ServiceAccount than that of workload ${holder}: to act as the same identity, set identity to ${holder}`,
    got: JSON.stringify(accountOf(account)),
    url: ACCOUNTS_URL,
  }));
}

function unknownIdentity({ key, identity }: AccountConfig, owners: readonly string[]): Mistake[] {
  if (owners.includes(identity)) return [];
  const problem = `must be a workload with an identity of its own: ${owners.join(", ")}`;
  return [{ key: `workloads.${key}.identity`, problem, got: JSON.stringify(identity), url: NAME_RULES.federatedCredential.url }];
}

function crowds(accounts: readonly AccountConfig[], owners: readonly string[]): Mistake[] {
  return owners.flatMap((owner) => {
    const count = accounts.filter(({ identity }) => identity === owner).length;
    if (count <= FEDERATED_CREDENTIALS_PER_IDENTITY) return [];
    const problem = `must be ${asRuleSays("WI083")}: give some of those with the identity of ${owner} an identity of their own`;
    return [{ key: "workloads", problem, got: String(count), url: RULES.WI083.source }];
  });
}
