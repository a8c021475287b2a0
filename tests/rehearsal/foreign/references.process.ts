// A stack that reads what another one exports: both programs into one emulated cloud, and the pods of the second proven against the first.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { ReferenceOption } from "../../../rehearsal/foreign/references";
import { rehearse } from "../../../rehearsal/rehearse";
import { temporaryFolders } from "../../support/folders";
import { ROOT } from "../../support/program";
import { APP } from "../../support/rehearsal";

const SPLIT = join(ROOT, "examples", "split");

describe("the workloads of examples/split", function () {
  this.timeout(60_000);
  const folder = temporaryFolders();

  async function run(references: readonly ReferenceOption[]) {
    const directory = join(SPLIT, "workloads");
    const signal = new AbortController().signal;
    const foreign = { environment: {}, references };
    const rehearsal = await rehearse({ directory, stack: "shop", set: [], app: APP, breakage: undefined, signal, foreign });
    await rehearsal.close();
    return rehearsal.report;
  }

  it("work in the cluster of the other stack, which is rehearsed before them", async () => {
    const name = "split-cluster/dev";
    const report = await run([{ name, from: { directory: join(SPLIT, "cluster"), stack: "dev" } }]);
    assert.deepEqual(report.findings, []);
    assert.equal(report.ok, true);
    assert.deepEqual(
      report.pods.map(({ pod, ready }) => ({ pod, ready })),
      [
        { pod: "shop-orders/orders-0", ready: true },
        { pod: "shop-billing/billing-0", ready: true },
      ],
    );
  });

  it("are not proven by a file of the other stack's outputs: its cluster is not known", async () => {
    const outputs = {
      issuerUrl: "https://westeurope.oic.prod-aks.azure.com/t/c/",
      clusterId: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks",
      kubeconfig: JSON.stringify({ clusters: [{ cluster: { server: "https://aks.example:443" } }] }),
      vaultId: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
      vaultUri: "https://kv.vault.azure.net/",
      secretName: "greeting",
      registryServer: "registry.example",
    };
    const file = join(folder({ "outputs.json": JSON.stringify(outputs) }), "outputs.json");
    const { ok, pods, findings } = await run([{ name: "dev", from: { file } }]);
    assert.deepEqual({ ok, pods }, { ok: false, pods: [] });
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["WI033", "WI033", "WI060", "WI060"],
    );
  });

  it("are refused without either, with the option that is missing", async () => {
    await assert.rejects(run([]), {
      name: "UsageError",
      message: /the program reads the outputs of the stack organization\/split-cluster\/dev, and nothing says what they are/,
      fix: /^add --reference organization\/split-cluster\/dev=FILE\.json, .* or --reference organization\/split-cluster\/dev=DIR:STACK /,
    });
  });
});
