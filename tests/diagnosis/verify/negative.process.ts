// npm run verify -- --negative against a rehearsal: the intruders really run, are refused, and are gone afterwards, whatever happens.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert";
import { USE_LABEL } from "../../../chain";
import { INTRUDER_LABEL } from "../../../diagnosis/verify/intruder";
import { FEDERATED_CREDENTIAL } from "../../../rehearsal/cloud/resourceTypes";
import { VerifyBench } from "../../support/verifyBench";

const API_SERVER = "*.hcp.westeurope.azmk8s.io";
const QUICK = { pauseMs: 50 };

describe("Intruders of a workload", () => {
  let bench: VerifyBench;
  before(async () => {
    bench = await VerifyBench.start();
  });
  afterEach(() => bench.reset());
  after(() => bench.close());

  const intruders = async (negative = QUICK as { pauseMs: number; patienceSeconds?: number }, signal?: AbortSignal) => {
    const report = await bench.verify({ negative, ...(signal === undefined ? {} : { signal }) });
    const [section] = report.sections.filter(({ kind }) => kind === "intruders");
    return { report, links: section?.links ?? [] };
  };
  const podNames = async () =>
    (await bench.clients().core.listNamespacedPod({ namespace: "web" })).items.map(({ metadata }) => metadata?.name);
  /** What was asked of pods since then. */
  const created = (since: number) =>
    bench.served.network.calls.slice(since).filter(({ method, path }) => method === "POST" && path.endsWith("/pods"));

  it("are refused, each for the reason that it must be, and are removed", async () => {
    const since = bench.served.network.calls.length;
    const { report, links } = await intruders();
    deepStrictEqual(
      links.map(({ state, link, found }) => [state, link, found]),
      [
        ["holds", "a pod with the ServiceAccount default", "refused with AADSTS700213"],
        ["holds", "a pod without the label", "no token (PodNotMutated)"],
      ],
    );
    deepStrictEqual([report.ok, created(since).length, await podNames()], [true, 2, ["web-0"]]);
  });

  it("look like the application's pods, but for what keeps traffic and the Deployment away from them", async () => {
    const bodies: string[] = [];
    bench.faults = ({ method, url, body }) => {
      if (method === "POST" && url.pathname.endsWith("/pods")) bodies.push(body);
      return undefined;
    };
    await intruders();
    const pods = bodies.map((body) => JSON.parse(body)).sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
    deepStrictEqual(
      pods.map(({ metadata, spec }) => [
        metadata.name.replace(/-[0-9a-f]{8}-/, "-RUN-"),
        Object.keys(metadata.labels).sort(),
        [spec.serviceAccountName, spec.serviceAccount, spec.restartPolicy, spec.activeDeadlineSeconds],
        spec.containers[0].livenessProbe,
      ]),
      [
        ["verify-RUN-account", [INTRUDER_LABEL, USE_LABEL].sort(), ["default", undefined, "Never", 180], undefined],
        ["verify-RUN-label", [INTRUDER_LABEL], ["web", undefined, "Never", 180], undefined],
      ],
    );
    const [first] = pods;
    ok(
      first.spec.containers[0].env.some(
        ({ name, value }: { name: string; value: string }) => name === "AZURE_CLIENT_ID" && value === bench.output.clientId,
      ),
    );
    strictEqual(first.spec.securityContext.runAsNonRoot, true);
  });

  it("that get in are told loudly, and are removed all the same", async () => {
    const { cloud } = bench;
    const [own] = cloud.manager.list(FEDERATED_CREDENTIAL);
    const id = `${own?.id.slice(0, own.id.lastIndexOf("/"))}/too-much`;
    cloud.manager.put(id, { ...own?.properties, subject: "system:serviceaccount:web:default" }, "test");
    const { report, links } = await intruders();
    const [first] = links;
    deepStrictEqual([report.ok, first?.state, first?.finding?.rule], [false, "broken", "WI196"]);
    match(first?.found ?? "", /^IT GOT IN: its own status says that it got a token$/);
    deepStrictEqual(await podNames(), ["web-0"]);
  });

  it("are not known to be refused without the right to create pods, which is said", async () => {
    bench.mayDo = (verb) => verb !== "create";
    const { report, links } = await intruders();
    strictEqual(report.ok, false);
    deepStrictEqual(
      links.map(({ state, needs }) => [state, needs]),
      Array(2).fill(["unknown", "create pods in namespace web"]),
    );
  });

  it("that cannot be removed are named, with the command that removes them", async () => {
    bench.mayDo = (verb) => verb !== "delete";
    const { report, links } = await intruders();
    const last = links.at(-1);
    deepStrictEqual([report.ok, last?.link, last?.state], [false, "intruders removed", "broken"]);
    const command = /kubectl delete pod --namespace web --selector aks-workload-identity\/verify=[0-9a-f]{8}$/;
    match(last?.found ?? "", command);
    bench.reset();
    const left = (await podNames()).filter((name) => name?.startsWith("verify-"));
    strictEqual(left.length, 2);
    // And are none of the workload's pods for the next run.
    deepStrictEqual(await bench.wrong(), []);
    await Promise.all(left.map((name = "") => bench.clients().core.deleteNamespacedPod({ namespace: "web", name })));
  });

  it("say nothing in time where neither their status nor their log does", async () => {
    bench.faults = ({ url }) =>
      /verify-[^/]+\/(proxy|log)/.test(url.pathname)
        ? { status: 200, headers: { "content-type": "text/plain" }, body: "hello" }
        : undefined;
    const { report, links } = await intruders({ pauseMs: 50, patienceSeconds: 1 });
    deepStrictEqual(
      links.map(({ state }) => state),
      ["unknown", "holds"],
    );
    match(links[0]?.found ?? "", /^within 1 seconds neither its status nor its log said/);
    strictEqual(links[1]?.found, "no token: neither variables nor volume");
    strictEqual(report.ok, false);
  });

  it("are removed where the command is interrupted meanwhile", async () => {
    const interrupt = new AbortController();
    const reason = new Error("interrupted");
    const stop = bench.served.network.onCall(({ host, path }) => {
      if (/azmk8s/.test(host) && /pods\/verify-/.test(path)) interrupt.abort(reason);
    });
    await rejects(intruders(QUICK, interrupt.signal), reason);
    stop();
    deepStrictEqual(await podNames(), ["web-0"]);
  });

  it("that were created although no answer came are removed", async () => {
    let asked = 0;
    bench.answers(API_SERVER, "/namespaces/web/pods", ({ method }) => {
      if (method !== "POST") return undefined;
      asked += 1;
      return { status: 500, body: { kind: "Status", message: "etcd timed out" } };
    });
    const since = bench.served.network.calls.length;
    const { links } = await intruders();
    const deletions = bench.served.network.calls.slice(since).filter(({ method }) => method === "DELETE");
    deepStrictEqual([asked, deletions.length, links.map(({ state }) => state)], [2, 2, ["unknown", "unknown"]]);
  });
});
