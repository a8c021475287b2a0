// A whole program with what no rehearsal can emulate: what is left of it is proven, the rest is told, and nothing is guessed.
import { strict as assert } from "node:assert";
import type { Report } from "../../../rehearsal/report";
import { UsageError } from "../../../rehearsal/usageError";
import { rehearseForeign } from "../../support/rehearsal";

const FIC = "azure-native:managedidentity:FederatedIdentityCredential::fic";
const DEPLOYMENT = "manifests/app.yaml:2 (kubernetes:apps/v1:Deployment::app)";

async function report(variant = "none"): Promise<Report> {
  const rehearsal = await rehearseForeign("unseen", [`variant=${variant}`]);
  await rehearsal.close();
  return rehearsal.report;
}

const rules = ({ findings }: Report) => findings.map(({ rule, resource }) => `${rule} ${resource}`);

describe("a program with parts that are not emulated", function () {
  this.timeout(20_000);

  it("works as far as its chain goes, and lists the rest with what is made of it", async () => {
    const { ok, findings, notCovered, outputs } = await report();
    assert.deepEqual(findings, []);
    assert.equal(ok, true);
    assert.deepEqual(notCovered.map(({ resource }) => resource).sort(), [
      "azure-native:containerservice:ManagedCluster::aks",
      "azure-native:network:VirtualNetwork::vnet",
      "azure-native:operationalinsights:Workspace::logs",
    ]);
    assert.equal(
      notCovered.find(({ resource }) => resource.endsWith("::aks"))?.reason,
      "tags.workspace holds azure-native:operationalinsights:Workspace::logs.customerId, which is not emulated",
    );
    assert.deepEqual(outputs, {
      kubeconfigOutput: "[secret]",
      networkName: "[unknown output azure-native:network:VirtualNetwork::vnet.name]",
    });
  });

  it("has the objects of manifests by pattern from ConfigGroup of yaml.v2 as well", async () => {
    const { ok, pods, findings } = await report("v2");
    assert.deepEqual(findings, []);
    assert.deepEqual({ ok, pods: pods.map(({ pod }) => pod) }, { ok: true, pods: ["app/app-0"] });
  });

  it("has file and line of the manifest to change, also after a transformation", async () => {
    const found = await report("no label");
    assert.equal(found.ok, false);
    assert.deepEqual(rules(found), [`WI006 ${DEPLOYMENT}`]);
  });

  for (const [variant, holder] of [
    ["chart", "kubernetes:helm:template::app"],
    ["release", "kubernetes:helm.sh/v3:Release::app"],
  ] as const)
    it(`is not right where the pods may come from a ${variant} of Helm`, async () => {
      const found = await report(variant);
      assert.equal(found.ok, false);
      assert.deepEqual(rules(found), ["WI031 the program", `WI060 ${FIC}`]);
      assert.equal(found.findings[1]?.actual, `none was run; ${holder} may hold it`);
    });

  it("is not right where its objects go to a cluster that nobody names", async () => {
    const found = await report("default provider");
    assert.equal(found.ok, false);
    assert.deepEqual(rules(found), [`WI033 ${DEPLOYMENT}`, `WI060 ${FIC}`]);
    assert.ok(found.notCovered.some(({ resource }) => resource === "default provider of kubernetes"));
  });

  it("is refused with file and line where a manifest is no YAML", async () => {
    await assert.rejects(report("broken yaml"), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^kubernetes:yaml:decode: broken\/app\.yaml:4 is not YAML: /);
      return true;
    });
  });
});
