// A pod as a process: its environment as the process itself sees it, its token, its ports.
import { strict as assert } from "node:assert";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { z } from "zod";
import { POD_ENVIRONMENT } from "../../../chain";
import { KubernetesApi } from "../../../rehearsal/cloud/fronts/kubernetes";
import { Issuer } from "../../../rehearsal/cloud/oidc";
import type { Admission } from "../../../rehearsal/cluster/admission";
import { type ContainerProcess, startContainer } from "../../../rehearsal/cluster/kubelet";
import { podTemplate } from "../../../rehearsal/cluster/podTemplate";
import { type Network, startNetwork } from "../../../rehearsal/network/network";
import { ISSUER } from "../../support/chainModel";

const TOKEN_FILE = "/var/run/secrets/azure/wi/token/azure-identity-token";
const PRINT = { file: process.execPath, args: ["-e", "console.log(JSON.stringify(process.env))"], directory: tmpdir() };
const CANARY = "REHEARSAL_TEST_CANARY";

function template(container: object = {}) {
  const object = {
    kind: "apps/v1:Deployment",
    partial: false,
    namespace: "web",
    name: "orders",
    labels: {},
    annotations: {},
    declared: "kubernetes:apps/v1:Deployment::orders",
    inputs: {
      spec: { template: { spec: { serviceAccountName: "orders", containers: [{ name: "app", image: "app", ...container }] } } },
    },
  };
  return podTemplate(object, new KubernetesApi(), "");
}

const MUTATED: Admission = {
  kind: "mutated",
  tokenExpirationSeconds: 7200,
  audience: "api://AzureADTokenExchange",
  environment: { app: { [POD_ENVIRONMENT.clientId]: "client", [POD_ENVIRONMENT.tokenFile]: TOKEN_FILE } },
};

describe("a pod's process", () => {
  let network: Network;
  let directory: string;
  before(async () => {
    network = await startNetwork([], {});
    process.env[CANARY] = "a developer's own";
  });
  after(() => {
    delete process.env[CANARY];
    return network.close();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "pod-"));
    await writeFile(join(directory, "ca.pem"), network.caPem);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const start = async (
    container: object = {},
    admission: Admission = MUTATED,
    issuer: Issuer | undefined = undefined,
    runnable = PRINT,
  ): Promise<ContainerProcess> => {
    const request = { template: template(container), admission, index: 0, runnable, path: "" };
    return startContainer(request, { directory, network, issuer, caFile: join(directory, "ca.pem") });
  };
  const seen = async (pod: ContainerProcess) => {
    assert.equal(await pod.process.ended, "exited with code 0", pod.process.output);
    const env = z.record(z.string(), z.string()).parse(JSON.parse(pod.process.output));
    // macOS gives this one to every process.
    delete env.__CF_USER_TEXT_ENCODING;
    return env;
  };

  it("has the variables of template, webhook, kubelet and rehearsal, and nothing of the person who rehearses", async () => {
    const pod = await start({ env: [{ name: "COLOUR", value: "green" }], ports: [{ containerPort: 3000 }] });
    const root = join(directory, "web", "orders-0");
    const proxy = network.clientUrl("web/orders-0");
    const caFile = join(directory, "ca.pem");
    const env = await seen(pod);
    assert.equal(env[CANARY], undefined);
    assert.deepEqual(env, {
      COLOUR: "green",
      ...{ [POD_ENVIRONMENT.clientId]: "client", [POD_ENVIRONMENT.tokenFile]: `${root}${TOKEN_FILE}` },
      ...{ HOSTNAME: "orders-0", KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" },
      ...{ HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: "localhost,127.0.0.1,::1", NODE_USE_ENV_PROXY: "1" },
      ...{ NODE_EXTRA_CA_CERTS: caFile, SSL_CERT_FILE: caFile, REQUESTS_CA_BUNDLE: caFile },
      ...{ HOST: "127.0.0.1", PORT: new URL(pod.url).port, PATH: "", HOME: root, TMPDIR: join(root, "tmp") },
    });
  });

  it("cannot set what the rehearsal sets: proxy, certificates, host, folders", async () => {
    const names = ["HTTPS_PROXY", "NODE_EXTRA_CA_CERTS", "HOST", "PATH", "HOME", "TMPDIR"];
    const env = await seen(await start({ env: names.map((name) => ({ name, value: "own" })) }));
    assert.deepEqual(
      names.filter((name) => env[name] === "own"),
      [],
    );
  });

  it("reads of itself what Kubernetes lets it read", async () => {
    const fields = ["metadata.name", "metadata.namespace", "spec.serviceAccountName", "status.podIP", "metadata.uid"];
    const env = await seen(
      await start({ env: fields.map((fieldPath, index) => ({ name: `F${index}`, valueFrom: { fieldRef: { fieldPath } } })) }),
    );
    assert.deepEqual(
      fields.map((_, index) => env[`F${index}`]),
      ["orders-0", "web", "orders", "127.0.0.1", ""],
    );
  });

  it("gets free ports for those that it declares, wherever its variables name them", async () => {
    const pod = await start({
      ports: [{ containerPort: 3000 }, { name: "metrics", containerPort: 9464 }],
      readinessProbe: { httpGet: { path: "/readyz", port: 3000 } },
      env: [
        { name: "PORT", value: "3000" },
        { name: "METRICS_PORT", value: "9464" },
        { name: "OTHER", value: "3001" },
        { name: "TEXT", value: "3000 apples" },
      ],
    });
    const { PORT, METRICS_PORT, OTHER, TEXT } = await seen(pod);
    assert.equal(PORT, new URL(pod.url).port);
    assert.deepEqual(pod.ports, { metrics: Number(METRICS_PORT) });
    assert.equal(new Set([PORT, METRICS_PORT, "3000", "9464"]).size, 4);
    assert.deepEqual({ OTHER, TEXT }, { OTHER: "3001", TEXT: "3000 apples" });
  });

  it("serves where its probe asks, by number or by the port's name", async () => {
    const ports = [
      { name: "metrics", containerPort: 9464 },
      { name: "http", containerPort: 3000 },
    ];
    const env = [{ name: "HTTP", value: "3000" }];
    for (const port of [3000, "http"]) {
      const pod = await start({ ports, env, readinessProbe: { httpGet: { path: "/", port } } });
      const { PORT, HTTP } = await seen(pod);
      assert.equal(PORT, HTTP);
      assert.equal(pod.url, `http://127.0.0.1:${PORT}`);
    }
  });

  it("finds its token where the variable says, for it alone to read, with its ServiceAccount's claims", async () => {
    const pod = await start({}, MUTATED, new Issuer(ISSUER, Date.now));
    const file = (await seen(pod))[POD_ENVIRONMENT.tokenFile] ?? "";
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const { iss, sub, aud, exp = 0, iat = 0 } = decodeJwt(await readFile(file, "utf8"));
    assert.deepEqual(
      { iss, sub, aud, seconds: exp - iat },
      { iss: ISSUER, sub: "system:serviceaccount:web:orders", aud: ["api://AzureADTokenExchange"], seconds: 7200 },
    );
    assert.deepEqual(pod.injected, ["AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"]);
  });

  it("is listed with what the webhook gave it, not with what it sets itself", async () => {
    const pod = await start({ env: [{ name: POD_ENVIRONMENT.tenantId, value: "own" }] });
    assert.equal((await seen(pod))[POD_ENVIRONMENT.tenantId], "own");
    assert.deepEqual(pod.injected, ["AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"]);
  });

  const taken = (times: number) => ({
    ...PRINT,
    args: [
      "-e",
      `const { appendFileSync, readFileSync } = require("node:fs");
       appendFileSync(process.env.HOME + "/starts", process.env.PORT + "\\n");
       const starts = readFileSync(process.env.HOME + "/starts", "utf8").trim().split("\\n");
       if (starts.length <= ${times}) throw new Error("listen EADDRINUSE: address already in use");
       console.log(JSON.stringify(starts));`,
    ],
  });
  const PORTS = { ports: [{ name: "http", containerPort: 3000 }] };

  it("is started once more on another port where its own was taken", async () => {
    const pod = await start(PORTS, MUTATED, undefined, taken(1));
    const [first, url] = [pod.process, pod.url];
    assert.equal(await first.ended, "exited with code 1");
    assert.equal(await pod.process.ended, "exited with code 0", pod.process.output);
    const ports = [url, pod.url].map((address) => new URL(address).port);
    assert.equal(new Set(ports).size, 2);
    assert.deepEqual(JSON.parse(pod.process.output), ports);
    assert.deepEqual(pod.ports, { http: Number(ports[1]) });
  });

  it("is not started a third time", async () => {
    const pod = await start(PORTS, MUTATED, undefined, taken(2));
    const first = pod.process;
    await first.ended;
    const second = pod.process;
    assert.notEqual(second, first);
    assert.equal(await second.ended, "exited with code 1");
    assert.equal(pod.process, second);
  });

  it("has neither token nor variables where the webhook left it alone", async () => {
    const pod = await start({}, { kind: "unchanged" }, new Issuer(ISSUER, Date.now));
    const env = await seen(pod);
    assert.deepEqual(pod.injected, []);
    assert.deepEqual(
      Object.keys(env).filter((name) => name.startsWith("AZURE_")),
      [],
    );
    await assert.rejects(stat(join(directory, "web", "orders-0", TOKEN_FILE)), { code: "ENOENT" });
  });
});

describe("a workload that Kubernetes would not take", () => {
  const shapes: readonly (readonly [what: string, spec: object, message: string])[] = [
    ["without a template", {}, "spec.template: Invalid input: expected object, received undefined"],
    [
      "without a container",
      { template: { spec: { containers: [] } } },
      "spec.template.spec.containers: Too small: expected array to have >=1 items",
    ],
    [
      "whose variable is a number",
      { template: { spec: { containers: [{ name: "a", image: "a", env: [{ name: "PORT", value: 1 }] }] } } },
      "spec.template.spec.containers.0.env.0.value: Invalid input: expected string, received number",
    ],
  ];
  for (const [what, spec, message] of shapes) {
    it(`is the program's mistake: ${what}`, () => {
      const object = {
        kind: "apps/v1:Deployment",
        namespace: "web",
        name: "orders",
        labels: {},
        annotations: {},
        declared: "d",
        partial: false,
      };
      assert.throws(() => podTemplate({ ...object, inputs: { spec } }, new KubernetesApi(), ""), {
        name: "UsageError",
        message: `d is no workload that Kubernetes would take: ${message}`,
      });
    });
  }
});
