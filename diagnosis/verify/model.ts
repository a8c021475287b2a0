// The chain of one workload as the rules want it, from what was read; what was not read is assumed to be as the stack exports it, and its links are unknown.
import {
  APP_ENVIRONMENT,
  type ChainModel,
  CLIENT_ID_ANNOTATION,
  lastSegment,
  type PodLink,
  ROLES,
  roleDefinitionId,
} from "../../chain";
import { accountOf, type RoleDefinition, type Vault } from "./azureShapes";
import type { Facts } from "./facts";
import { podLinks } from "./podLinks";
import type { Reading, Unread } from "./reading";

export type Part = Exclude<keyof Facts, "output" | "pods">;

export interface WorkloadModel {
  readonly model: ChainModel;
  /** One for each Deployment; an assumed one where they were not read. */
  readonly pods: readonly PodLink[];
  readonly unread: ReadonlyMap<Part, Unread>;
}

/** What Azure says is not there is no matter of rights. */
function isGone(reading: Reading<unknown>): boolean {
  return "unread" in reading && reading.unread.status === 404;
}

const PRINCIPAL_NOT_READ = "principal id not read";

export function workloadModel(facts: Facts, subscriptionId: string): WorkloadModel {
  const { output } = facts;
  const { namespace, serviceAccount, clientId, tenantId, identityId, issuer, subject, audience } = output;
  const unread = new Map<Part, Unread>();
  const known = <T>(part: Part, reading: Reading<T>, assumed: T): T => {
    if ("value" in reading) return reading.value;
    unread.set(part, reading.unread);
    return assumed;
  };
  const named = { id: `/subscriptions/${subscriptionId}/assumed`, name: "assumed" };
  const cluster = known("cluster", facts.cluster, {
    ...named,
    oidcIssuerProfile: { enabled: true, issuerURL: issuer },
    securityProfile: { workloadIdentity: { enabled: true } },
  });
  const identity = known("identity", facts.identity, {
    id: identityId,
    name: lastSegment(identityId),
    clientId,
    tenantId,
    principalId: PRINCIPAL_NOT_READ,
  });
  const credentials = known("credentials", facts.credentials, [{ ...named, issuer, subject, audiences: [audience] }]);
  const accounts = known("serviceAccounts", facts.serviceAccounts, [
    { metadata: { namespace, name: serviceAccount, labels: {}, annotations: { [CLIENT_ID_ANNOTATION]: clientId } } },
  ]);
  const uri = output.vaultUri ?? "";
  const assumedVault: Vault = { ...named, properties: { vaultUri: uri, tenantId, enableRbacAuthorization: true } };
  const vault = facts.vault === undefined ? undefined : known("vault", facts.vault, assumedVault);
  known("deployments", facts.deployments, []);
  const pods = podLinks(facts);
  const secretNames = pods.flatMap(({ containers }) => containers.flatMap(({ env }) => env[APP_ENVIRONMENT.secretName] ?? []));
  const secrets = known(
    "secrets",
    facts.secrets,
    secretNames.map((name) => ({ name, properties: { attributes: { enabled: true } } })),
  );
  const containers = known("containers", facts.containers, []);
  const assumedRole = {
    id: "assumed",
    scope: vault?.id ?? "",
    principalId: identity.principalId,
    roleDefinitionId: roleDefinitionId("keyVaultSecretsUser", `/subscriptions/${subscriptionId}`),
  };
  const roles = known("roles", facts.roles, { assignments: [assumedRole], definitions: [] });
  const builtIn = new Set<string>(Object.values(ROLES).map(({ id }) => id));
  const model: ChainModel = {
    cluster: {
      resource: `cluster ${cluster.name}`,
      id: cluster.id,
      tenantId,
      issuer: cluster.oidcIssuerProfile?.issuerURL,
      oidcIssuerEnabled: cluster.oidcIssuerProfile?.enabled === true,
      workloadIdentityEnabled: cluster.securityProfile?.workloadIdentity?.enabled === true,
    },
    identities: isGone(facts.identity) ? [] : [{ ...identity, resource: `identity ${identity.name}` }],
    federatedCredentials: credentials.map((each) => ({
      ...each,
      identityId: identity.id,
      resource: `federated credential ${each.name} of identity ${identity.name}`,
    })),
    roleAssignments: roles.assignments.map((each) => ({ ...each, resource: `role assignment ${lastSegment(each.id)}` })),
    customRoles: roles.definitions.flatMap(({ name, roleName, assignableScopes, permissions }) =>
      builtIn.has(name)
        ? []
        : [{ resource: `role ${roleName}`, id: name, name: roleName, assignableScopes, ...merged(permissions) }],
    ),
    vaults:
      vault === undefined
        ? []
        : [
            {
              resource: `vault ${vault.name}`,
              id: vault.id,
              name: vault.name,
              uri: vault.properties.vaultUri,
              tenantId: vault.properties.tenantId,
              rbac: vault.properties.enableRbacAuthorization === true,
              accessPolicies: (vault.properties.accessPolicies ?? []).map(({ permissions, ...policy }) => ({
                ...policy,
                secrets: permissions.secrets,
              })),
            },
          ],
    secrets: secrets.map(({ name, properties }) => ({
      resource: `secret ${name} of vault ${vault?.name}`,
      vaultId: vault?.id ?? "",
      name,
      enabled: properties.attributes?.enabled ?? true,
    })),
    blobContainers: containers.map(({ id, name, endpoint }) => ({
      resource: `blob container ${name}`,
      id,
      name,
      endpoint,
      account: accountOf(endpoint),
    })),
    serviceAccounts: accounts.map(({ metadata }) => ({
      resource: `ServiceAccount ${namespace}/${metadata.name}`,
      namespace,
      name: metadata.name,
      annotations: metadata.annotations,
      labels: metadata.labels,
    })),
    pods,
  };
  if (isGone(facts.identity)) for (const part of ["identity", "credentials", "roles"] as const) unread.delete(part);
  return { model, pods, unread };
}

/** A role nearly always has one set of permissions; of several, what one takes away another may still give. */
function merged(permissions: RoleDefinition["permissions"]) {
  const [first, ...more] = permissions;
  const all = <K extends "actions" | "dataActions">(key: K) => permissions.flatMap((each) => each[key]);
  return {
    actions: all("actions"),
    dataActions: all("dataActions"),
    notActions: more.length === 0 ? (first?.notActions ?? []) : [],
    notDataActions: more.length === 0 ? (first?.notDataActions ?? []) : [],
  };
}
