// Workloads in the cluster of another stack: each with an identity, a namespace and pods, and a role on the vault that all of them read.
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import * as components from "../../../components";

const config = new pulumi.Config();
const workloads = z.array(z.string()).min(1).parse(config.requireObject("workloads"));
const location = new pulumi.Config("azure-native").require("location");
const stack = pulumi.getStack();
const name = `${pulumi.getProject()}-${stack}`;
const tags = { project: pulumi.getProject(), stack };

const clusterStack = new pulumi.StackReference("cluster", { name: config.require("clusterStack") });
const ofCluster = (output: string) => components.exportedText(clusterStack, output);
const issuerUrl = ofCluster("issuerUrl");
const provider = new Provider("kubernetes", { kubeconfig: ofCluster("kubeconfig"), clusterIdentifier: ofCluster("clusterId") });

const resourceGroup = components.stackResourceGroup("resource-group", { resourceGroupName: `rg-${name}`, location, tags });

export const clientIds = Object.fromEntries(
  workloads.map((key) => {
    const identity = new components.WorkloadIdentity(
      key,
      {
        resourceGroupName: resourceGroup.name,
        location,
        tags,
        identityName: `id-${name}-${key}`,
        issuerUrl,
        // With the stack's name in front: a namespace belongs to one stack.
        namespace: components.createNamespace(`${stack}-${key}`, { provider }),
        serviceAccount: { name: key },
        roles: { vault: { scope: ofCluster("vaultId"), role: "keyVaultSecretsUser" } },
      },
      { provider },
    );
    new components.WebApp(
      key,
      {
        identity,
        image: pulumi.interpolate`${ofCluster("registryServer")}/${config.require("image")}`,
        vaultUri: ofCluster("vaultUri"),
        secretName: ofCluster("secretName"),
        replicas: 1,
        serviceAccess: components.ServiceAccess.None,
      },
      { provider },
    );
    return [key, identity.clientId];
  }),
);
