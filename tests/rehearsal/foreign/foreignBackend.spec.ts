// Pieces of programs in the public style: what reaches the emulated cloud, under which type and in which subscription, and what does not.
import { strict as assert } from "node:assert";
import * as containerservice from "@pulumi/azure-native/containerservice";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import { Provider } from "@pulumi/azure-native/provider";
import * as resources from "@pulumi/azure-native/resources";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ForeignBackend } from "../../../rehearsal/foreign/foreignBackend";
import { LeftOut } from "../../../rehearsal/foreign/leftOut";
import { Manifests } from "../../../rehearsal/foreign/manifests";
import { References } from "../../../rehearsal/foreign/references";
import { recordInProcess } from "../../../rehearsal/program/inProcess";
import { emulatedCloud, ROOT, SUBSCRIPTION } from "../../support/program";

const OTHER_SUBSCRIPTION = "33333333-3333-4333-8333-333333333333";

async function run(body: () => unknown, config: Readonly<Record<string, string>> = {}) {
  const cloud = emulatedCloud();
  const leftOut = new LeftOut();
  const references = new References();
  references.add("platform/dev", { outputs: { issuer: "https://issuer/", key: "hush" }, secretOutputs: ["key"] });
  const settings = { project: "theirs", stack: "dev", preview: false, config, secretKeys: [] };
  const files = { ...settings, directory: ROOT, main: "index.ts", standIns: [] };
  const manifests = new Manifests(ROOT);
  const backend = new ForeignBackend({ cloud, files, leftOut, manifests, references });
  const { outputs, secretOutputs, failures } = await recordInProcess(settings, backend, body);
  const told = leftOut.entries.map(({ resource, reason }) => `${resource}: ${reason}`);
  return { cloud, leftOut, told, outputs, secretOutputs, failures: failures.map(({ message }) => message) };
}

/** A resource of any type, as the classes of the packages make it. */
class Thing extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
}

describe("a piece of another program", () => {
  it("reads the outputs of another stack, those that are secret as secrets, and is told of one that is not there", async () => {
    const { outputs, secretOutputs, failures } = await run(async () => {
      const platform = new pulumi.StackReference("acme/platform/dev");
      const details = await platform.getOutputDetails("issuer");
      return {
        issuer: platform.requireOutput("issuer"),
        key: platform.getOutput("key"),
        none: platform.getOutput("none"),
        details,
      };
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(outputs, { issuer: "https://issuer/", key: "hush", details: { value: "https://issuer/" } });
    assert.deepEqual(secretOutputs, ["key"]);
    const missing = await run(() => new pulumi.StackReference("acme/network/dev"));
    assert.deepEqual(missing.failures, [
      "pulumi:pulumi:StackReference::acme/network/dev: the program reads the outputs of the stack acme/network/dev, and nothing says what they are",
    ]);
  });

  it("creates where its provider says, and else where the stack's config says", async () => {
    const { cloud, failures } = await run(
      () => {
        const provider = new Provider("other", { subscriptionId: OTHER_SUBSCRIPTION, location: "northeurope" });
        new resources.ResourceGroup("there", { resourceGroupName: "there" }, { provider });
        new resources.ResourceGroup("here", { resourceGroupName: "here" });
      },
      { "azure-native:location": "swedencentral" },
    );
    assert.deepEqual(failures, []);
    const found = cloud.manager.all().map(({ id, properties }) => [id, properties.location]);
    assert.deepEqual(found.sort(), [
      [`/subscriptions/${SUBSCRIPTION}/resourceGroups/here`, "swedencentral"],
      [`/subscriptions/${OTHER_SUBSCRIPTION}/resourceGroups/there`, "northeurope"],
    ]);
  });

  it("has the types of an older azure-native, with the API version in them", async () => {
    const { cloud, failures, told } = await run(() => {
      const group = new resources.ResourceGroup("rg", { resourceGroupName: "rg" });
      const at = { resourceGroupName: group.name, name: undefined };
      const identity = new Thing("azure-native:managedidentity/v20230131:UserAssignedIdentity", "id", {
        ...at,
        resourceName: "id-old",
      });
      new Thing("azure-native:managedidentity/v20220131preview:FederatedIdentityCredential", "fic", {
        ...at,
        resourceName: identity.name,
        issuer: "https://issuer/",
        subject: "system:serviceaccount:app:app",
        audiences: ["api://AzureADTokenExchange"],
      });
    });
    assert.deepEqual([failures, told], [[], []]);
    assert.deepEqual(
      cloud.federatedCredentials().map(({ resource, subject }) => ({ resource, subject })),
      [
        {
          resource: "azure-native:managedidentity/v20220131preview:FederatedIdentityCredential::fic",
          subject: "system:serviceaccount:app:app",
        },
      ],
    );
  });

  it("reads what it has created itself, and gets nothing but the id of what it has not", async () => {
    const { outputs, told, failures } = await run(() => {
      const group = new resources.ResourceGroup("rg", { resourceGroupName: "rg" });
      const own = new managedidentity.UserAssignedIdentity("own", { resourceGroupName: group.name, resourceName: "own" });
      const read = managedidentity.getUserAssignedIdentityOutput({ resourceGroupName: group.name, resourceName: own.name });
      const vault = keyvault.getVaultOutput({ resourceGroupName: "rg", vaultName: "there" });
      const same = pulumi.all([own.clientId, read.clientId]).apply(([one, other]) => one === other);
      return { same, id: vault.id, uri: vault.properties.vaultUri };
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(outputs, {
      same: true,
      id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/there`,
      uri: "[unknown output azure-native:keyvault:getVault.properties.vaultUri]",
    });
    assert.deepEqual(told, [
      "azure-native:keyvault:getVault: taken as there already, since the program does not create it: The Resource 'Microsoft.KeyVault/vaults/there' was not found.",
    ]);
  });

  it("reads a cluster that is there already as one that works, and is told so", async () => {
    const { told, failures } = await run(() => {
      const read = () =>
        containerservice.getManagedClusterOutput({ resourceGroupName: "platform", resourceName: "aks" }).oidcIssuerProfile;
      return { first: read(), again: read() };
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(told, [
      "existing cluster aks: assumed: one that runs, with its OIDC issuer and workload identity on, stands in for it",
    ]);
  });

  it("may create in a group that is there already, and is told so", async () => {
    const { cloud, told, failures } = await run(
      () => new managedidentity.UserAssignedIdentity("id", { resourceGroupName: "theirs", resourceName: "id-app" }),
    );
    assert.deepEqual(failures, []);
    assert.equal(cloud.identities().length, 1);
    assert.deepEqual(told, [
      "resource group theirs: taken as there already: azure-native:managedidentity:UserAssignedIdentity::id names it, and the program does not create it",
    ]);
  });

  it("leaves out what Azure refuses because of a value that nobody knows", async () => {
    const { told, failures } = await run(() => {
      const pool = new Thing("aws:ec2/vpc:Vpc", "net", { arn: undefined });
      new managedidentity.UserAssignedIdentity("id", { resourceGroupName: pool.id, resourceName: "id-app" });
    });
    assert.deepEqual(failures, []);
    assert.equal(told[0], "aws:ec2/vpc:Vpc::net: not emulated: package aws");
    assert.match(
      told[1] ?? "",
      /^azure-native:managedidentity:UserAssignedIdentity::id: not created: it depends on aws:ec2\/vpc:Vpc::net\.id, which is not emulated \(ParentResourceNotFound/,
    );
  });

  it("goes to the cluster of the stack's config, and to no other where there is none", async () => {
    const kubeconfig = JSON.stringify({ clusters: [{ cluster: { server: "https://api.example:443" } }] });
    const body = () => new k8s.core.v1.Namespace("app", { metadata: { name: "app" } });
    const configured = await run(body, { "kubernetes:kubeconfig": kubeconfig });
    assert.deepEqual([configured.failures, configured.told], [[], []]);
    assert.deepEqual(
      [...configured.cloud.kubernetes.values()].map(({ server }) => server),
      ["api.example"],
    );
    const unknown = await run(body);
    assert.deepEqual(unknown.failures, []);
    assert.match(unknown.told[0] ?? "", /^default provider of kubernetes: it has no kubeconfig: /);
  });

  it("may have pods of commands, of extensions of a cluster, and of what controllers make pods of, and nothing else is suspected", async () => {
    const { leftOut, failures } = await run(
      () => {
        for (const type of [
          "command:local:Command",
          "azure-native:kubernetesconfiguration:Extension",
          "tls:index/privateKey:PrivateKey",
        ])
          new Thing(type, "x", {});
        for (const apiVersion of ["argoproj.io/v1alpha1", "helm.toolkit.fluxcd.io/v2", "cert-manager.io/v1"])
          new k8s.apiextensions.CustomResource(apiVersion, { apiVersion, kind: "Any", metadata: { name: "x" } });
      },
      { "kubernetes:kubeconfig": JSON.stringify({ clusters: [{ cluster: { server: "https://api.example:443" } }] }) },
    );
    assert.deepEqual(failures, []);
    const suspected = leftOut.entries.filter(({ mayHoldPods }) => mayHoldPods).map(({ resource }) => resource);
    assert.deepEqual(suspected.sort(), [
      "azure-native:kubernetesconfiguration:Extension::x",
      "command:local:Command::x",
      "kubernetes:argoproj.io/v1alpha1:Any::argoproj.io/v1alpha1",
      "kubernetes:helm.toolkit.fluxcd.io/v2:Any::helm.toolkit.fluxcd.io/v2",
    ]);
  });

  it("reads the address of a vault that is there already as one that nobody knows, and does not fail on it", async () => {
    const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/there`;
    const { outputs, failures } = await run(() => {
      const vault = keyvault.Vault.get("vault", id);
      return { id: vault.id, uri: vault.properties.apply(({ vaultUri }) => vaultUri) };
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(outputs, { id, uri: "[unknown output azure-native:keyvault:Vault::vault.properties.vaultUri]" });
  });

  it("is refused what it does wrong itself", async () => {
    const { failures } = await run(
      () => {
        const group = new resources.ResourceGroup("rg", { resourceGroupName: "rg" });
        new managedidentity.UserAssignedIdentity("id", { resourceGroupName: group.name, resourceName: "a b" });
      },
      { "azure-native:location": "westeurope" },
    );
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? "", /^azure-native:managedidentity:UserAssignedIdentity::id: InvalidResourceName: /);
  });

  it("has every text noted that is made of what is not there, and no sentence that only says undefined", async () => {
    const { leftOut } = await run(() => {
      const tags = { bad: "https://undefined.vault.azure.net/", also: "a-[object Object]", fine: "what is undefined stays so" };
      new resources.ResourceGroup("rg", { tags });
    });
    assert.deepEqual(
      leftOut.undefinedTexts.map(({ property }) => property),
      ["tags.also", "tags.bad"],
    );
  });
});
