import { deepEqual } from "node:assert/strict";
import { diffInputs } from "../../../../rehearsal/engine/diff";
import { holds, NOTHING, replacement, update } from "./answers";

describe("A change of an azure-native resource", () => {
  it("replaces by each name in the resource's path, and by what cannot be changed", () => {
    holds(
      "azure-native:resources:ResourceGroup",
      {},
      { resourceGroupName: "replaces", location: "replaces", managedBy: "in place" },
    );
    holds(
      "azure-native:managedidentity:UserAssignedIdentity",
      {},
      { resourceGroupName: "replaces", resourceName: "replaces", location: "replaces", tags: "in place" },
    );
    holds(
      "azure-native:authorization:RoleAssignment",
      {},
      {
        ...{ scope: "replaces", principalId: "replaces", roleAssignmentName: "replaces" },
        ...{ roleDefinitionId: "in place", principalType: "in place", condition: "in place", description: "in place" },
      },
    );
    holds(
      "azure-native:authorization:RoleDefinition",
      {},
      { scope: "replaces", roleDefinitionId: "replaces", roleName: "in place", permissions: "in place" },
    );
    holds(
      "azure-native:keyvault:Vault",
      {},
      { resourceGroupName: "replaces", vaultName: "replaces", location: "in place", tags: "in place" },
    );
    holds(
      "azure-native:keyvault:Secret",
      {},
      { resourceGroupName: "replaces", vaultName: "replaces", secretName: "replaces", properties: "in place" },
    );
    holds(
      "azure-native:containerregistry:Registry",
      {},
      {
        resourceGroupName: "replaces",
        registryName: "replaces",
        location: "replaces",
        sku: "in place",
        zoneRedundancy: "in place",
      },
    );
    holds(
      "azure-native:storage:StorageAccount",
      {},
      { accountName: "replaces", location: "replaces", isHnsEnabled: "replaces", kind: "in place", sku: "in place" },
    );
    holds(
      "azure-native:storage:BlobContainer",
      {},
      { accountName: "replaces", containerName: "replaces", publicAccess: "in place" },
    );
    holds(
      "azure-native:containerservice:MaintenanceConfiguration",
      {},
      { resourceName: "replaces", configName: "replaces", maintenanceWindow: "in place" },
    );
  });

  it("keeps a federated credential under another issuer, subject or audience, and replaces it under another name or identity", () => {
    holds(
      "azure-native:managedidentity:FederatedIdentityCredential",
      {},
      {
        ...{ issuer: "in place", subject: "in place", audiences: "in place" },
        ...{ resourceGroupName: "replaces", resourceName: "replaces", federatedIdentityCredentialResourceName: "replaces" },
      },
    );
  });

  const CLUSTER = "azure-native:containerservice:ManagedCluster";

  it("replaces a cluster by what it is made with, and by parts of its network", () => {
    holds(
      CLUSTER,
      {},
      {
        ...{ resourceName: "replaces", location: "replaces", dnsPrefix: "replaces", fqdnSubdomain: "replaces" },
        ...{ nodeResourceGroup: "replaces", diskEncryptionSetID: "replaces", kubernetesVersion: "in place", sku: "in place" },
      },
    );
    const network = (networkProfile: object) => ({ networkProfile });
    for (const key of [
      ...["serviceCidr", "dnsServiceIP", "networkMode", "networkPlugin", "networkPluginMode", "podCidr", "networkDataplane"],
      ...["networkPolicy", "outboundType"],
    ])
      deepEqual(
        diffInputs(CLUSTER, network({ [key]: "a" }), network({ [key]: "b" })),
        replacement(true, `networkProfile.${key}`),
      );
    deepEqual(
      diffInputs(CLUSTER, network({ loadBalancerSku: "basic" }), network({ loadBalancerSku: "standard" })),
      update("networkProfile.loadBalancerSku"),
    );
    deepEqual(diffInputs(CLUSTER, network({}), network({ podCidr: "10.0.0.0/8" })).detailed, {
      "networkProfile.podCidr": "add-replace",
    });
  });

  it("looks no deeper than the provider: into no list", () => {
    const cidrs = (...serviceCidrs: string[]) => ({ networkProfile: { serviceCidrs } });
    deepEqual(diffInputs(CLUSTER, { networkProfile: {} }, cidrs("a")).replaces, ["networkProfile.serviceCidrs"]);
    deepEqual(diffInputs(CLUSTER, cidrs("a"), cidrs("b")), update("networkProfile.serviceCidrs[0]"));
    deepEqual(diffInputs(CLUSTER, cidrs("a"), cidrs("a", "b")).detailed, { "networkProfile.serviceCidrs[1]": "add" });
  });

  it("replaces a cluster by a changed part of linuxProfile, and by no change of its inline pools", () => {
    const profile = (adminUsername: string) => ({ linuxProfile: { adminUsername } });
    deepEqual(diffInputs(CLUSTER, profile("a"), profile("b")), replacement(true, "linuxProfile.adminUsername"));
    deepEqual(diffInputs(CLUSTER, { linuxProfile: {} }, profile("a")).detailed, { "linuxProfile.adminUsername": "add" });
    deepEqual(diffInputs(CLUSTER, { windowsProfile: { a: 1 } }, {}).detailed, { windowsProfile: "delete-replace" });
    const pools = (vmSize: string) => ({ agentPoolProfiles: [{ name: "system", vmSize }] });
    deepEqual(diffInputs(CLUSTER, pools("a"), pools("b")), update("agentPoolProfiles[0].vmSize"));
  });

  it("replaces a pool by its size, and by the tags of its nodes' addresses", () => {
    const tags = { networkProfile: { nodePublicIPTags: [] } };
    deepEqual(diffInputs("azure-native:containerservice:AgentPool", { networkProfile: {} }, tags).replaces, [
      "networkProfile.nodePublicIPTags",
    ]);
    holds(
      "azure-native:containerservice:AgentPool",
      {},
      {
        ...{ resourceName: "replaces", agentPoolName: "replaces", vmSize: "replaces", gpuInstanceProfile: "replaces" },
        ...{ osDiskSizeGB: "in place", nodeLabels: "in place", mode: "in place" },
      },
    );
  });

  const GROUP = "azure-native:resources:ResourceGroup";

  it("deletes first what has a given name, and creates first what has a made-up one", () => {
    const inputs = (location: string) => ({ resourceGroupName: "rg", location });
    const made = (location: string) => ({ ...inputs(location), __createBeforeDelete: true });
    deepEqual(diffInputs(GROUP, inputs("a"), inputs("b")), replacement(true, "location"));
    deepEqual(diffInputs(GROUP, made("a"), made("b")), replacement(false, "location"));
    // The name is given from now on: the old resource has another.
    deepEqual(diffInputs(GROUP, made("a"), inputs("b")), replacement(false, "location"));
  });

  it("does not count case and blanks of a location, nor the note on names", () => {
    deepEqual(diffInputs(GROUP, { location: "West Europe", __createBeforeDelete: true }, { location: "westeurope" }), NOTHING);
  });

  it("replaces nothing because what Azure had chosen is written down", () => {
    const added = { changes: ["location"], replaces: [], deleteBeforeReplace: false, detailed: { location: "add" } };
    deepEqual(diffInputs(GROUP, {}, { location: "westeurope" }, { location: "westeurope" }), added);
    deepEqual(diffInputs(GROUP, {}, { location: "westeurope" }, { location: "northeurope" }).detailed, {
      location: "add-replace",
    });
  });

  it("goes by the same rules under another API version", () => {
    deepEqual(
      diffInputs("azure-native:containerregistry/v20250501preview:Registry", { location: "a" }, { location: "b" }),
      replacement(true, "location"),
    );
  });
});
