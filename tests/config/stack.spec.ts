import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { parseStackConfig } from "../../config";
import { known } from "../components/fixtures";
import { PROJECT, raw } from "./rawConfig";

describe("The config of a stack", () => {
  it("is complete for dev and prod as they are, and cannot be changed afterwards", () => {
    for (const stack of ["dev", "prod"]) {
      const config = parseStackConfig(raw({}, stack));
      assert.equal(config.protect, stack === "prod");
      assert.ok(
        Object.isFrozen(config) && Object.isFrozen(config.cluster.systemPool) && Object.isFrozen(config.identities[0]?.owner.app),
      );
    }
  });

  it("has one workload, web, with an identity and an image of its own", () => {
    const { identities, images, namespaces, defaultWorkload } = parseStackConfig(raw());
    assert.equal(defaultWorkload, "web");
    assert.deepEqual(namespaces, ["web"]);
    assert.deepEqual(images, { web: { builder: "acr", folder: "app", dockerfile: "Dockerfile", revision: undefined } });
    assert.deepEqual(
      identities.map(({ key, identityName, owner, sharers }) => [
        key,
        identityName,
        owner.namespace,
        owner.serviceAccount,
        sharers.length,
      ]),
      [["web", "id-aks-workload-identity-dev-web", "web", "web", 0]],
    );
  });

  it("lets the Azure provider have all keys that it knows", () => {
    assert.ok(parseStackConfig(raw({ "azure-native:useOidc": "true", "azure-native:version": "3.28.0" })));
  });

  it("takes emptiness for 'not set'", () => {
    const config = parseStackConfig(raw({ appMetricsPort: "0" }));
    assert.equal(config.existingResourceGroup, undefined);
    assert.equal(config.cluster.kubernetesVersion, undefined);
    assert.equal(config.clusterAdmins, undefined);
    assert.equal(config.secret.value, undefined);
    assert.equal(config.identities[0]?.owner.app.autoscale, undefined);
    assert.equal(config.identities[0]?.owner.app.metricsPort, undefined);
  });

  it("keeps the secret's value a secret", async () => {
    const { secret } = parseStackConfig({ ...raw({ secretValue: "hush" }), secretKeys: [`${PROJECT}:secretValue`] });
    assert.ok(secret.value !== undefined);
    assert.equal(await pulumi.isSecret(secret.value), true);
    assert.equal(await known(secret.value), "hush");
  });

  it("tags everything with project and stack, and lets own tags win", () => {
    assert.deepEqual(parseStackConfig(raw({ tags: '{"team":"shop","stack":"mine"}' })).tags, {
      project: PROJECT,
      stack: "mine",
      team: "shop",
    });
  });
});
