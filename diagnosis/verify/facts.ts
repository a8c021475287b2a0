// Everything that is read about one workload, each part apart: what is missing of one says nothing about the others.
import { APP_ENVIRONMENT, scopeContains } from "../../chain";
import type { WorkloadOutput } from "../stackOutputs";
import type { Azure } from "./azure";
import type * as azure from "./azureShapes";
import type { Cluster } from "./cluster";
import type * as cluster from "./clusterShapes";
import { INTRUDER_LABEL } from "./intruder";
import type { Reading, Unread } from "./reading";

export interface Roles {
  readonly assignments: readonly azure.RoleAssignment[];
  /** Of those assignments whose role is not one that the chain knows. */
  readonly definitions: readonly azure.RoleDefinition[];
}

export interface Facts {
  readonly output: WorkloadOutput;
  readonly cluster: Reading<azure.Cluster>;
  readonly identity: Reading<azure.Identity>;
  readonly credentials: Reading<readonly azure.FederatedCredential[]>;
  readonly serviceAccounts: Reading<readonly cluster.ServiceAccount[]>;
  /** Those whose pods have the workload's ServiceAccount. */
  readonly deployments: Reading<readonly cluster.Deployment[]>;
  /** The same. */
  readonly pods: Reading<readonly cluster.Pod[]>;
  /** Undefined where nothing of the workload reads a vault. */
  readonly vault: Reading<azure.Vault> | undefined;
  /** By name; none that is not there. */
  readonly secrets: Reading<readonly azure.Secret[]>;
  readonly containers: Reading<readonly (azure.BlobContainer & { readonly endpoint: string })[]>;
  readonly roles: Reading<Roles>;
}

export interface Place {
  /** The stack's own; empty where it exports none. */
  readonly resourceGroup: string;
  readonly subscriptionId: string;
}

const NO_GRAPH: Unread = {
  reason: "the identity is an application, and this command does not ask Microsoft Graph",
  right: "Application.Read.All of Microsoft Graph, with: az ad app federated-credential list --id <application id>",
};

export async function readFacts(
  output: WorkloadOutput,
  place: Place,
  azureCluster: Reading<azure.Cluster>,
  azure_: Azure,
  kubernetes: Cluster,
): Promise<Facts> {
  const { identityId, namespace, serviceAccount } = output;
  const isManaged = identityId.startsWith("/subscriptions/");
  const [identity, credentials, serviceAccounts, all, allPods] = await Promise.all([
    isManaged ? azure_.identity(identityId) : { unread: NO_GRAPH },
    isManaged ? azure_.federatedCredentials(identityId) : { unread: NO_GRAPH },
    kubernetes.serviceAccounts(namespace),
    kubernetes.deployments(namespace),
    kubernetes.pods(namespace),
  ]);
  const deployments = mapped(all, (each) => each.filter(({ spec }) => spec.template.spec?.serviceAccountName === serviceAccount));
  // Intruders of this command, from another run, are none of the workload's pods.
  const isOwn = ({ metadata, spec }: cluster.Pod) =>
    spec.serviceAccountName === serviceAccount && metadata.labels[INTRUDER_LABEL] === undefined;
  const pods = mapped(allPods, (each) => each.filter(isOwn));
  const variables = specsOf(deployments, pods).flatMap(variablesOf);
  const values = (name: string) => [...new Set(variables.flatMap((each) => each.get(name) ?? []))];
  const vault = output.vaultUri === undefined ? undefined : await azure_.vault(place.resourceGroup, output.vaultUri);
  const secrets =
    vault === undefined || "unread" in vault
      ? (vault ?? { value: [] })
      : present(await Promise.all(values(APP_ENVIRONMENT.secretName).map((name) => azure_.secret(vault.value, name))));
  const blobs = variables.flatMap((each) => {
    const [endpoint, name] = [each.get(APP_ENVIRONMENT.blobEndpoint), each.get(APP_ENVIRONMENT.blobContainer)];
    return endpoint === undefined || name === undefined ? [] : [{ endpoint, name }];
  });
  const containers = present(
    await Promise.all(
      blobs.map(async ({ endpoint, name }) =>
        mapped(await azure_.blobContainer(place.resourceGroup, endpoint, name), (found) => ({ ...found, endpoint })),
      ),
    ),
  );
  const scopes = [
    ...(vault !== undefined && "value" in vault ? [vault.value.id] : []),
    ...("value" in containers ? containers.value.map(({ id }) => id) : []),
    ...values(APP_ENVIRONMENT.roleListScope),
  ];
  const roles = "unread" in identity ? identity : await readRoles(scopes, identity.value, place, azure_);
  return {
    output,
    cluster: azureCluster,
    identity,
    credentials,
    serviceAccounts,
    deployments,
    pods,
    vault,
    secrets,
    containers,
    roles,
  };
}

/** Of the Deployments, or where there is none of the pods: those of a StatefulSet, a Job or any other object. */
function specsOf(deployments: Facts["deployments"], pods: Facts["pods"]): readonly cluster.PodSpec[] {
  const declared = valuesOf(deployments).flatMap(({ spec }) => spec.template.spec ?? []);
  return declared.length > 0 ? declared : valuesOf(pods).map(({ spec }) => spec);
}

/** What a container's plain variables say. */
function variablesOf({ containers }: cluster.PodSpec): ReadonlyMap<string, string>[] {
  return containers.map(
    ({ env }) => new Map(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))),
  );
}

/** Where none reaches what is read, also those elsewhere, and those of the client id: they tell which one was meant to. */
async function readRoles(
  scopes: readonly string[],
  { principalId, clientId }: azure.Identity,
  { subscriptionId }: Place,
  azure_: Azure,
): Promise<Reading<Roles>> {
  const here = await Promise.all(scopes.map((scope) => azure_.assignments(scope, `assignedTo('${principalId}')`)));
  const unread = here.find((each) => "unread" in each);
  if (unread !== undefined && "unread" in unread) return unread;
  const reaching = (scope: string, index: number) =>
    valuesOf(here[index]).some((assignment) => scopeContains(assignment.scope, scope));
  const asked = scopes.every(reaching)
    ? []
    : await Promise.all([
        azure_.assignments(`/subscriptions/${subscriptionId}`, `principalId eq '${principalId}'`),
        ...scopes.map((scope) => azure_.assignments(scope, `principalId eq '${clientId}'`)),
      ]);
  const found = [...here, ...asked].flatMap(valuesOf);
  // What a group of the identity's has been given, the identity has.
  const own = found.map((each) => (each.principalType === "Group" ? { ...each, principalId } : each));
  const assignments = [...new Map(own.map((each) => [each.id.toLowerCase(), each])).values()];
  const ids = [...new Set(assignments.map(({ roleDefinitionId }) => roleDefinitionId))];
  const definitions = await Promise.all(ids.map((id) => azure_.roleDefinition(id)));
  const unknown = definitions.find((each) => "unread" in each);
  if (unknown !== undefined && "unread" in unknown) return unknown;
  return { value: { assignments, definitions: definitions.flatMap((each) => ("value" in each ? [each.value] : [])) } };
}

function valuesOf<T>(reading: Reading<readonly T[]> | undefined): readonly T[] {
  return reading !== undefined && "value" in reading ? reading.value : [];
}

export function mapped<T, U>(reading: Reading<T>, change: (value: T) => U): Reading<U> {
  return "unread" in reading ? reading : { value: change(reading.value) };
}

/** Those that are there; unread where one of them is, for another reason than that there is none. */
function present<T>(readings: readonly Reading<T>[]): Reading<readonly T[]> {
  const unread = readings.find((each) => "unread" in each && each.unread.status !== 404);
  if (unread !== undefined && "unread" in unread) return unread;
  return { value: readings.flatMap((each) => ("value" in each ? [each.value] : [])) };
}
