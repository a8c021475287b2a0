// Rules about what the default workload reads besides its secret, about its toolbox, and about what the stack finds instead of making it.
import { asRuleSays, FEDERATED_CREDENTIALS_PER_IDENTITY, NAME_RULES, RULES } from "../chain";
import type { Federation } from "../components/federatedCredentials";
import { IdentityKind } from "../components/identityKinds";
import { federationsOf } from "./federations";
import type { ConfigValues } from "./keys";
import type { Mistake } from "./mistakes";
import { type AccountKey, accountsOf, DEFAULT_WORKLOAD } from "./workloads";

const BLOBS_URL = "https://learn.microsoft.com/azure/storage/blobs/assign-azure-role-data-access";
const ROLES_URL = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest";
/** Name of the toolbox among the workloads. */
const TOOLBOX = "toolbox";

export function storageMistakes({ storage }: Pick<ConfigValues, "storage">): Mistake[] {
  if (storage.enabled || !storage.publicRoute) return [];
  return [{ key: "storage.publicRoute", problem: "has no effect while storage.enabled is false", got: "true", url: BLOBS_URL }];
}

export function roleListMistakes({
  roleList,
  demoReaderRole,
  existingCluster,
  existingResourceGroup,
}: Pick<ConfigValues, "roleList" | "demoReaderRole" | "existingCluster" | "existingResourceGroup">): Mistake[] {
  if (!demoReaderRole) return [];
  const refused = (problem: string) => [{ key: "demoReaderRole", problem, got: "true", url: ROLES_URL }];
  if (!roleList) return refused("has nothing to show while roleList is false: it is a second role for that list");
  const { resourceGroupName: theirs } = existingCluster;
  if (theirs === undefined || theirs.toLowerCase() === existingResourceGroup?.toLowerCase()) return [];
  return refused("has nothing to show beside a cluster of another resource group: the list is that of the stack's own group");
}

export function toolboxMistakes({ toolbox, workloads }: Pick<ConfigValues, "toolbox" | "workloads">): Mistake[] {
  if (!toolbox || !(TOOLBOX in workloads)) return [];
  return [
    { key: `workloads.${TOOLBOX}`, problem: "must be under another key while toolbox is true", url: NAME_RULES.workload.url },
  ];
}

export function existingMistakes({
  existingCluster: { resourceGroupName, name },
  existingResourceGroup,
  names,
}: Pick<ConfigValues, "existingCluster" | "existingResourceGroup" | "names">): Mistake[] {
  const { url } = NAME_RULES.cluster;
  const half = (missing: string) => ({
    key: `existingCluster.${missing}`,
    problem: "must be set too: a cluster is found by both",
    url,
  });
  const mistakes: Mistake[] = [];
  if (name !== undefined && resourceGroupName === undefined) mistakes.push(half("resourceGroupName"));
  if (name === undefined && resourceGroupName !== undefined) mistakes.push(half("name"));
  if (name !== undefined && names.cluster !== undefined)
    mistakes.push({
      key: "names.cluster",
      problem: "has no effect beside existingCluster: the cluster has its name already",
      url,
    });
  if (existingResourceGroup !== undefined && names.resourceGroup !== undefined)
    mistakes.push({
      key: "names.resourceGroup",
      problem: "has no effect beside existingResourceGroup: the group has its name already",
      url,
    });
  return mistakes;
}

/** An application's display name takes more than the name of a managed identity. */
export function identityNameMistakes({ names, identityKind }: Pick<ConfigValues, "names" | "identityKind">): Mistake[] {
  const { text, pattern, url } = NAME_RULES.identity;
  const { identity: name } = names;
  if (name === undefined || identityKind === IdentityKind.Application || pattern.test(name)) return [];
  return [{ key: "names.identity", problem: `must be ${text}`, got: JSON.stringify(name), url }];
}

/** Sharers and federations together are what one identity is trusted for. */
export function federationMistakes(values: Pick<ConfigValues, AccountKey | "federations">): Mistake[] {
  const keys = Object.keys(values.federations);
  const accounts = accountsOf(values).filter(({ identity }) => identity === DEFAULT_WORKLOAD);
  const { url } = NAME_RULES.federatedCredential;
  const clashes = accounts
    .filter(({ account }) => keys.includes(account))
    .map(({ account }) => ({
      key: `federations.${account}`,
      problem: "must be under another key: this one stands for a ServiceAccount of the same identity",
      url,
    }));
  const trusts = Object.entries(federationsOf(values.federations)).map(([key, trust]) => ({ key, trust }));
  const pair = ({ issuer, subject }: Federation) => JSON.stringify([issuer, subject]);
  const twice = trusts.flatMap(({ key, trust }, index) => {
    const first = trusts.slice(0, index).find((earlier) => pair(earlier.trust) === pair(trust));
    const problem = `must be ${asRuleSays("WI084")}: federations.${first?.key} is the same`;
    return first === undefined ? [] : [{ key: `federations.${key}`, problem, got: pair(trust), url: RULES.WI084.source }];
  });
  const mistakes = [...clashes, ...twice];
  const count = accounts.length + keys.length;
  if (count <= FEDERATED_CREDENTIALS_PER_IDENTITY || accounts.length > FEDERATED_CREDENTIALS_PER_IDENTITY) return mistakes;
  const problem = `must be ${asRuleSays("WI083")}, together with the ServiceAccounts that act as the identity of ${DEFAULT_WORKLOAD}`;
  return [...mistakes, { key: "federations", problem, got: String(count), url: RULES.WI083.source }];
}
