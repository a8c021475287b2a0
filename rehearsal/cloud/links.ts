// A resource of the emulated Resource Manager as the data plane and the rules look at it.
import { createHash } from "node:crypto";
import { z } from "zod";
import type {
  AccessPolicyLink,
  BlobContainerLink,
  CustomRoleLink,
  FederatedCredentialLink,
  IdentityLink,
  RoleAssignmentLink,
  VaultLink,
} from "../../chain";
import { AzureError } from "./azureError";
import { remembered } from "./remembered";
import type { AzureResource } from "./resourceManager";
import { roleDefinitionShape } from "./roleBehaviours";
import { blobEndpoint } from "./storageBehaviours";
import type { RegistryLink, SecretVersion, StorageAccountLink } from "./view";

const identityShape = z.looseObject({ clientId: z.string(), principalId: z.string(), tenantId: z.string() });
const credentialShape = z.looseObject({ issuer: z.string(), subject: z.string(), audiences: z.array(z.string()) });
const assignmentShape = z.looseObject({
  scope: z.string(),
  principalId: z.string(),
  roleDefinitionId: z.string(),
  condition: z.string().optional(),
});
const policyShape = z.looseObject({
  tenantId: z.string(),
  objectId: z.string(),
  permissions: z.looseObject({ secrets: z.array(z.string()).default([]) }).default({ secrets: [] }),
});
const vaultShape = z.looseObject({
  vaultUri: z.string(),
  tenantId: z.string(),
  enableRbacAuthorization: z.boolean().default(false),
  accessPolicies: z.array(policyShape).default([]),
});
const registryShape = z.looseObject({
  loginServer: z.string(),
  location: z.string().optional(),
  sku: z.looseObject({ name: z.string() }).optional(),
  roleAssignmentMode: z.string().optional(),
});
const accountShape = z.looseObject({
  primaryEndpoints: z.looseObject({ blob: z.string() }),
  allowSharedKeyAccess: z.boolean().default(true),
  allowBlobPublicAccess: z.boolean().default(false),
});
const secretShape = z.looseObject({
  value: z.string().default(""),
  contentType: z.string().optional(),
  attributes: z.looseObject({ enabled: z.boolean().optional() }).optional(),
});

export const identityLink = remembered((resource): IdentityLink => ({ ...declared(resource), ...pick(identityShape, resource) }));

export const credentialLink = remembered((resource): FederatedCredentialLink => {
  const identityId = resource.id.slice(0, resource.id.toLowerCase().lastIndexOf("/federatedidentitycredentials/"));
  return { ...declared(resource), ...pick(credentialShape, resource), identityId };
});

export const assignmentLink = remembered(
  (resource): RoleAssignmentLink => ({ ...declared(resource), ...pick(assignmentShape, resource) }),
);

/** Its name is what people call it; in Resource Manager's terms the name is the GUID. */
export function customRoleLink(resource: AzureResource): CustomRoleLink {
  const { roleName, permissions, assignableScopes } = pick(roleDefinitionShape, resource);
  const [only] = permissions;
  const { actions = [], notActions = [], dataActions = [], notDataActions = [] } = only ?? {};
  const lists = { actions, notActions, dataActions, notDataActions };
  return { resource: resource.declared, id: resource.name, name: roleName, assignableScopes, ...lists };
}

export function vaultLink(resource: AzureResource): VaultLink {
  const { vaultUri, tenantId, enableRbacAuthorization, accessPolicies } = pick(vaultShape, resource);
  const policies = accessPolicies.map(({ permissions, ...policy }) => ({ ...policy, secrets: permissions.secrets }));
  return { ...declared(resource), uri: vaultUri, tenantId, rbac: enableRbacAuthorization, accessPolicies: policies };
}

/** Of a policy that a program declares apart from its vault. */
export function accessPolicyLink(resource: AzureResource): AccessPolicyLink {
  const { tenantId, objectId, permissions } = pick(policyShape, resource);
  return { resource: resource.declared, tenantId, objectId, secrets: permissions.secrets };
}

export function registryLink(resource: AzureResource): RegistryLink {
  const { loginServer, location, sku, roleAssignmentMode } = pick(registryShape, resource);
  return { id: resource.id, loginServer, location, sku: sku?.name, roleAssignmentMode };
}

export function storageAccountLink(resource: AzureResource): StorageAccountLink {
  const { primaryEndpoints, allowSharedKeyAccess, allowBlobPublicAccess } = pick(accountShape, resource);
  const { id, name } = resource;
  return { id, name, endpoint: primaryEndpoints.blob, sharedKeys: allowSharedKeyAccess, publicAccess: allowBlobPublicAccess };
}

/** The account that a container lies in is named by its id. */
export function blobContainerLink(resource: AzureResource): BlobContainerLink {
  const account = /\/storageAccounts\/([^/]+)\//i.exec(resource.id)?.[1] ?? "";
  return { ...declared(resource), account, endpoint: blobEndpoint(account) };
}

/** The one version of a secret, created when it is asked for: nothing here lives on beyond a rehearsal. */
export function secretVersion(resource: AzureResource, nowMs: number): SecretVersion {
  const { value, contentType, attributes } = pick(secretShape, resource);
  const version = createHash("sha256").update(`${resource.id}|${value}`).digest("hex").slice(0, 32);
  return { version, value, contentType, enabled: attributes?.enabled ?? true, created: Math.floor(nowMs / 1000) };
}

export function secretValue(resource: AzureResource): string {
  return pick(secretShape, resource).value;
}

function declared(resource: AzureResource) {
  return { resource: resource.declared, id: resource.id, name: resource.name };
}

function pick<T>(shape: z.ZodType<T>, resource: AzureResource): T {
  const parsed = shape.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  throw new AzureError(400, "InvalidRequestContent", `${resource.declared}: ${z.prettifyError(parsed.error)}`);
}
