// From a signed-in identity to what it reads: what is said of planned roles, vaults, secrets and containers of blobs.
import { UNKNOWN } from "../../../policy/plan/planned";
import {
  another,
  byPolicies,
  EXISTING,
  GUID,
  given,
  IDS,
  nameOf,
  OTHERS,
  type Program,
  type Rows,
  roleId,
  told,
  toldToo,
} from "./row";

const assignedTo = (principalId: string, ...from: readonly string[]) => ({ role: given("principalId", principalId, ...from) });
const assignedAt = (...from: readonly string[]) => ({ changes: { role: given("scope", UNKNOWN, ...from) }, more: OTHERS.vault });
const role = (id: string) => ({ changes: { role: { inputs: { roleDefinitionId: id } } } });
const takesRoles = (enableRbacAuthorization: unknown) => ({
  changes: { vault: { inputs: { properties: { tenantId: UNKNOWN, enableRbacAuthorization } } } },
});
const vaultOf = (tenantId: string) => ({ inputs: { properties: { tenantId, enableRbacAuthorization: true } } });
const secretCalled = (value: string) => ({
  changes: {
    deployment: {
      ...told([
        { name: "KEY_VAULT_URI", value: UNKNOWN },
        { name: "SECRET_NAME", value },
      ]),
      from: { spec: ["account", "vault"] },
    },
  },
});
const secretIs = (enabled: unknown) => ({ changes: { secret: { inputs: { properties: { attributes: { enabled } } } } } });
const policy = (secrets: unknown, ...from: readonly string[]) => ({
  changes: { vault: byPolicies(secrets, from), role: null },
  more: OTHERS.identity,
});
const nothingTold = { deployment: told([]) };

const BLOB_ROLE = { inputs: { roleDefinitionId: roleId("storageBlobDataReader") }, from: { scope: ["blobs"] } };
/** A pod that reads blobs instead, with this role for it, and told this name. */
const blobs = (assignment: object | null, container = "reports"): Program => {
  const inGroup = { resourceGroupName: "rg-orders" };
  const ofContainer = (containerName: string) => ({
    type: "azure-native:storage:BlobContainer",
    inputs: { ...inGroup, accountName: "storders", containerName },
  });
  return {
    changes: {
      deployment: {
        ...told([
          { name: "BLOB_ENDPOINT", value: "https://storders.blob.core.windows.net/" },
          { name: "BLOB_CONTAINER", value: container },
        ]),
        from: { spec: ["account"] },
      },
    },
    more: {
      storage: { type: "azure-native:storage:StorageAccount", inputs: { ...inGroup, accountName: "storders" } },
      blobs: ofContainer("reports"),
      drafts: ofContainer("drafts"),
      ...(assignment === null ? {} : { blobRole: another("role", assignment) }),
    },
  };
};
const blobRole = (roleDefinitionId: string) => blobs({ ...BLOB_ROLE, inputs: { roleDefinitionId } });
const BLOB_ROLE_NAME = "azure-native:authorization:RoleAssignment::blobRole";

const GROUP = `/subscriptions/${GUID}/resourceGroups/rg-orders`;
/** A pod that lists the roles of this principal at this scope, with an identity that is there already and this role for it. */
const lists = (assignment: object | null, principal: string = IDS.principalId, scope = GROUP): Program => ({
  changes: {
    identity: EXISTING,
    deployment: toldToo({ name: "ROLE_LIST_SCOPE", value: scope }, { name: "ROLE_LIST_PRINCIPAL", value: principal }),
  },
  more: assignment === null ? {} : { listRole: another("role", assignment) },
});
const READER = { inputs: { roleDefinitionId: roleId("reader") }, from: { scope: ["group"] } };

export const ACCESS_ROWS: Rows = {
  WI020: {
    wrong: { changes: assignedTo(UNKNOWN, "other"), more: OTHERS.identity },
    says: [nameOf("identity"), "role assignments", "none"],
    right: { changes: assignedTo(UNKNOWN, "identity"), more: OTHERS.identity },
    unknown: [{ changes: assignedTo(UNKNOWN) }, { changes: assignedTo(UNKNOWN, "identity", "other"), more: OTHERS.identity }],
  },
  WI021: {
    wrong: role(roleId("keyVaultReader")),
    says: [nameOf("role"), "roleDefinitionId", "Key Vault Reader"],
    right: role(roleId("keyVaultSecretsOfficer")),
    unknown: [role(UNKNOWN), role(GUID)],
  },
  WI022: {
    wrong: assignedAt("other"),
    says: [nameOf("role"), "scope", "/subscriptions/…/resourceGroups/rg-orders/providers/Microsoft.KeyVault/vaults/kv-other"],
    right: assignedAt("vault"),
    unknown: [assignedAt(), assignedAt("vault", "other")],
  },
  WI023: {
    wrong: { changes: { identity: EXISTING, ...assignedTo(IDS.clientId) } },
    says: [nameOf("role"), "principalId", `${IDS.clientId} (the clientId)`],
    right: { changes: { identity: EXISTING, ...assignedTo(IDS.principalId) } },
    unknown: [
      { changes: { identity: EXISTING, ...assignedTo(UNKNOWN) } },
      // Which of its ids it is.
      { changes: { identity: EXISTING, ...assignedTo(UNKNOWN, "identity") } },
    ],
  },
  WI024: {
    wrong: takesRoles(false),
    says: [nameOf("vault"), "properties.enableRbacAuthorization", "false"],
    right: takesRoles(true),
    unknown: [takesRoles(UNKNOWN), { changes: { vault: { inputs: { properties: UNKNOWN } } } }],
  },
  WI025: {
    wrong: { changes: { identity: EXISTING, vault: vaultOf(GUID) } },
    says: [nameOf("vault"), "properties.tenantId", GUID],
    right: { changes: { identity: EXISTING, vault: vaultOf(IDS.tenantId) } },
    unknown: [
      { changes: { identity: EXISTING, vault: vaultOf(UNKNOWN) } },
      // The tenant of an identity that is still to come.
      { changes: { vault: vaultOf(GUID) } },
    ],
  },
  WI026: {
    wrong: secretCalled("welcome"),
    says: [nameOf("deployment"), 'spec.template.spec.containers["app"].env["SECRET_NAME"]', "welcome"],
    right: secretCalled("greeting"),
    unknown: [secretCalled(UNKNOWN)],
  },
  WI027: {
    wrong: secretIs(false),
    says: [nameOf("secret"), "properties.attributes.enabled", "false"],
    right: secretIs(true),
    unknown: [secretIs(UNKNOWN), { changes: { secret: { inputs: { properties: UNKNOWN } } } }],
  },
  WI040: {
    wrong: blobs(null),
    says: [nameOf("identity"), "role assignments", "none"],
    right: blobs(BLOB_ROLE),
    unknown: [blobs({ ...BLOB_ROLE, from: { ...BLOB_ROLE.from, principalId: [] } })],
  },
  WI041: {
    wrong: blobRole(roleId("storageAccountContributor")),
    says: [BLOB_ROLE_NAME, "roleDefinitionId", "Storage Account Contributor"],
    right: blobRole(roleId("storageBlobDataContributor")),
    unknown: [blobRole(UNKNOWN)],
  },
  WI042: {
    wrong: blobs({ ...BLOB_ROLE, from: { scope: ["drafts"] } }),
    says: [
      BLOB_ROLE_NAME,
      "scope",
      "/subscriptions/…/resourceGroups/rg-orders/providers/Microsoft.Storage/storageAccounts/storders/blobServices/default/containers/drafts",
    ],
    right: blobs({ ...BLOB_ROLE, from: { scope: ["storage"] } }),
    unknown: [blobs({ ...BLOB_ROLE, from: { scope: [] } })],
  },
  WI044: {
    wrong: blobs(BLOB_ROLE, "report"),
    says: [nameOf("deployment"), 'spec.template.spec.containers["app"].env["BLOB_CONTAINER"]', "report"],
    right: blobs(BLOB_ROLE, "reports"),
    unknown: [blobs(BLOB_ROLE, UNKNOWN)],
  },
  WI045: {
    wrong: { changes: { ...nothingTold, role: null } },
    says: [nameOf("identity"), "role assignments", "id-orders has no role"],
    right: { changes: nothingTold },
    unknown: [
      { changes: { ...nothingTold, ...assignedTo(UNKNOWN) } },
      { changes: { deployment: { ...told(UNKNOWN), from: { spec: ["account"] } }, role: null } },
      {
        changes: { deployment: { ...told([{ name: "ADDRESS", value: UNKNOWN }]), from: { spec: ["account"] } }, role: null },
      },
    ],
  },
  WI046: {
    wrong: policy(["get"], "other"),
    says: [
      nameOf("vault"),
      "properties.accessPolicies[].objectId",
      "only policies for <principalId of azure-native:managedidentity:UserAssignedIdentity::other>",
    ],
    right: policy(["get"], "identity"),
    unknown: [
      policy(["get"]),
      policy(["get"], "identity", "other"),
      { changes: { vault: byPolicies(["get"], ["other"], 2), role: null } },
    ],
  },
  WI047: {
    wrong: policy(["list"], "identity"),
    says: [
      nameOf("vault"),
      'properties.accessPolicies["<principalId of azure-native:managedidentity:UserAssignedIdentity::identity>"].permissions.secrets',
      "list",
    ],
    right: policy(["list", "get"], "identity"),
    unknown: [policy(["list", UNKNOWN], "identity"), policy(UNKNOWN, "identity")],
  },
  WI050: {
    wrong: lists({ ...READER, from: { scope: ["vault"] } }),
    says: [
      "azure-native:authorization:RoleAssignment::listRole",
      "scope",
      "/subscriptions/…/resourceGroups/rg-orders/providers/Microsoft.KeyVault/vaults/<name of azure-native:keyvault:Vault::vault>",
    ],
    right: lists(READER),
    unknown: [lists({ ...READER, from: { scope: [] } }), lists(null, UNKNOWN), lists(null, IDS.principalId, UNKNOWN)],
  },
  WI051: {
    wrong: lists(READER, IDS.clientId),
    says: [nameOf("deployment"), 'spec.template.spec.containers["app"].env["ROLE_LIST_PRINCIPAL"]', IDS.clientId],
    right: lists(READER, IDS.principalId),
    unknown: [lists(READER, UNKNOWN)],
  },
};
