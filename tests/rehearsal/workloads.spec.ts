// A program in the public style whose pods come from several kinds of objects, and whose images nobody here has.
import { strict as assert } from "node:assert";
import type { Report } from "../../rehearsal/report";
import { rehearseProgram } from "../support/rehearsal";

async function reportOf(...kinds: string[]): Promise<Report> {
  const rehearsal = await rehearseProgram(
    "workloads",
    kinds.map((kind, index) => `kinds[${index}]=${kind}`),
    null,
  );
  await rehearsal.close();
  return rehearsal.report;
}

const SECRET = "/secrets/db-password/";
const READS = "reads the secret db-password of https://kv-workloads.vault.azure.net/";

describe("a rehearsal of workloads of several kinds", function () {
  this.timeout(20_000);

  it("is green where each kind of pod reads what it names, and says what stood in", async () => {
    const { ok, pods, calls, findings, notCovered } = await reportOf("stateful-set", "job", "cron-job");
    assert.deepEqual(
      findings.map(({ rule, severity, resource }) => [rule, severity, resource.split("::")[1]]),
      [["WI033", "warning", "old-report"]],
    );
    assert.equal(ok, true);
    const shown = pods.map(({ name, ready, containers }) => [
      name.replace(/-[a-z0-9]{5}$/, "-…"),
      ready,
      containers.map((each) => `${each.name} ${each.runs} ${each.end}`),
    ]);
    assert.deepEqual(shown, [
      ["ledger-0", true, ["proxy nothing null", "app stand-in null"]],
      ["migrate-…", true, ["fetch stand-in exited with code 0", "app nothing null"]],
      ["report-…", true, ["app stand-in exited with code 0"]],
    ]);
    const readers = calls.filter(({ path, status }) => path === SECRET && status === 200).map(({ pod }) => pod);
    assert.deepEqual(readers.sort(), pods.map(({ pod }) => pod).sort());
    const reasons = notCovered.map(({ resource, reason }) => `${resource.split("::")[1]}: ${reason}`);
    for (const line of [
      "ledger: image nginx:1.29 is not built by this program, and nothing in it says that it reads anything: it was not run",
      `ledger: container "app": image registry.example/team/reader:3 is not built by this program: the built-in probe stands in for it, and ${READS}`,
      `migrate: init container "fetch": image mcr.microsoft.com/azure-cli:2.91.0 was not run, nor its command: the built-in probe stands in for it, and ${READS}`,
      "report: its schedule was not waited for: it was run once",
      "old-report: not run: it is suspended",
    ])
      assert.ok(reasons.includes(line), `${line} is not in\n${reasons.join("\n")}`);
  });

  it("is red where the identity has no role, and names the mistake once", async () => {
    const { ok, pods, calls, findings } = await reportOf("pod", "no-role", "no-role");
    assert.deepEqual([ok, pods.map(({ pod, ready }) => [pod, ready])], [false, [["jobs/probe", false]]]);
    assert.deepEqual(
      findings.map(({ rule, code, resource }) => [rule, code, resource.split("::")[1]]),
      [["WI020", "ForbiddenByRbac", "identity"]],
    );
    assert.deepEqual(calls.findLast(({ host }) => host.startsWith("kv-"))?.code, "ForbiddenByRbac");
  });
});
