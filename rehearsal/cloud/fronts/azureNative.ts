// Translates azure-native's resources and functions into Resource Manager's ids and properties, and the answers back.
import { z } from "zod";
import { AzureError } from "../azureError";
import { stableGuid } from "../behaviours";
import type { AzureResource, Properties, ResourceManager } from "../resourceManager";
import { clusterCredentials } from "./clusterCredentials";

interface Kind {
  /** Resource provider and, for each level, the kind in the id and the input that holds the name. */
  readonly provider: string;
  readonly levels: readonly (readonly [kind: string, nameInput: string])[];
  /** Azure-native leaves the body of these types in `properties`; the others are flat. */
  readonly nested?: (resource: AzureResource) => Properties;
}

const IDENTITY_LEVEL = ["userAssignedIdentities", "resourceName"] as const;
const CLUSTER_LEVEL = ["managedClusters", "resourceName"] as const;
const VAULT_LEVEL = ["vaults", "vaultName"] as const;

const KINDS: Readonly<Record<string, Kind>> = {
  "managedidentity:UserAssignedIdentity": { provider: "Microsoft.ManagedIdentity", levels: [IDENTITY_LEVEL] },
  "managedidentity:FederatedIdentityCredential": {
    provider: "Microsoft.ManagedIdentity",
    levels: [IDENTITY_LEVEL, ["federatedIdentityCredentials", "federatedIdentityCredentialResourceName"]],
  },
  "keyvault:Vault": { provider: "Microsoft.KeyVault", levels: [VAULT_LEVEL], nested: ({ properties }) => properties },
  "keyvault:Secret": { provider: "Microsoft.KeyVault", levels: [VAULT_LEVEL, ["secrets", "secretName"]], nested: secretOutputs },
  "containerregistry:Registry": { provider: "Microsoft.ContainerRegistry", levels: [["registries", "registryName"]] },
  "containerservice:ManagedCluster": { provider: "Microsoft.ContainerService", levels: [CLUSTER_LEVEL] },
  "containerservice:AgentPool": {
    provider: "Microsoft.ContainerService",
    levels: [CLUSTER_LEVEL, ["agentPools", "agentPoolName"]],
  },
  "containerservice:MaintenanceConfiguration": {
    provider: "Microsoft.ContainerService",
    levels: [CLUSTER_LEVEL, ["maintenanceConfigurations", "configName"]],
  },
};

export interface AzureNativeContext {
  readonly manager: ResourceManager;
  /** `azure-native:location` of the stack, where a resource names none. */
  readonly defaultLocation: string | undefined;
  /** Object id of the person or pipeline that runs the program. */
  readonly deployerObjectId: string;
  /** A token of the emulated Entra ID for the deployer. */
  deployerToken(audience: string): Promise<string>;
}

const text = z.string().min(1);
const groupInputs = z.looseObject({
  resourceGroupName: text.optional(),
  location: text.optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
const body = z.record(z.string(), z.unknown());

/** The type without its API version: azure-native names both forms. Undefined for another package's type. */
function kindOf(type: string): string | undefined {
  return /^azure-native:(\w+)(?:\/v\w+)?:(\w+)$/.exec(type)?.slice(1).join(":");
}

export function registerAzure(
  context: AzureNativeContext,
  type: string,
  pulumiName: string,
  inputs: Properties,
  declared: string,
) {
  const { manager } = context;
  const kindName = kindOf(type);
  const base = groupInputs.parse(inputs);
  const autoName = `${pulumiName}${Buffer.from(pulumiName).toString("hex").slice(-8)}`;
  if (kindName === "resources:ResourceGroup") {
    const name = base.resourceGroupName ?? autoName;
    const location = requireLocation(base.location ?? context.defaultLocation, declared);
    const group = manager.put(groupId(manager, name), { location, tags: base.tags ?? {} }, declared);
    return { id: group.id, state: { ...inputs, location, name } };
  }
  if (kindName === "authorization:RoleAssignment") return registerRoleAssignment(manager, inputs, declared);

  const kind = kindName === undefined ? undefined : KINDS[kindName];
  if (kind === undefined) throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type}`);
  const { resourceGroupName: group } = z.looseObject({ resourceGroupName: text }).parse(inputs);
  const groupLocation = manager.get(groupId(manager, group))?.properties.location;
  const location = base.location ?? context.defaultLocation ?? (typeof groupLocation === "string" ? groupLocation : undefined);
  const path = kind.levels
    .map(([level, input], index) => {
      // Only the resource itself is given a name; its parents must be named.
      const shape = z.looseObject({ [input]: index === kind.levels.length - 1 ? text.default(autoName) : text });
      return `${level}/${shape.parse(inputs)[input]}`;
    })
    .join("/");
  const id = `${groupId(manager, group)}/providers/${kind.provider}/${path}`;
  const pathInputs = new Set<string>(["resourceGroupName", ...kind.levels.map(([, input]) => input)]);
  const own = Object.fromEntries(Object.entries(inputs).filter(([key]) => !pathInputs.has(key)));
  const { properties: nested, ...flat } = own;
  const given = kind.nested === undefined ? own : { ...flat, ...body.parse(nested ?? {}) };
  const topLevel = kind.levels.length === 1 ? { location: requireLocation(location, declared) } : {};
  const resource = manager.put(id, { ...given, ...topLevel }, declared);
  const outputs = kind.nested === undefined ? resource.properties : { properties: kind.nested(resource) };
  return { id: resource.id, state: { ...own, ...topLevel, ...outputs, name: resource.name } };
}

/** What a program reads of a resource by its id, as it does with `get()`. */
export function readAzure({ manager }: AzureNativeContext, type: string, id: string) {
  const resource = manager.get(id);
  if (resource === undefined)
    throw new AzureError(
      404,
      "ResourceNotFound",
      `'${id}' was not found: a rehearsal knows only what the program itself creates`,
    );
  const kind = KINDS[kindOf(type) ?? ""];
  const outputs = kind?.nested === undefined ? resource.properties : { properties: kind.nested(resource) };
  return { id: resource.id, state: { ...outputs, name: resource.name } };
}

function registerRoleAssignment(manager: ResourceManager, inputs: Properties, declared: string) {
  const { scope, roleAssignmentName } = z
    .looseObject({ scope: text, roleAssignmentName: text.default(stableGuid("assignment", declared)) })
    .parse(inputs);
  const resource = manager.put(
    `${scope}/providers/Microsoft.Authorization/roleAssignments/${roleAssignmentName}`,
    inputs,
    declared,
  );
  return { id: resource.id, state: { ...inputs, name: resource.name } };
}

function secretOutputs({ id, name, properties }: AzureResource): Properties {
  const vaultName = /\/vaults\/([^/]+)\//.exec(id)?.[1] ?? "";
  // Resource Manager never returns a secret's value.
  const { value: _, ...visible } = properties;
  const secretUri = `https://${vaultName.toLowerCase()}.vault.azure.net/secrets/${name}`;
  return { ...visible, secretUri };
}

function requireLocation(location: string | undefined, declared: string): string {
  if (location !== undefined) return location;
  throw new AzureError(400, "LocationRequired", `The location property is required for this definition (${declared}).`);
}

export function groupId(manager: ResourceManager, name: string): string {
  return `/subscriptions/${manager.subscriptionId}/resourceGroups/${name}`;
}

export async function invokeAzure(
  context: AzureNativeContext,
  token: string,
  args: Properties,
): Promise<Record<string, unknown>> {
  const { manager } = context;
  switch (kindOf(token)) {
    case "authorization:getClientConfig":
      return {
        clientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        objectId: context.deployerObjectId,
        subscriptionId: manager.subscriptionId,
        tenantId: manager.tenantId,
      };
    case "authorization:getClientToken":
      return { token: await context.deployerToken(text.optional().parse(args.endpoint) ?? "https://management.azure.com") };
    case "resources:getResourceGroup": {
      const { resourceGroupName: name } = z.looseObject({ resourceGroupName: text }).parse(args);
      // A group that the program only reads must be there already, so it is: nothing else of it is known.
      const group =
        manager.get(groupId(manager, name)) ??
        manager.put(
          groupId(manager, name),
          { location: context.defaultLocation ?? "unknown" },
          `existing resource group ${name}`,
        );
      return { id: group.id, name, location: group.properties.location, tags: {} };
    }
    case "containerservice:listManagedClusterUserCredentials":
      return clusterCredentials(manager, args, "user");
    case "containerservice:listManagedClusterAdminCredentials":
      return clusterCredentials(manager, args, "admin");
    default:
      throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate the function ${token}`);
  }
}
