// The emulated API server through the unmodified Kubernetes client: what it shows of a rehearsal, what it refuses, and pods that run.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert";
import { ApiException } from "@kubernetes/client-node";
import type { ClusterClients } from "../../../diagnosis/verify/clusterAccess";
import { VerifyBench } from "../../support/verifyBench";

const namespace = "web";

describe("The emulated API server", () => {
  let bench: VerifyBench;
  let clients: ClusterClients;
  before(async () => {
    bench = await VerifyBench.start();
    clients = bench.clients();
  });
  afterEach(() => bench.reset());
  after(() => bench.close());

  const refuses = (asked: Promise<unknown>, code: number, reason: string, message: RegExp) =>
    rejects(asked, (error: unknown) => {
      ok(error instanceof ApiException, String(error));
      const status = typeof error.body === "string" ? JSON.parse(error.body) : error.body;
      // Of 401 the client keeps no body.
      if (status !== undefined)
        deepStrictEqual([status.kind, status.status, status.code, status.reason], ["Status", "Failure", code, reason]);
      strictEqual(error.code, code);
      match(status?.message ?? "", message);
      return true;
    });

  it("has what the program registered", async () => {
    const { core, apps } = clients;
    const accounts = await core.listNamespacedServiceAccount({ namespace });
    deepStrictEqual(accounts.items.map(({ metadata }) => metadata?.name).sort(), ["default", "web"]);
    const [deployment, ...more] = (await apps.listNamespacedDeployment({ namespace })).items;
    deepStrictEqual([deployment?.metadata?.name, deployment?.status?.readyReplicas, more], ["web", 1, []]);
    strictEqual((await core.readNamespacedService({ namespace, name: "web" })).spec?.type, "LoadBalancer");
    ok((await core.listNamespace()).items.some(({ metadata }) => metadata?.name === namespace));
    strictEqual((await core.listServiceAccountForAllNamespaces()).items.length >= 2, true);
  });

  it("shows a pod as the webhook leaves it, ready as its probe says", async () => {
    const { spec, status } = await clients.core.readNamespacedPod({ namespace, name: "web-0" });
    const [container] = spec?.containers ?? [];
    const injected = ["AZURE_AUTHORITY_HOST", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID"];
    deepStrictEqual(
      container?.env
        ?.map(({ name }) => name)
        .filter((name) => injected.includes(name))
        .sort(),
      injected,
    );
    const volume = spec?.volumes?.find(({ name }) => name === "azure-identity-token");
    deepStrictEqual(
      { ...volume?.projected?.sources?.[0]?.serviceAccountToken },
      { audience: "api://AzureADTokenExchange", expirationSeconds: 3600, path: "azure-identity-token" },
    );
    deepStrictEqual(
      [status?.phase, status?.conditions?.[0]?.status, status?.containerStatuses?.[0]?.ready],
      ["Running", "True", true],
    );
  });

  it("selects by labels that are equal, and by nothing else", async () => {
    const select = async (labelSelector: string) =>
      (await clients.core.listNamespacedPod({ namespace, labelSelector })).items.length;
    deepStrictEqual([await select("azure.workload.identity/use=true"), await select("azure.workload.identity/use=True")], [1, 0]);
    await refuses(select("app in (web)"), 501, "NotInRehearsal", /has no GET/);
  });

  it("reads a pod's log, and reaches the pod and its service through its proxy", async () => {
    const { core } = clients;
    match(await core.readNamespacedPodLog({ namespace, name: "web-0" }), /"level"/);
    const status = JSON.parse(
      JSON.stringify(await core.connectGetNamespacedPodProxyWithPath({ namespace, name: "web-0:8080", path: "api/status" })),
    );
    strictEqual((typeof status === "string" ? JSON.parse(status) : status).ok, true);
    // Kubernetes looks no port of a pod up by its name.
    for (const [port, message] of [
      ["http", /unknown port tcp\/http/],
      ["9", /nothing answers/],
    ] as const)
      await refuses(
        core.connectGetNamespacedPodProxyWithPath({ namespace, name: `web-0:${port}`, path: "healthz" }),
        503,
        "ServiceUnavailable",
        message,
      );
    strictEqual(
      String(await core.connectGetNamespacedServiceProxyWithPath({ namespace, name: "web", path: "healthz" })).length > 0,
      true,
    );
  });

  it("takes no token but the cluster's, and says who may not do what", async () => {
    await refuses(bench.clients("other").core.listNamespacedPod({ namespace }), 401, "Unauthorized", /^$/);
    bench.mayDo = () => false;
    await refuses(
      clients.apps.listNamespacedDeployment({ namespace }),
      403,
      "Forbidden",
      /^deployments is forbidden: User "rehearsal" cannot list resource "deployments" in API group "apps" in the namespace "web"$/,
    );
    await refuses(
      clients.core.readNamespacedPodLog({ namespace, name: "web-0" }),
      403,
      "Forbidden",
      /cannot get resource "pods\/log"/,
    );
  });

  it("says what is not there", async () => {
    await refuses(clients.core.readNamespacedPod({ namespace, name: "other" }), 404, "NotFound", /^pods "other" not found$/);
    await refuses(
      clients.apps.readNamespacedDeployment({ namespace, name: "other" }),
      404,
      "NotFound",
      /^deployments.apps "other" not found$/,
    );
    await refuses(clients.core.readNamespacedConfigMap({ namespace, name: "other" }), 501, "NotInRehearsal", /has no GET/);
    await refuses(clients.core.deleteNamespacedService({ namespace, name: "web" }), 501, "NotInRehearsal", /has no DELETE/);
  });

  const pod = (name: string, serviceAccountName = "web") => ({
    metadata: { name, labels: { "azure.workload.identity/use": "true" } },
    spec: { serviceAccountName, containers: [{ name: "main", image: "x", env: [{ name: "HELLO", value: "there" }] }] },
  });

  it("runs a pod that is created, and removes it", async () => {
    const { core } = clients;
    const created = await core.createNamespacedPod({ namespace, body: pod("extra") });
    ok(created.spec?.containers[0]?.env?.some(({ name }) => name === "AZURE_FEDERATED_TOKEN_FILE"));
    await refuses(core.createNamespacedPod({ namespace, body: pod("extra") }), 409, "AlreadyExists", /already exists/);
    deepStrictEqual((await core.listNamespacedPod({ namespace })).items.map(({ metadata }) => metadata?.name).sort(), [
      "extra",
      "web-0",
    ]);
    await core.deleteNamespacedPod({ namespace, name: "extra" });
    await refuses(core.readNamespacedPod({ namespace, name: "extra" }), 404, "NotFound", /^pods "extra" not found$/);
  });

  it("admits a pod as every other one", async () => {
    await refuses(
      clients.core.createNamespacedPod({ namespace, body: pod("extra", "nobody") }),
      403,
      "Forbidden",
      /error looking up service account web\/nobody: serviceaccount "nobody" not found/,
    );
    await refuses(
      clients.core.createNamespacedPod({ namespace, body: { metadata: { name: "x" } } }),
      400,
      "BadRequest",
      /no pod/,
    );
  });
});
