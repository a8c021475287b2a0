// Names for commands: from a stack's outputs and from an error's text, in a form that a shell takes as they are.
import { GUID, type Presented, sameText } from "../../chain";
import type { StackOutputs, WorkloadOutput } from "../stackOutputs";
import { vaultName } from "./compare";

/** The Deployment that a pod's name comes from: name, hash of the template, five characters. */
export function deploymentOf(pod = "", namespace: string): string | undefined {
  const [, podNamespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/.exec(pod) ?? [];
  return podNamespace === namespace ? name : undefined;
}

/** The identity's own object id: the refused one's, if that is the same identity, or else looked up. */
export function principalOf({ principal, clientId }: Presented, workload: WorkloadOutput): string {
  if (principal !== undefined && clientId !== undefined && GUID.test(principal) && sameText(clientId, workload.clientId))
    return principal;
  const identity = identityOf(workload);
  return identity === undefined
    ? `"$(az ad sp show --id ${quoted(workload.clientId)} --query id --output tsv)"`
    : `"$(az identity show --ids ${quoted(workload.identityId)} --query principalId --output tsv)"`;
}

export function vaultScope({ scope }: Presented, workload: WorkloadOutput): string | undefined {
  const own = vaultName(workload);
  const [vault, name] =
    /^\/subscriptions\/[\w-]+\/resource[gG]roups\/[\w.()-]+\/providers\/microsoft\.keyvault\/vaults\/([\w-]+)/i.exec(
      scope ?? "",
    ) ?? [];
  if (vault !== undefined && name !== undefined && sameText(name, own ?? name)) return quoted(vault);
  return own === undefined ? undefined : `"$(az keyvault show --name ${own} --query id --output tsv)"`;
}

export function accountScope(_: Presented, { blobEndpoint = "" }: WorkloadOutput): string | undefined {
  const name = /^https:\/\/([a-z0-9]{3,24})\./.exec(blobEndpoint)?.[1];
  return name === undefined ? undefined : `"$(az storage account show --name ${name} --query id --output tsv)"`;
}

export function identityOf({ identityId }: WorkloadOutput) {
  const [, subscription, group, name] =
    /^\/subscriptions\/([\w-]+)\/resource[gG]roups\/([\w.()-]+)\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/([\w-]+)$/i.exec(
      identityId,
    ) ?? [];
  return subscription === undefined || group === undefined || name === undefined
    ? undefined
    : { subscription, group: quoted(group), name };
}

/** Nothing where the outputs came from a file and no stack was named: the selected one, then. */
export function ofStack({ stack }: StackOutputs): string {
  return stack === "" ? "" : ` --stack ${quoted(stack)}`;
}

/** For a shell: what comes from a stack or a log may hold anything. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
