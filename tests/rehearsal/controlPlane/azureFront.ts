// The emulated Azure through azure-native, with a resource group and an identity to start from.
import { z } from "zod";
import { ROLE_LIST_ACTIONS, roleDefinitionId } from "../../../chain";
import type { EmulatedCloud } from "../../../rehearsal/cloud/emulatedCloud";
import { emulatedCloud, SUBSCRIPTION, TENANT } from "../../support/program";

export const TYPES = {
  group: "azure-native:resources:ResourceGroup",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  role: "azure-native:authorization:RoleAssignment",
  definition: "azure-native:authorization:RoleDefinition",
  vault: "azure-native:keyvault:Vault",
  secret: "azure-native:keyvault:Secret",
  registry: "azure-native:containerregistry:Registry",
  cluster: "azure-native:containerservice:ManagedCluster",
  account: "azure-native:storage:StorageAccount",
  container: "azure-native:storage:BlobContainer",
  blob: "azure-native:storage:Blob",
  pool: "azure-native:containerservice:AgentPool",
} as const;

export const GROUP = { resourceGroupName: "rg" };
export const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;
export const DEFINITION_ID = "99999999-9999-4999-8999-999999999999";
/** What a vault cannot do without. */
export const VAULT_PROPERTIES = { tenantId: TENANT };

type Inputs = Readonly<Record<string, unknown>>;

export class AzureFront {
  constructor(readonly cloud: EmulatedCloud = emulatedCloud()) {}

  static async start(): Promise<AzureFront> {
    const azure = new AzureFront();
    await azure.register(TYPES.group, GROUP);
    await azure.register(TYPES.identity, { ...GROUP, resourceName: "id-web" });
    return azure;
  }

  /** With an id, reads the resource as `get()` does. */
  async register(type: string, inputs: Inputs, name = "sample", id?: string) {
    const { id: given, state } = await this.cloud.register({ type, name, inputs, provider: "", id });
    return { id: given, state: z.record(z.string(), z.unknown()).parse(state) };
  }

  credential(key: string, changed: Inputs = {}) {
    return this.register(TYPES.credential, {
      ...GROUP,
      resourceName: "id-web",
      federatedIdentityCredentialResourceName: `fc-${key}`,
      issuer: "https://issuer.example/",
      subject: `system:serviceaccount:web:${key}`,
      audiences: ["api://AzureADTokenExchange"],
      ...changed,
    });
  }

  assignment(changed: Inputs = {}) {
    const principalId = "33333333-3333-4333-8333-333333333333";
    return this.register(TYPES.role, {
      scope: GROUP_ID,
      principalId,
      roleDefinitionId: roleDefinitionId("reader", GROUP_ID),
      ...changed,
    });
  }

  /** A custom role that lists roles in the group. */
  definition(changed: Inputs = {}, name = "sample") {
    const inputs = {
      scope: GROUP_ID,
      roleDefinitionId: DEFINITION_ID,
      roleName: "Lists roles",
      roleType: "CustomRole",
      permissions: [{ actions: [...ROLE_LIST_ACTIONS] }],
      assignableScopes: [GROUP_ID],
      ...changed,
    };
    return this.register(TYPES.definition, inputs, name);
  }

  vault(changed: Inputs = {}) {
    return this.register(TYPES.vault, { ...GROUP, vaultName: "kv-web", properties: VAULT_PROPERTIES, ...changed });
  }

  account(changed: Inputs = {}, name = "sample") {
    const inputs = { ...GROUP, accountName: "stweb", kind: "StorageV2", sku: { name: "Standard_LRS" }, ...changed };
    return this.register(TYPES.account, inputs, name);
  }

  container(changed: Inputs = {}) {
    return this.register(TYPES.container, { ...GROUP, accountName: "stweb", containerName: "documents", ...changed });
  }

  cluster(changed: Inputs = {}) {
    return this.register(TYPES.cluster, { ...GROUP, resourceName: "aks", ...changed });
  }
}
