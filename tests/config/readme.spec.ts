// README's examples of config go through the parser of config: people paste them.
import { strict as assert } from "node:assert";
import { parse } from "yaml";
import { z } from "zod";
import { parseStackConfig } from "../../config";
import { folderMistakes } from "../../config/images";
import { read } from "../docs/markdown";
import { raw } from "./rawConfig";

const DIGEST = "0".repeat(64);

/** The config of the one indented block of README that has this workload, as the CLI hands it over; a reader puts a digest in. */
function example(workload: string) {
  const blocks = read("README.md").match(/^ {4}aks-workload-identity:.*\n(?: {4}.*\n)+/gm) ?? [];
  const [block, ...others] = blocks.filter((text) => new RegExp(`^ {6}${workload}:`, "m").test(text));
  assert.ok(block !== undefined && others.length === 0, workload);
  const values = z.record(z.string(), z.unknown()).parse(parse(block.replaceAll("<digest>", DIGEST)));
  const changes = Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  return parseStackConfig(raw(Object.fromEntries(changes)), folderMistakes);
}

const NO_HTTP = { livenessPath: "", readinessPath: "", metricsPort: undefined };

describe("README's examples of config", () => {
  it("have the lab's pods: one prints the secret of the lab's name with another image, one only sleeps", () => {
    const { secret, images, identities } = example("lab");
    assert.equal(secret.name, "my-secret");
    const { web, ...further } = images;
    assert.equal(web?.builder, "acr");
    assert.deepEqual(further, {
      lab: { builder: "prebuilt", reference: `ghcr.io/azure/azure-workload-identity/msal-go@sha256:${DIGEST}` },
      idle: { builder: "prebuilt", reference: `docker.io/library/busybox@sha256:${DIGEST}` },
    });
    const pods = identities.map(({ key, owner: { image, app } }) => {
      const { livenessPath, readinessPath, metricsPort, environment, command } = app;
      return [key, image, { livenessPath, readinessPath, metricsPort }, environment, command] as const;
    });
    assert.deepEqual(pods.slice(1), [
      ["lab", "lab", NO_HTTP, { KEYVAULT_URL: "$(KEY_VAULT_URI)" }, []],
      ["idle", "idle", NO_HTTP, {}, ["sleep", "3600"]],
    ]);
  });

  it("have two applications, of which one acts as the identity of the other", () => {
    const { identities, images } = example("orders");
    assert.deepEqual(
      identities.map(({ key, sharers }) => [key, sharers.map((sharer) => [sharer.key, sharer.image])]),
      [
        ["web", []],
        ["orders", [["billing", "web"]]],
      ],
    );
    assert.equal(images.orders?.folder, "examples/own-app");
  });
});
