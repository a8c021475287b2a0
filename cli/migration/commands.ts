// Commands that several systems need, as somebody types them into a shell.
import { USE_LABEL, USE_LABEL_VALUE } from "../../chain";
import { vaultId } from "./importFile";
import type { Request } from "./request";
import type { Setting, Step } from "./system";

/** A name as one word of a shell. A resource group may have parentheses, and the display name of an application any quotes. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const aks = (verb: string, { "cluster-resource-group": group, cluster }: Request) =>
  `az aks ${verb} --resource-group ${word(group)} --name ${word(cluster)}`;

export function enableWorkloadIdentity(request: Request): Step {
  return {
    why: "The cluster must issue tokens for pods. Enabling the issuer is permanent, the API server restarts, and pods that stay failed must be restarted.",
    commands: [`${aks("update", request)} --enable-oidc-issuer --enable-workload-identity`],
  };
}

/** Of a chart in a namespace of its own, whatever its release is called. */
export function removeWebhook(): Step {
  const namespace = "azure-workload-identity-system";
  return {
    why: "The cluster brings the webhook itself, and refuses it beside the chart's, whose objects have the same names. Running pods keep their tokens; a pod that starts before the last of these commands gets none.",
    commands: [`helm uninstall --namespace ${namespace} "$(helm list --namespace ${namespace} --short)"`],
  };
}

/** Pods of that time carry the label on their ServiceAccount only, which the cluster's webhook does not look at. */
export function labelPods(deployment: string, { "old-namespace": namespace }: Request): Step {
  const patch = JSON.stringify({ spec: { template: { metadata: { labels: { [USE_LABEL]: USE_LABEL_VALUE } } } } });
  return {
    why: "The cluster's webhook looks for the label on the pod's template, and the old one stands on the ServiceAccount. This rolls the old pods over.",
    commands: [`kubectl patch deployment ${deployment} --namespace ${namespace} --patch '${patch}'`],
  };
}

/** Azure's regions of what is adopted, so that nothing is replaced. */
export function location(show: string): Setting {
  return {
    key: "azure-native:location",
    value: `"$(${show} --query location --output tsv)"`,
    evaluated: true,
    why: "another region would replace what is adopted",
  };
}

export function clusterLocation(request: Request): Setting {
  return location(aks("show", request));
}

/** The object id that roles are granted to, as a variable of the shell. */
export function principalOfIdentity(request: Request): string {
  return `PRINCIPAL=$(${identity("show", request)} --query principalId --output tsv)`;
}

export function identity(verb: string, { "resource-group": group, identity: name }: Request): string {
  return `az identity ${verb} --resource-group ${word(group)} --name ${word(name)}`;
}

/** One file for each show, by what it is of: the old values outlast the first `pulumi up`. */
export function noteBefore(shows: Readonly<Record<string, string>>): Step {
  return {
    why: "Write down how it is now: the first pulumi up changes some of it, and not all is put back by the way back.",
    commands: Object.entries(shows).map(([what, show]) => `${show} --output json > ${noted(what)}`),
  };
}

export function noted(what: string): string {
  return `before-${what}.json`;
}

/** `principal` is an object id, or a variable of the shell with one. */
export function removeRole(principal: string, role: string, scope: string): string {
  return `az role assignment delete --assignee ${principal} --role '${role}' --scope ${word(scope)}`;
}

export function removeFromCluster(
  objects: readonly string[],
  { "old-namespace": namespace, "old-service-account": account }: Request,
): string {
  return `kubectl delete --namespace ${namespace} ${[...objects, `serviceaccount/${account}`].join(" ")}`;
}

const ofSubject = ({ "old-namespace": namespace, "old-service-account": account }: Request, field: string) =>
  `--query "[?subject=='system:serviceaccount:${namespace}:${account}'].${field}" --output tsv`;

export function removeIdentityCredential(request: Request): string {
  const { "resource-group": group, identity: name } = request;
  const of = `--resource-group ${word(group)} --identity-name ${word(name)}`;
  return `az identity federated-credential delete ${of} --yes --name "$(az identity federated-credential list ${of} ${ofSubject(request, "name")})"`;
}

export function removeApplicationCredential(request: Request): string {
  const of = `--id ${request["application-id"]}`;
  return `az ad app federated-credential delete ${of} --federated-credential-id "$(az ad app federated-credential list ${of} ${ofSubject(request, "id")})"`;
}

/** A secret's own scope: there the same role is another assignment, which Azure takes beside the vault's. */
export function secretScope(request: Request): string {
  return `${vaultId(request)}/secrets/${request.secret}`;
}
