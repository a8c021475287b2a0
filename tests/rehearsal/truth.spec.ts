// Neither of the two lies: a broken program called green, and a right one called broken.
import { strict as assert } from "node:assert";
import type { Report } from "../../rehearsal/report";
import { APP, rehearseHere, rehearsePlain, rehearseProgram } from "../support/rehearsal";

async function reportOf(variant: string, app?: string): Promise<Report> {
  const rehearsal = await rehearsePlain(variant, app);
  await rehearsal.close();
  return rehearsal.report;
}

const rules = ({ findings }: Report) => findings.map(({ rule }) => rule);

// Ready at once, and asks nobody for anything.
const HELLO = `exec "${process.execPath}" -e 'require("node:http").createServer((q, r) => r.end()).listen(process.env.PORT, "127.0.0.1")'`;

describe("a rehearsal does not call green", function () {
  this.timeout(20_000);

  it("a pod that is ready without having read its secret", async () => {
    const report = await reportOf("none", HELLO);
    assert.equal(report.pods[0]?.ready, true);
    assert.deepEqual([report.ok, rules(report)], [false, ["WI032"]]);
  });

  it("a program with a broken link whose pod is ready all the same", async () => {
    const rehearsal = await rehearseHere({ breakName: "missing-role", app: HELLO });
    await rehearsal.close();
    assert.deepEqual([rehearsal.report.ok, rules(rehearsal.report)], [false, ["WI020"]]);
  });

  it("a labelled pod that it does not run: one of a cluster of somebody else", async () => {
    const report = await reportOf("other-cluster");
    assert.deepEqual([report.pods[0]?.ready, report.ok, rules(report)], [true, false, ["WI033"]]);
    assert.match(report.findings[0]?.actual ?? "", /does not create/);
    assert.ok(report.notCovered.some((line) => /does not create/.test(line.reason)));
  });

  it("two resources with one id", async () => {
    await assert.rejects(
      reportOf("same-vault-name"),
      /cannot create already existing resource .*keyvault:Vault::vault is the same one/,
    );
  });

  it("a pod whose process has ended, and says how", async () => {
    const report = await reportOf("none", "echo gone; exit 3");
    assert.deepEqual([report.ok, rules(report)], [false, ["WI099"]]);
    assert.equal(report.findings[0]?.actual, "its process exited with code 3; its last line: gone");
  });

  it("a pod without a probe that signs in and reads nothing", async () => {
    const report = await reportOf("no-probe", SIGNS_IN);
    assert.deepEqual(
      report.exchanges.map(({ result }) => result),
      ["ok"],
    );
    assert.deepEqual([report.ok, report.pods.map(({ ready }) => ready)], [false, [false]]);
  });
});

/** Signs in as the pod may, reads nothing and is content. */
const SIGNS_IN = `exec "${process.execPath}" --input-type=module -e '
  import { WorkloadIdentityCredential } from "@azure/identity";
  await new WorkloadIdentityCredential().getToken("https://vault.azure.net/.default");
'`;

describe("a rehearsal does not call broken", function () {
  this.timeout(20_000);

  for (const variant of [
    "none",
    "config-map",
    "expansion",
    "two-providers",
    "patch",
    "no-probe",
    "name-that-begins-alike",
    "sidecar",
  ]) {
    it(`a right program: ${variant}`, async () => {
      const report = await reportOf(variant);
      assert.deepEqual([report.ok, report.findings], [true, []]);
    });
  }

  it("a workload that the program itself wants no pod of, and says so", async () => {
    const report = await reportOf("no-replicas");
    assert.deepEqual(
      [report.ok, report.findings.map(({ rule, severity, actual }) => [rule, severity, actual])],
      [true, [["WI033", "warning", "not run: it has no replicas"]]],
    );
  });

  it("an application that is refused by others first, and waits", async () => {
    const report = await reportOf(
      "none",
      `"${process.execPath}" -e 'fetch("https://telemetry.example").then(() => setTimeout(() => 0, 900))'; ${APP}`,
    );
    assert.deepEqual([report.ok, report.findings], [true, []]);
  });
});

describe("a rehearsal of two clusters", function () {
  this.timeout(20_000);

  it("is green where each identity trusts its own cluster, and tells the pods apart", async () => {
    const rehearsal = await rehearseProgram("twoClusters");
    await rehearsal.close();
    const { ok, findings, pods, controls } = rehearsal.report;
    assert.deepEqual([ok, findings], [true, []]);
    assert.deepEqual(pods.map(({ pod }) => pod).sort(), ["aks-east/web/east-web-0", "aks-west/web/west-web-0"]);
    assert.equal(controls.length, 6);
  });

  it("names each cluster's own federated credential when both are wrong", async () => {
    const rehearsal = await rehearseProgram("twoClusters", [], undefined, "issuer-without-slash");
    await rehearsal.close();
    assert.deepEqual(rehearsal.report.findings.map(({ rule, resource }) => `${rule} ${resource.split("::")[1]}`).sort(), [
      "WI001 east-web-federation-cluster",
      "WI001 west-web-federation-cluster",
    ]);
  });
});

describe("a rehearsal that serves", () => {
  it("sees a pod go, and says how", async () => {
    const ends = `exec "${process.execPath}" -e 'require("node:http").createServer((q, r) => (q.url === "/end" ? process.exit(7) : r.end())).listen(process.env.PORT, "127.0.0.1")'`;
    const rehearsal = await rehearsePlain("none", ends);
    try {
      await fetch(`${rehearsal.report.pods[0]?.url}/end`).catch(() => undefined);
      assert.equal(await rehearsal.lost, "app/app-0: its process exited with code 7");
    } finally {
      await rehearsal.close();
    }
  });
});

describe("a rehearsal keeps secrets", () => {
  it("where the program exports one in clear", async () => {
    const { outputs } = await reportOf("leak");
    assert.equal(outputs.leak, "[secret]");
  });
});
