// Other shapes of the plain program, right ones and wrong ones, each by one value of `variant`.
import * as keyvault from "@pulumi/azure-native/keyvault";
import type * as resources from "@pulumi/azure-native/resources";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export function vaultVariables(variant: string, vault: keyvault.Vault, secret: keyvault.Secret) {
  const name = { name: "SECRET_NAME", value: secret.name };
  if (variant === "config-map")
    return [{ name: "KEY_VAULT_URI", valueFrom: { configMapKeyRef: { name: "settings", key: "vault" } } }, name];
  if (variant === "expansion")
    return [{ name: "VAULT", value: vault.name }, { name: "KEY_VAULT_URI", value: "https://$(VAULT).vault.azure.net/" }, name];
  return [{ name: "KEY_VAULT_URI", value: vault.properties.vaultUri }, name];
}

export function sidecars(variant: string, vault: keyvault.Vault) {
  if (variant !== "sidecar") return [];
  return [
    {
      name: "sidecar",
      image: "registry.example/sidecar@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      env: [{ name: "KEY_VAULT_URI", value: vault.properties.vaultUri }],
    },
  ];
}

export interface Parts {
  readonly group: resources.ResourceGroup;
  readonly provider: k8s.Provider;
  readonly kubeconfig: pulumi.Output<string>;
  readonly metadata: { readonly name: string; readonly namespace: pulumi.Output<string> };
  readonly vault: keyvault.Vault;
  readonly tenantId: pulumi.Output<string>;
}

export function extras(variant: string, { group, provider, kubeconfig, metadata, vault, tenantId }: Parts): void {
  const labels = { app: "other", "azure.workload.identity/use": "true" };
  const spec = {
    serviceAccountName: metadata.name,
    containers: [
      { name: "app", image: "registry.example/other@sha256:2222222222222222222222222222222222222222222222222222222222222222" },
    ],
  };
  const workload = { selector: { matchLabels: { app: "other" } }, template: { metadata: { labels }, spec } };
  const other = { name: "other", namespace: metadata.namespace };
  if (variant === "stateful-set")
    new k8s.apps.v1.StatefulSet("other", { metadata: other, spec: { ...workload, serviceName: "other" } }, { provider });
  if (variant === "no-replicas")
    new k8s.apps.v1.Deployment("other", { metadata: other, spec: { ...workload, replicas: 0 } }, { provider });
  if (variant === "other-cluster") {
    const elsewhere = new k8s.Provider("elsewhere", {
      kubeconfig: "clusters: [{ name: e, cluster: { server: https://elsewhere.example } }]",
    });
    new k8s.apps.v1.Deployment("other", { metadata: { name: "other" }, spec: workload }, { provider: elsewhere });
  }
  if (variant === "same-vault-name") {
    const properties = { tenantId, sku: { family: "A", name: keyvault.SkuName.Standard } };
    new keyvault.Vault("again", { resourceGroupName: group.name, vaultName: vault.name, properties });
  }
  if (variant === "config-map")
    new k8s.core.v1.ConfigMap(
      "settings",
      { metadata: { name: "settings", namespace: metadata.namespace }, data: { vault: vault.properties.vaultUri } },
      { provider },
    );
  if (variant === "name-that-begins-alike") {
    const second = new keyvault.Secret("second", {
      resourceGroupName: group.name,
      vaultName: vault.name,
      secretName: "second",
      properties: { value: "another-hello" },
    });
    const env = [
      { name: "PORT", value: "3000" },
      { name: "METRICS_PORT", value: "9464" },
      { name: "KEY_VAULT_URI", value: vault.properties.vaultUri },
      { name: "SECRET_NAME", value: second.name },
    ];
    const ports = [{ containerPort: 3000 }, { containerPort: 9464 }];
    const [container] = spec.containers;
    const containers = [{ name: "app", ...container, env, ports, readinessProbe: { httpGet: { path: "/readyz", port: 3000 } } }];
    const template = { ...workload.template, spec: { ...spec, containers } };
    new k8s.apps.v1.Deployment(
      "beside",
      { metadata: { ...other, name: "app-two" }, spec: { ...workload, template } },
      { provider },
    );
  }
  if (variant === "two-providers") {
    const second = new k8s.Provider("second", { kubeconfig });
    new k8s.core.v1.ConfigMap("beside", { metadata: other, data: { seen: "yes" } }, { provider: second });
  }
  if (variant === "patch")
    new k8s.apps.v1.DeploymentPatch("patched", { metadata: { ...other, annotations: { seen: "yes" } } }, { provider });
}
