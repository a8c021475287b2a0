// The repository's own stacks, whole, with the built application and the unmodified SDKs.
import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Rehearsal } from "../../rehearsal/rehearse";
import { SECRET_OUTPUT } from "../../rehearsal/report";
import { UsageError } from "../../rehearsal/usageError";
import { type RehearsalOptions, rehearseHere } from "../support/rehearsal";

const SECRET = "the-value-that-nobody-may-see";

async function withRehearsal<T>(options: RehearsalOptions, body: (rehearsal: Rehearsal) => Promise<T> | T): Promise<T> {
  const rehearsal = await rehearseHere(options);
  try {
    return await body(rehearsal);
  } finally {
    await rehearsal.close();
  }
}

describe("the rehearsal of the repository's stacks", function () {
  this.timeout(20_000);

  it("dev: the pod reads the secret, and every intruder is refused", () =>
    withRehearsal({}, ({ report }) => {
      assert.deepEqual(report.findings, []);
      assert.equal(report.ok, true);
      assert.deepEqual(
        report.pods.map(({ namespace, name, serviceAccount, mutated, ready }) => ({
          namespace,
          name,
          serviceAccount,
          mutated,
          ready,
        })),
        [{ namespace: "web", name: "web-0", serviceAccount: "web", mutated: true, ready: true }],
      );
      assert.deepEqual(report.pods[0]?.env, [
        "AZURE_AUTHORITY_HOST",
        "AZURE_CLIENT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_TENANT_ID",
      ]);
      assert.deepEqual(
        report.exchanges.map(({ pod, subject, audience, result, code }) => ({ pod, subject, audience, result, code })),
        [
          {
            pod: "web/web-0",
            subject: "system:serviceaccount:web:web",
            audience: "api://AzureADTokenExchange",
            result: "ok",
            code: null,
          },
        ],
      );
      assert.deepEqual(
        report.controls.map(({ control, refused, code }) => ({ control, refused, code })),
        [
          { control: "the same subject from a foreign issuer", refused: true, code: "AADSTS700211" },
          { control: "another ServiceAccount of the same cluster", refused: true, code: "AADSTS700213" },
          { control: "the same pod without its label", refused: true, code: "PodNotMutated" },
        ],
      );
      assert.deepEqual(
        report.calls.map(({ method, status, code }) => ({ method, status, code })),
        [
          { method: "GET", status: 401, code: "Unauthorized" },
          { method: "POST", status: 200, code: null },
          { method: "GET", status: 200, code: null },
        ],
      );
    }));

  it("prod: every replica becomes ready", () =>
    withRehearsal({ stack: "prod" }, ({ report }) => {
      assert.deepEqual(report.findings, []);
      assert.equal(report.ok, true);
      assert.ok(report.pods.length > 1);
      assert.ok(report.pods.every(({ ready }) => ready));
    }));

  it("exports what the chain of each workload is, the same in every run", async () => {
    const outputsOf = () => withRehearsal({}, ({ report }) => report.outputs);
    const [first, second] = [await outputsOf(), await outputsOf()];
    assert.deepEqual(first, second);
    assert.deepEqual(Object.keys(first).sort(), [
      "chain",
      "clientId",
      "clusterName",
      "imageDigest",
      "issuerUrl",
      "kubeconfig",
      "resourceGroupName",
      "secretName",
      "serviceIp",
      "url",
      "vaultUri",
    ]);
    assert.equal(first.kubeconfig, SECRET_OUTPUT);
    assert.match(String(first.issuerUrl), /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/.+\/$/);
    assert.equal(first.url, `http://${first.serviceIp}`);
  });

  it("gives each further workload an identity of its own, and lets one share another's", () =>
    withRehearsal({ set: ['workloads={"orders":{},"billing":{"identity":"orders"}}'] }, ({ report }) => {
      assert.deepEqual(report.findings, []);
      assert.equal(report.ok, true);
      const clients = Object.fromEntries(report.exchanges.map(({ pod, clientId }) => [pod.split("/")[0], clientId]));
      assert.deepEqual(Object.keys(clients).sort(), ["billing", "orders", "web"]);
      assert.equal(clients.billing, clients.orders);
      assert.notEqual(clients.web, clients.orders);
    }));

  it("never shows the secret's value: not in the report, the page, the facts or the pod's output", () =>
    withRehearsal({ set: [`secretValue=${SECRET}`] }, async ({ report, output, ports }) => {
      assert.equal(report.ok, true);
      const [pod] = report.pods;
      const metrics = ports.get("web/web-0")?.metrics;
      const texts = await Promise.all(
        [`${pod?.url}/`, `${pod?.url}/api/status`, `http://127.0.0.1:${metrics}/metrics`].map((url) =>
          fetch(url).then((answer) => answer.text()),
        ),
      );
      for (const text of [...texts, JSON.stringify(report), ...output.values()]) {
        assert.equal(text.includes(SECRET), false);
        // No token either: both kinds begin with a JOSE header.
        assert.doesNotMatch(text, /eyJ[\w-]{10}/);
      }
      assert.match(texts[0] ?? "", new RegExp(`\\b${SECRET.length}\\b`));
    }));

  it("ends the pods and removes its files when it is closed", async () => {
    const { TMPDIR } = process.env;
    const own = mkdtempSync(join(tmpdir(), "tests-"));
    process.env.TMPDIR = own;
    try {
      const url = await withRehearsal({}, ({ report }) => {
        assert.equal(readdirSync(own).length, 1);
        return report.pods[0]?.url;
      });
      assert.deepEqual(readdirSync(own), []);
      await assert.rejects(fetch(String(url)));
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      rmSync(own, { recursive: true });
    }
  });

  it("says what a stack's mistakes are in one message, without a stack trace", async () => {
    await assert.rejects(rehearseHere({ set: ["replicas=many", "replcas=2", "serviceAccount=Orders_API"] }), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      for (const part of ["replicas", "replcas", "Orders_API"]) assert.match(error.message, new RegExp(part));
      assert.doesNotMatch(error.message, /\n\s+at /);
      return true;
    });
  });
});
