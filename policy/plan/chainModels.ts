// The chain of each cluster that a program's Kubernetes objects go to, from what it plans.
import {
  APP_ENVIRONMENT,
  type ChainModel,
  CLIENT_ID_ANNOTATION,
  type Elsewhere,
  groupedBy,
  objectInModel,
  POD_ENVIRONMENT,
  POD_TEMPLATE_PATHS,
  REGISTRY_ROLE_MODES,
} from "../../chain";
import { futureValue, idOf, named, nameOf } from "./azureIds";
import { clientIdFrom, credentials, identities, issuerOf, principalFrom, roles } from "./identities";
import { ANYTHING, metadataOf, podOf, type Variables } from "./kubernetes";
import type { Plan } from "./plan";
import { at, flagAt, isUnknown, kindOf, listAt, type PlannedResource, textAt } from "./planned";
import { secretProvidersOf } from "./secretProviders";

const CLUSTER = "containerservice:ManagedCluster";
/** What puts objects into a cluster that a plan does not show. */
const OPAQUE = /^kubernetes:(helm\.sh|yaml\/v2|kustomize)/;

export function chainModels(plan: Plan): ChainModel[] {
  const known = identities(plan);
  const shared = {
    identities: [...known.values()],
    federatedCredentials: credentials(plan, (account) => {
      const { namespace, name } = metadataOf(plan, account);
      return [namespace, name];
    }),
    roleAssignments: roles(plan, known),
    vaults: plan.ofKind("keyvault:Vault").flatMap((vault) => vaultOf(plan, known, vault)),
    secrets: plan.ofKind("keyvault:Secret").map((secret) => secretOf(plan, secret)),
    registries: plan.ofKind("containerregistry:Registry").flatMap((registry) => registryOf(plan, registry)),
    blobContainers: plan.ofKind("storage:BlobContainer").flatMap((container) => blobContainerOf(plan, container)),
  };
  const objects = plan.resources.filter(({ type }) => type.startsWith("kubernetes:"));
  const places = groupedBy(objects, (object) => placeOf(plan, object));
  const issuers = plan.ofKind(CLUSTER).map((cluster) => issuerOf(cluster));
  // A cluster without objects still has what belongs to Azure alone.
  const all = places.size === 0 ? [[plan.ofKind(CLUSTER)[0], []] as const] : [...places];
  return all.map(([place, own]) => {
    const cluster = clusterOf(place);
    return {
      ...shared,
      ...kubernetes(plan, own, known),
      cluster,
      otherIssuers: issuers.filter((issuer) => issuer !== cluster.issuer),
      elsewhere: elsewhere(plan, place, own),
    };
  });
}

/** The planned cluster, or the provider of one that is there already. */
function placeOf(plan: Plan, object: PlannedResource): PlannedResource | undefined {
  const provider = plan.providerOf(object);
  if (provider === undefined) return undefined;
  const clusters = Object.keys(provider.propertyDependencies).flatMap((input) => plan.sources(provider, input, [CLUSTER]));
  const [cluster, ...others] = new Set(clusters);
  if (cluster !== undefined) return others.length === 0 ? cluster : provider;
  // What a function is asked of a cluster that is still to come is not known, and Pulumi then keeps no record of what it was asked of.
  // https://github.com/pulumi/pulumi/blob/v3.270.0/sdk/nodejs/runtime/invoke.ts
  const planned = plan.ofKind(CLUSTER);
  const [only] = planned;
  return planned.length === 1 && isUnknown(at(provider.inputs, "kubeconfig")) ? only : provider;
}

function clusterOf(place: PlannedResource | undefined): ChainModel["cluster"] {
  if (place === undefined || kindOf(place.type) !== CLUSTER) {
    const nothing = { issuer: undefined, oidcIssuerEnabled: undefined, workloadIdentityEnabled: undefined };
    return { resource: place?.urn ?? "", id: place?.urn ?? "", tenantId: "", ...nothing };
  }
  const { inputs, urn } = place;
  const isAutomatic = textAt(inputs, "sku", "name") === "Automatic";
  const enabled = at(inputs, "oidcIssuerProfile", "enabled");
  // Since Kubernetes 1.34 a new cluster has one without being asked. https://learn.microsoft.com/azure/aks/use-oidc-issuer
  const oidcIssuerEnabled = isAutomatic || flagAt(enabled);
  const workloadIdentity = at(inputs, "securityProfile", "workloadIdentity", "enabled");
  return {
    resource: urn,
    id: urn,
    tenantId: "",
    issuer: oidcIssuerEnabled === false ? undefined : issuerOf(place),
    oidcIssuerEnabled,
    workloadIdentityEnabled: isAutomatic || (workloadIdentity === undefined ? false : flagAt(workloadIdentity)),
  };
}

function hides(plan: Plan, object: PlannedResource): boolean {
  if (OPAQUE.test(object.type) || object.type.endsWith("Patch")) return true;
  if (kindOf(object.type) !== "kubernetes:ServiceAccount") return false;
  const { namespace, name } = metadataOf(plan, object);
  return namespace === undefined || name === undefined;
}

function elsewhere(plan: Plan, place: PlannedResource | undefined, objects: readonly PlannedResource[]): readonly Elsewhere[] {
  const isOwn = place !== undefined && kindOf(place.type) === CLUSTER;
  const mayHoldMore = !isOwn || objects.some((object) => hides(plan, object));
  return ["identities", "vaults", "blobContainers", ...(mayHoldMore ? (["serviceAccounts"] as const) : [])];
}

function kubernetes(plan: Plan, objects: readonly PlannedResource[], known: ReturnType<typeof identities>) {
  const variables = variablesOf(plan, known);
  const ofKind = (kind: string) => objects.filter(({ type }) => kindOf(type) === `kubernetes:${kind}`);
  const declared = ofKind("ServiceAccount").flatMap((resource) => {
    const { namespace, name, labels, annotations } = metadataOf(plan, resource);
    if (namespace === undefined || name === undefined) return [];
    if (annotations === ANYTHING) return [{ resource: resource.urn, namespace, name, labels, annotations }];
    const resolved = Object.entries(annotations).map(([key, value]) => [
      key,
      value ?? (key === CLIENT_ID_ANNOTATION ? clientIdFrom(plan, known, resource, "metadata") : undefined),
    ]);
    return [{ resource: resource.urn, namespace, name, labels, annotations: Object.fromEntries(resolved) }];
  });
  const pods = Object.keys(POD_TEMPLATE_PATHS)
    .flatMap(ofKind)
    .flatMap((resource) => podOf(plan, resource, variables) ?? []);
  // Kubernetes puts one into every namespace.
  const namespaces = new Set(pods.map(({ namespace }) => namespace));
  const defaults = [...namespaces]
    .filter((namespace) => declared.every((account) => account.namespace !== namespace || account.name !== "default"))
    .map((namespace) => ({ resource: owner(namespace), namespace, name: "default", labels: {}, annotations: {} }));
  function owner(namespace: string): string {
    const found = ofKind("Namespace").find((resource) => metadataOf(plan, resource).name === namespace);
    return found?.urn ?? `the default ServiceAccount of ${namespace}`;
  }
  const secretProviders = secretProvidersOf(plan, objects, known);
  return { serviceAccounts: [...declared, ...defaults], pods, secretProviders, objects: objects.map(objectOf) };
}

function objectOf({ urn, type, inputs }: PlannedResource) {
  return objectInModel(urn, type.slice(type.lastIndexOf(":") + 1), inputs);
}

function variablesOf(plan: Plan, known: ReturnType<typeof identities>): Variables {
  return (resource, variable) => {
    const source = (kind: string) => plan.source(resource, "spec", kind);
    if (variable === POD_ENVIRONMENT.clientId) return clientIdFrom(plan, known, resource, "spec");
    if (variable === APP_ENVIRONMENT.vaultUri) return valueFrom(source("keyvault:Vault"), vaultUri);
    if (variable === APP_ENVIRONMENT.secretName) return valueFrom(source("keyvault:Secret"), nameOf);
    if (variable === APP_ENVIRONMENT.blobEndpoint) return valueFrom(source("storage:StorageAccount"), blobEndpoint);
    if (variable === APP_ENVIRONMENT.blobContainer) return valueFrom(source("storage:BlobContainer"), nameOf);
    // Whatever else a program calls it: of one vault it is the address or the name, and both mean the vault.
    return /vault/i.test(variable) ? valueFrom(source("keyvault:Vault"), nameOf) : undefined;
  };
}

function valueFrom(source: PlannedResource | undefined, read: (source: PlannedResource) => string): string | undefined {
  return source === undefined ? undefined : read(source);
}

function vaultUri(vault: PlannedResource): string {
  const known = textAt(vault.outputs, "properties", "vaultUri");
  const name = textAt(vault.inputs, "vaultName");
  return known ?? (name === undefined ? futureValue("vaultUri", vault) : `https://${name.toLowerCase()}.vault.azure.net/`);
}

function blobEndpoint(account: PlannedResource): string {
  const known = textAt(account.outputs, "primaryEndpoints", "blob");
  const name = textAt(account.inputs, "accountName");
  return known ?? (name === undefined ? futureValue("primaryEndpoints.blob", account) : `https://${name}.blob.core.windows.net/`);
}

function vaultOf(plan: Plan, known: ReturnType<typeof identities>, vault: PlannedResource): ChainModel["vaults"][number][] {
  const id = idOf(plan, vault);
  if (id === undefined) return [];
  const { inputs, urn } = vault;
  const policies = at(inputs, "properties", "accessPolicies");
  // A list that is not known may hold the one that lets the pod in; what an older program leaves out, the API's version decides.
  const apart = plan.ofKind("keyvault:AccessPolicy").map((resource) => ({
    resource,
    of: named(plan, resource, "keyvault:Vault", "vaultName"),
  }));
  const areKnown = (policies === undefined || Array.isArray(policies)) && apart.every(({ of }) => of !== undefined);
  const rbac = areKnown ? flagAt(inputs, "properties", "enableRbacAuthorization") : undefined;
  const tenantId = textAt(inputs, "properties", "tenantId");
  const accessPolicies = [
    ...listAt(policies).map((policy) => accessPolicy(plan, known, vault, policy)),
    ...apart
      .filter(({ of }) => of === vault)
      .map(({ resource }) => ({ ...accessPolicy(plan, known, resource, at(resource.inputs, "policy")), resource: resource.urn })),
  ];
  return [{ resource: urn, id, name: nameOf(vault), uri: vaultUri(vault), tenantId, rbac, accessPolicies }];
}

function accessPolicy(plan: Plan, known: ReturnType<typeof identities>, resource: PlannedResource, policy: unknown) {
  const permissions = at(policy, "permissions", "secrets");
  // Of several policies of a vault a preview does not say which is for whom.
  const isOnly = listAt(resource.inputs, "properties", "accessPolicies").length <= 1;
  const input = at(resource.inputs, "policy") === undefined ? "properties" : "policy";
  return {
    objectId: textAt(policy, "objectId") ?? (isOnly ? principalFrom(plan, known, resource, input) : undefined),
    tenantId: textAt(policy, "tenantId"),
    secrets: Array.isArray(permissions)
      ? permissions.map((permission) => textAt(permission) ?? "all")
      : isUnknown(permissions)
        ? ["all"]
        : [],
  };
}

function registryOf(plan: Plan, registry: PlannedResource): NonNullable<ChainModel["registries"]>[number][] {
  const id = idOf(plan, registry);
  const mode = textAt(registry.inputs, "roleAssignmentMode");
  return id === undefined ? [] : [{ resource: registry.urn, id, abac: mode === REGISTRY_ROLE_MODES.abac.azure }];
}

function secretOf(plan: Plan, secret: PlannedResource): ChainModel["secrets"][number] {
  const vault = named(plan, secret, "keyvault:Vault", "vaultName");
  const enabled = at(secret.inputs, "properties", "attributes", "enabled");
  const outside = textAt(secret.inputs, "vaultName");
  return {
    resource: secret.urn,
    vaultId: vault === undefined ? outside : idOf(plan, vault),
    name: at(secret.inputs, "secretName") === undefined ? undefined : nameOf(secret),
    enabled: enabled === undefined ? true : flagAt(enabled),
  };
}

function blobContainerOf(plan: Plan, container: PlannedResource): NonNullable<ChainModel["blobContainers"]>[number][] {
  const account = named(plan, container, "storage:StorageAccount", "accountName");
  const id = idOf(plan, container);
  if (account === undefined || id === undefined) return [];
  const place = { account: nameOf(account), endpoint: blobEndpoint(account) };
  return [{ resource: container.urn, id, name: nameOf(container), ...place }];
}
