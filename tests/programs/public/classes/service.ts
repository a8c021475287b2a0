import * as azure from "@pulumi/azure-native";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { FederatedIdentityCredential } from "./federation";
import type { Platform } from "./platform";

const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

export interface ServiceArgs {
  platform: Platform;
  namespace: string;
  image: string;
  secret: { name: string; value: string };
}

/** A service with an identity of its own, which reads its own secret. */
export class Service extends pulumi.ComponentResource {
  readonly identity: azure.managedidentity.UserAssignedIdentity;

  constructor(name: string, { platform, namespace, image, secret }: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("shop:service:Service", name, {}, opts);
    const parent = { parent: this };
    const inCluster = { parent: this, provider: platform.provider };
    const resourceGroupName = platform.group.name;
    const subscription = azure.authorization.getClientConfigOutput().subscriptionId;

    this.identity = new azure.managedidentity.UserAssignedIdentity(`${name}-id`, { resourceGroupName }, parent);
    const stored = new azure.keyvault.Secret(
      `${name}-secret`,
      { resourceGroupName, vaultName: platform.vault.name, secretName: secret.name, properties: { value: secret.value } },
      parent,
    );
    const role = new azure.authorization.RoleAssignment(
      `${name}-role`,
      {
        scope: stored.id,
        principalId: this.identity.principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: pulumi.interpolate`/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_USER}`,
      },
      parent,
    );
    const ns = new k8s.core.v1.Namespace(`${name}-ns`, { metadata: { name: namespace } }, inCluster);
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-sa`,
      {
        metadata: {
          name: `${name}-sa`,
          namespace: ns.metadata.name,
          annotations: { "azure.workload.identity/client-id": this.identity.clientId },
        },
      },
      inCluster,
    );
    const credential = new FederatedIdentityCredential(
      `${name}-fic`,
      {
        resourceGroupName,
        resourceName: this.identity.name,
        federatedIdentityCredentialResourceName: name,
        issuer: platform.issuer,
        subject: pulumi.interpolate`system:serviceaccount:${ns.metadata.name}:${account.metadata.name}`,
        audiences: ["api://AzureADTokenExchange"],
      },
      parent,
    );
    const labels = { app: name };
    new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: { name, namespace: ns.metadata.name },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels: { ...labels, "azure.workload.identity/use": "true" } },
            spec: {
              serviceAccountName: account.metadata.name,
              containers: [
                {
                  name,
                  image,
                  env: [
                    { name: "KEY_VAULT_URI", value: platform.vault.properties.vaultUri },
                    { name: "SECRET_NAME", value: stored.name },
                  ],
                },
              ],
            },
          },
        },
      },
      { ...inCluster, dependsOn: [credential, role] },
    );
    this.registerOutputs({ clientId: this.identity.clientId });
  }
}
