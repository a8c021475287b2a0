// The parts of Azure's answers that this command uses. An HTML page or a body that is cut off has none of them.
import { z } from "zod";

export const CLUSTER = "Microsoft.ContainerService/managedClusters";

/** Of a list. */
export const page = z.looseObject({ value: z.array(z.unknown()) });

const named = { id: z.string().startsWith("/subscriptions/"), name: z.string() };

export const cluster = z.looseObject({
  ...named,
  oidcIssuerProfile: z.looseObject({ enabled: z.boolean().optional(), issuerURL: z.string().optional() }).optional(),
  securityProfile: z.looseObject({ workloadIdentity: z.looseObject({ enabled: z.boolean().optional() }).optional() }).optional(),
});
export type Cluster = z.infer<typeof cluster>;

/** The first of the credentials, as text. */
export const kubeconfig = z
  .looseObject({ kubeconfigs: z.array(z.looseObject({ value: z.instanceof(Uint8Array) })).min(1) })
  .transform(({ kubeconfigs }) => Buffer.from(kubeconfigs[0]?.value ?? "").toString("utf8"));

export const identity = z.looseObject({ ...named, clientId: z.string(), principalId: z.string(), tenantId: z.string() });
export type Identity = z.infer<typeof identity>;

const federatedCredential = z.looseObject({
  ...named,
  issuer: z.string(),
  subject: z.string(),
  audiences: z.array(z.string()),
});
export const federatedCredentials = z.array(federatedCredential).readonly();
export type FederatedCredential = z.infer<typeof federatedCredential>;

export const vault = z.looseObject({
  ...named,
  properties: z.looseObject({
    vaultUri: z.string(),
    tenantId: z.string(),
    enableRbacAuthorization: z.boolean().nullish(),
    publicNetworkAccess: z.string().optional(),
    networkAcls: z.looseObject({ defaultAction: z.string().optional() }).optional(),
    accessPolicies: z
      .array(
        z.looseObject({
          tenantId: z.string(),
          objectId: z.string(),
          permissions: z.looseObject({ secrets: z.array(z.string()).default([]) }),
        }),
      )
      .optional(),
  }),
});
export type Vault = z.infer<typeof vault>;

export const secret = z.looseObject({
  name: z.string(),
  properties: z.looseObject({ attributes: z.looseObject({ enabled: z.boolean().optional() }).optional() }),
});
export type Secret = z.infer<typeof secret>;

export const blobContainer = z.looseObject(named);
export type BlobContainer = z.infer<typeof blobContainer>;

const roleAssignment = z.looseObject({
  id: z.string(),
  scope: z.string(),
  principalId: z.string(),
  principalType: z.string().optional(),
  roleDefinitionId: z.string(),
});
export const roleAssignments = z.array(roleAssignment).readonly();
export type RoleAssignment = z.infer<typeof roleAssignment>;

const actions = z.array(z.string()).default([]);
export const roleDefinition = z.looseObject({
  name: z.string(),
  roleName: z.string(),
  assignableScopes: actions,
  permissions: z
    .array(z.looseObject({ actions, notActions: actions, dataActions: actions, notDataActions: actions }))
    .default([]),
});
export type RoleDefinition = z.infer<typeof roleDefinition>;

export function listOf<T>(shape: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(shape).readonly();
}

/** Of a vault's or an account's address: its name. A text that is no address is nobody's name. */
export function accountOf(address: string): string {
  return URL.canParse(address) ? (new URL(address).hostname.split(".")[0] ?? "") : address;
}
