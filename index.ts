import * as pulumi from "@pulumi/pulumi";
import * as components from "./components";
import { readStackConfig } from "./config";

components.withoutPromiseStacks();
const config = readStackConfig();
const { names, tags } = config;
const admins = config.clusterAdmins ?? { deployer: components.currentDeployer() };

const existing =
  config.existingCluster &&
  new components.ExistingCluster("aks", { ...config.existingCluster, access: config.cluster.access, admins });
// Nothing is made in Azure or its directory before it is known that the cluster will do.
const onceItWillDo = (text: string) => components.once(existing?.issuerUrl, text);
const location = onceItWillDo(config.location);

const resourceGroup = components.stackResourceGroup("resource-group", {
  existing: config.existingResourceGroup && onceItWillDo(config.existingResourceGroup),
  resourceGroupName: names.resourceGroup,
  location,
  tags,
});
const inAzure = { resourceGroupName: resourceGroup.name, location, tags };
const suffix = components.uniqueSuffix("suffix");

const vault = new components.SecretVault("vault", {
  ...inAzure,
  ...config.vault,
  vaultName: components.uniqueName(names.vault, suffix),
  tenantId: components.currentTenantId(),
  secrets: { app: config.secret },
  protect: config.protect,
});
export const secretName = components.lookup(vault.secretNames, "app");

const aks: components.Cluster =
  existing ??
  new components.AksCluster("aks", {
    ...inAzure,
    ...config.cluster,
    clusterName: names.cluster,
    resourceGroupId: resourceGroup.id,
    admins,
    protect: config.protect,
  });
const kubernetes = components.clusterProvider("kubernetes", aks);
const inCluster = { provider: kubernetes, ...aks.lifetime };

const registry = new components.ContainerRegistry("registry", {
  ...inAzure,
  registryName: components.uniqueName(names.registry, suffix),
  sku: config.registrySku,
  roleMode: config.registryRoleMode,
  pullers: { kubelet: aks.kubeletPrincipalId },
});
const images = Object.fromEntries(
  Object.entries(config.images).map(([key, image]) => [key, new components.AppImage(key, { ...image, registry })]),
);
const namespaces = Object.fromEntries(config.namespaces.map((name) => [name, components.createNamespace(name, inCluster)]));

const blobs =
  config.storage &&
  new components.BlobStore("blobs", {
    ...inAzure,
    ...config.storage,
    accountName: components.uniqueName(names.storageAccount, suffix),
    protect: config.protect,
  });
const roleList =
  config.roleList &&
  components.roleListRole("role-list", { scope: resourceGroup.id, roleName: components.uniqueName(names.roleListRole, suffix) });
// What only the default workload's identity may, and only that workload is told to, read.
const furtherRoles = components.present<components.RoleGrant>({
  blobs: blobs && config.storage && { scope: blobs.containerId, role: config.storage.role },
  "role-list": roleList && { scope: resourceGroup.id, role: roleList },
  "demo-reader": config.demoReaderRole && { scope: aks.clusterId, role: "reader" },
});
const furtherReads = {
  blobs: blobs && config.storage && { endpoint: blobs.blobEndpoint, container: blobs.containerName, route: config.storage.route },
  roleListScope: roleList ? resourceGroup.id : undefined,
};

const Identity = components.IDENTITIES[config.identityKind];
const workloads = Object.fromEntries(
  config.identities.flatMap(({ key, identityName, owner, sharers, federations }) => {
    const isDefault = key === config.defaultWorkload;
    const identity = new Identity(
      key,
      {
        ...inAzure,
        identityName: onceItWillDo(identityName),
        issuerUrl: aks.issuerUrl,
        namespace: components.lookup(namespaces, owner.namespace),
        serviceAccount: { name: owner.serviceAccount },
        sharedWith: Object.fromEntries(
          sharers.map(({ key: sharer, namespace, serviceAccount }) => [
            sharer,
            { name: serviceAccount, namespace: components.lookup(namespaces, namespace) },
          ]),
        ),
        federations,
        roles: { vault: { scope: vault.vaultId, role: "keyVaultSecretsUser" }, ...(isDefault ? furtherRoles : {}) },
      },
      inCluster,
    );
    return [owner, ...sharers].map((workload) => {
      const image = components.lookup(images, workload.image);
      const app = new components.WebApp(
        workload.key,
        {
          ...workload.app,
          ...(workload.key === config.defaultWorkload ? furtherReads : {}),
          identity,
          account: workload.account,
          image: image.reference,
          vaultUri: vault.vaultUri,
          secretName,
        },
        // The nodes pull images with a role of their own, and must have it before the first pod.
        { ...inCluster, dependsOn: registry },
      );
      return [workload.key, { identity, account: components.lookup(identity.accounts, workload.account), image, app }];
    });
  }),
);
const web = components.lookup(workloads, config.defaultWorkload);
if (config.toolbox) new components.Toolbox("toolbox", { ...config.toolbox, identity: web.identity }, inCluster);

export const resourceGroupName = resourceGroup.name;
export const clusterName = aks.clusterName;
export const issuerUrl = aks.issuerUrl;
export const kubeconfig = pulumi.secret(aks.kubeconfig);
export const vaultUri = vault.vaultUri;
export const clientId = web.identity.clientId;
export const imageDigest = web.image.digest;
export const serviceIp = web.app.serviceIp;
export const url = web.app.url;
export const chain = Object.fromEntries(
  Object.entries(workloads).map(([key, { identity, account }]) => [
    key,
    {
      issuer: account.issuer,
      subject: account.subject,
      audience: account.audience,
      clientId: identity.clientId,
      tenantId: identity.tenantId,
      identityId: identity.identityId,
      namespace: account.namespace,
      serviceAccount: account.serviceAccountName,
      vaultUri: vault.vaultUri,
      ...(blobs && key === config.defaultWorkload ? { blobEndpoint: blobs.blobEndpoint } : {}),
    },
  ]),
);
