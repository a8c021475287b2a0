// What the older systems did, all of it at once and each by itself: the repository's own program, the built application and the unmodified SDKs.
import { strict as assert } from "node:assert";
import { z } from "zod";
import type { Rehearsal } from "../../rehearsal/rehearse";
import { rehearseHere } from "../support/rehearsal";

const ROLE_LIST = ["roleList=true", "demoReaderRole=true"];
const STORAGE = ["storage.enabled=true", "storage.publicRoute=true"];
const APPLICATION = ["identityKind=application"];
const SECRETS_USER = "Key Vault Secrets User on kv-dev-ttrg1a";
const LISTER = "aks-workload-identity dev role list ttrg1a on rg-aks-workload-identity-dev";
const READER = "Reader on aks-aks-workload-identity-dev";
const BLOB_READER = "Storage Blob Data Reader on data";
const ROUTE = "/api/stdevttrg1a/data/rehearsal/hello.txt: 200, text/plain; charset=utf-8, 25 bytes";

async function withRehearsal<T>(set: readonly string[], body: (rehearsal: Rehearsal) => Promise<T> | T): Promise<T> {
  const rehearsal = await rehearseHere({ set });
  try {
    assert.deepEqual(rehearsal.report.findings, []);
    assert.equal(rehearsal.report.ok, true);
    return await body(rehearsal);
  } finally {
    await rehearsal.close();
  }
}

const shown = ({ report }: Rehearsal) => report.demonstrations.map(({ what, ok, shown }) => [what, ok, shown]);
const linksOf = ({ chains }: Rehearsal) => chains.flatMap(({ links }) => links.map(({ link }) => link));
const statusShape = z.looseObject({
  identity: z.looseObject({ clientId: z.string() }),
  pod: z.looseObject({ processUptimeSeconds: z.number() }),
  links: z.array(z.looseObject({ name: z.string(), ok: z.boolean().nullable() })),
});

async function statusOf({ report }: Rehearsal) {
  return statusShape.parse(await fetch(`${report.pods[0]?.url}/api/status`).then((answer) => answer.json()));
}

describe("what the older systems did", function () {
  this.timeout(30_000);

  it("lists exactly the roles of the identity, and one more without a restart", () =>
    withRehearsal(ROLE_LIST, async (rehearsal) => {
      assert.deepEqual(shown(rehearsal), [
        ["role list", true, [SECRETS_USER, LISTER]],
        ["role list with a further role", true, [SECRETS_USER, READER, LISTER]],
      ]);
      const page = await fetch(`${rehearsal.report.pods[0]?.url}/`).then((answer) => answer.text());
      for (const name of ["Key Vault Secrets User", "Reader", "aks-workload-identity dev role list ttrg1a"])
        assert.ok(page.includes(name), name);
      assert.equal(rehearsal.report.pods.length, 1);
    }));

  it("serves the blobs of its container, and of no other, where it may", () =>
    withRehearsal(STORAGE, async (rehearsal) => {
      assert.deepEqual(shown(rehearsal), [["blob route", true, [ROUTE]]]);
      const url = rehearsal.report.pods[0]?.url;
      for (const path of [
        "/api/stdevttrg1a/other/hello.txt",
        "/api/elsewhere/data/hello.txt",
        "/api/stdevttrg1a/data/gone.txt",
      ]) {
        const answer = await fetch(`${url}${path}`);
        assert.deepEqual([answer.status, await answer.json()], [404, { error: "not found" }], path);
      }
    }));

  it("reads the container and serves nothing of it where the page is public", () =>
    withRehearsal(["storage.enabled=true"], async (rehearsal) => {
      assert.deepEqual(shown(rehearsal), []);
      assert.ok(linksOf(rehearsal).includes("blobs"));
      const answer = await fetch(`${rehearsal.report.pods[0]?.url}/api/stdevttrg1a/data/hello.txt`);
      assert.equal(answer.status, 404);
      const { links } = await statusOf(rehearsal);
      assert.equal(links.find(({ name }) => name === "blobs")?.ok, true);
    }));

  it("signs in as an application of Entra ID, by another client id", async () => {
    const managed = await withRehearsal([], async (rehearsal) => (await statusOf(rehearsal)).identity.clientId);
    await withRehearsal(APPLICATION, async (rehearsal) => {
      const { clientId } = (await statusOf(rehearsal)).identity;
      assert.equal(clientId, rehearsal.report.outputs.clientId);
      assert.notEqual(clientId, managed);
      assert.equal(rehearsal.report.exchanges[0]?.clientId, clientId);
    });
  });

  it("does all of it together, as an application too", () =>
    withRehearsal([...ROLE_LIST, ...STORAGE, ...APPLICATION, "toolbox=true"], (rehearsal) => {
      assert.deepEqual(shown(rehearsal), [
        ["role list", true, [SECRETS_USER, BLOB_READER, LISTER]],
        ["role list with a further role", true, [SECRETS_USER, READER, BLOB_READER, LISTER]],
        ["blob route", true, [ROUTE]],
      ]);
      assert.deepEqual(rehearsal.report.pods.map(({ pod, ready }) => [pod, ready]).sort(), [
        ["web/toolbox-0", true],
        ["web/web-0", true],
      ]);
    }));

  it("uses a cluster that is there already, and makes none", () =>
    withRehearsal(["existingCluster.resourceGroupName=rg-there", "existingCluster.name=aks-there"], (rehearsal) => {
      const { clusterName, issuerUrl } = rehearsal.report.outputs;
      assert.equal(clusterName, "aks-there");
      assert.match(String(issuerUrl), /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/.*\/$/);
      assert.equal(rehearsal.report.exchanges[0]?.issuer, issuerUrl);
    }));

  it("reads the lab's secret by its name", () =>
    withRehearsal(["secretName=my-secret", "secretValue=Hello!"], ({ report }) => {
      assert.equal(report.outputs.secretName, "my-secret");
      assert.ok(report.calls.some(({ path, status }) => path.startsWith("/secrets/my-secret") && status === 200));
    }));

  it("says of a workload with a command that the command was not run", () =>
    withRehearsal(
      ["workloads.job.readinessPath=", "workloads.job.livenessPath=", "workloads.job.command[0]=/bin/false"],
      ({ report }) => {
        const reasons = report.notCovered
          .filter(({ resource }) => resource.includes("job-deployment"))
          .map(({ reason }) => reason);
        assert.deepEqual(reasons, ['command ["/bin/false"] was not run: --app was']);
      },
    ));

  it("signs the toolbox in by the pod's own token, and says that its image was not run", () =>
    withRehearsal(["toolbox=true"], ({ report }) => {
      assert.deepEqual(
        report.exchanges.filter(({ pod }) => pod === "web/toolbox-0").map(({ subject, result }) => [subject, result]),
        [["system:serviceaccount:web:web", "ok"]],
      );
      const { reason } = report.notCovered.find(({ resource }) => resource.includes("toolbox-deployment")) ?? {};
      assert.equal(
        reason,
        "image mcr.microsoft.com/azure-cli:2.91.0 was not run, nor its command: a stand-in signed in as az login --federated-token does",
      );
    }));
});
