// Claims of docs/rehearsal.md about Resource Manager's front.
import { rejects, strictEqual } from "node:assert";
import { FEDERATED_CREDENTIALS_PER_IDENTITY, roleDefinitionId } from "../../chain";
import type { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { emulatedCloud, SUBSCRIPTION } from "../support/program";
import { register } from "./register";

const GROUP = { resourceGroupName: "rg" };
const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;
const ISSUER = "https://westeurope.oic.prod-aks.azure.com/t/i/";
const PRINCIPAL = "33333333-3333-4333-8333-333333333333";

function credential(cloud: EmulatedCloud, key: string, changed: Record<string, unknown> = {}) {
  return register(cloud, "azure-native:managedidentity:FederatedIdentityCredential", {
    ...GROUP,
    resourceName: "id-sample",
    federatedIdentityCredentialResourceName: `credential-${key}`,
    issuer: ISSUER,
    subject: `system:serviceaccount:web:${key}`,
    audiences: ["api://AzureADTokenExchange"],
    ...changed,
  });
}

function assignment(cloud: EmulatedCloud, roleAssignmentName: string) {
  return register(cloud, "azure-native:authorization:RoleAssignment", {
    scope: GROUP_ID,
    principalId: PRINCIPAL,
    roleDefinitionId: roleDefinitionId("reader", GROUP_ID),
    roleAssignmentName,
  });
}

describe("Resource Manager's front", () => {
  let cloud: EmulatedCloud;
  beforeEach(async () => {
    cloud = emulatedCloud();
    await register(cloud, "azure-native:resources:ResourceGroup", GROUP);
    await register(cloud, "azure-native:managedidentity:UserAssignedIdentity", { ...GROUP, resourceName: "id-sample" });
  });

  it("refuses a 21st federated credential of one identity", async () => {
    for (let index = 0; index < FEDERATED_CREDENTIALS_PER_IDENTITY; index += 1) await credential(cloud, `n${index}`);
    await rejects(credential(cloud, "one-more"), { status: 400, code: "BadRequest" });
  });

  it("refuses issuer and subject twice for one identity, and takes the same credential again", async () => {
    await credential(cloud, "web");
    await credential(cloud, "web");
    await rejects(credential(cloud, "other", { subject: "system:serviceaccount:web:web" }), { status: 400, code: "BadRequest" });
  });

  it("refuses a federated credential without an issuer, and with two audiences", async () => {
    await rejects(credential(cloud, "web", { issuer: "" }), { status: 400, code: "BadRequest" });
    await rejects(credential(cloud, "web", { audiences: ["a", "b"] }), { status: 400, code: "BadRequest" });
  });

  it("refuses a role assignment whose name is no GUID, and the same assignment under another name", async () => {
    await rejects(assignment(cloud, "reader"), { status: 400, code: "InvalidRoleAssignmentId" });
    await assignment(cloud, "44444444-4444-4444-8444-444444444444");
    await rejects(assignment(cloud, "55555555-5555-4555-8555-555555555555"), { status: 409, code: "RoleAssignmentExists" });
  });

  it("refuses a resource whose parent or group is not there", async () => {
    await rejects(credential(cloud, "web", { resourceName: "id-missing" }), { status: 404, code: "ParentResourceNotFound" });
    const elsewhere = { resourceGroupName: "rg-missing", resourceName: "id-sample" };
    await rejects(register(cloud, "azure-native:managedidentity:UserAssignedIdentity", elsewhere), {
      code: "ParentResourceNotFound",
    });
  });

  it("refuses a name that Azure refuses", async () => {
    const vault = { ...GROUP, vaultName: "kv--two", properties: { tenantId: cloud.tenantId } };
    await rejects(register(cloud, "azure-native:keyvault:Vault", vault), { status: 400, code: "InvalidResourceName" });
  });

  it("refuses a type that it does not know", async () => {
    await rejects(register(cloud, "azure-native:storage:StorageAccount", GROUP), { status: 501, code: "NotEmulated" });
  });

  it("gives an issuer only where it is on, and the administrator's credentials only while local accounts are", async () => {
    const cluster = { ...GROUP, resourceName: "aks-sample", dnsPrefix: "aks-sample" };
    const type = "azure-native:containerservice:ManagedCluster";
    const off = await register(cloud, type, { ...cluster, disableLocalAccounts: true });
    strictEqual("oidcIssuerProfile" in off.state, false);
    const args = { ...GROUP, resourceName: "aks-sample" };
    const credentials = () => cloud.invoke("azure-native:containerservice:listManagedClusterAdminCredentials", args);
    await rejects(credentials(), { status: 400, code: "BadRequest" });
    await register(cloud, type, { ...cluster, disableLocalAccounts: false });
    strictEqual(Object.keys(await credentials()).join(), "kubeconfigs");
  });
});
