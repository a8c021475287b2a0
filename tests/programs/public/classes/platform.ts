import * as azure from "@pulumi/azure-native";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

export interface PlatformArgs {
  vmSize: string;
  tenantId: pulumi.Input<string>;
}

/** A cluster and a vault for several services. */
export class Platform extends pulumi.ComponentResource {
  readonly group: azure.resources.ResourceGroup;
  readonly vault: azure.keyvault.Vault;
  readonly issuer: pulumi.Output<string>;
  readonly provider: k8s.Provider;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("shop:platform:Platform", name, {}, opts);
    const parent = { parent: this };

    this.group = new azure.resources.ResourceGroup(`${name}-rg`, {}, parent);
    const cluster = new azure.containerservice.ManagedCluster(
      `${name}-aks`,
      {
        resourceGroupName: this.group.name,
        dnsPrefix: name,
        identity: { type: "SystemAssigned" },
        oidcIssuerProfile: { enabled: true },
        securityProfile: { workloadIdentity: { enabled: true } },
        agentPoolProfiles: [{ name: "system", mode: "System", count: 2, vmSize: args.vmSize }],
      },
      parent,
    );
    this.issuer = cluster.oidcIssuerProfile.apply((profile) => profile!.issuerURL);
    this.vault = new azure.keyvault.Vault(
      `${name}-kv`,
      {
        resourceGroupName: this.group.name,
        properties: { tenantId: args.tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
      },
      parent,
    );
    const kubeconfig = azure.containerservice
      .listManagedClusterUserCredentialsOutput({ resourceGroupName: this.group.name, resourceName: cluster.name })
      .apply((credentials) => Buffer.from(credentials.kubeconfigs[0]!.value, "base64").toString());
    this.provider = new k8s.Provider(`${name}-k8s`, { kubeconfig }, parent);
    this.registerOutputs({ issuer: this.issuer });
  }
}
