// Claims of docs/rehearsal.md about the Kubernetes API and the kubelet.
import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { POD_ENVIRONMENT, TOKEN_FILE_NAME, TOKEN_MOUNT_PATH } from "../../chain";
import type { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { podEnvironment, rehearsalVariables } from "../../rehearsal/cluster/environment";
import { emulatedCloud } from "../support/program";
import { type RegisterOptions, register } from "./register";

describe("the Kubernetes API", () => {
  const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
  let cloud: EmulatedCloud;
  let provider: RegisterOptions;
  beforeEach(async () => {
    cloud = emulatedCloud();
    const { id } = await register(cloud, "pulumi:providers:kubernetes", { kubeconfig: "{}" });
    provider = { provider: `urn:pulumi:test::sample::pulumi:providers:kubernetes::sample::${id}` };
  });

  it("refuses an object in a namespace that is not there", async () => {
    await rejects(register(cloud, CONFIG_MAP, { metadata: { name: "one", namespace: "web" } }, provider), {
      status: 404,
      code: "NotFound",
    });
  });

  it("refuses an object that is there already", async () => {
    await register(cloud, CONFIG_MAP, { metadata: { name: "one" } }, provider);
    await rejects(register(cloud, CONFIG_MAP, { metadata: { name: "one" } }, { ...provider, name: "other" }), {
      code: "AlreadyExists",
    });
  });

  it("refuses an object without an explicit provider", async () => {
    await rejects(register(cloud, CONFIG_MAP, { metadata: { name: "one" } }), { status: 400, code: "NoProvider" });
  });

  it("gives a public Service an address for documentation, and an internal one an address of the virtual network", async () => {
    const addressOf = async (name: string, annotations: Record<string, string>) => {
      const { state } = await register(
        cloud,
        "kubernetes:core/v1:Service",
        { metadata: { name, annotations }, spec: { type: "LoadBalancer" } },
        provider,
      );
      return JSON.stringify(state.status).replace(/\d+"/, 'n"');
    };
    strictEqual(await addressOf("public", {}), '{"loadBalancer":{"ingress":[{"ip":"203.0.113.n"}]}}');
    const internal = { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" };
    strictEqual(await addressOf("internal", internal), '{"loadBalancer":{"ingress":[{"ip":"10.224.0.n"}]}}');
  });
});

describe("the environment of a pod", () => {
  it("is built from nothing: the template's, the webhook's, the kubelet's and the rehearsal's variables", () => {
    const container = {
      name: "app",
      image: "sample",
      env: [
        { name: "PORT", value: "8080" },
        { name: "COLOUR", value: "green" },
      ],
      ports: [{ containerPort: 8080 }],
    };
    const template = {
      declared: "sample",
      namespace: "web",
      name: "web",
      replicas: 1,
      labels: {},
      annotations: {},
      ownerLabels: {},
      serviceAccountName: "web",
      containers: [container],
    };
    const injected = {
      [POD_ENVIRONMENT.clientId]: "client",
      [POD_ENVIRONMENT.tokenFile]: `${TOKEN_MOUNT_PATH}/${TOKEN_FILE_NAME}`,
    };
    const environment = podEnvironment({
      template,
      podName: "web-0",
      container,
      admission: { kind: "mutated", tokenExpirationSeconds: 3600, audience: "a", environment: { app: injected } },
      root: "/pod",
      proxyUrl: "http://proxy",
      caFile: "/pod/ca.pem",
      ports: new Map([[8080, 40000]]),
      path: "",
    });
    deepStrictEqual(environment, {
      PORT: "40000",
      COLOUR: "green",
      [POD_ENVIRONMENT.clientId]: "client",
      [POD_ENVIRONMENT.tokenFile]: `/pod${TOKEN_MOUNT_PATH}/${TOKEN_FILE_NAME}`,
      HOSTNAME: "web-0",
      KUBERNETES_SERVICE_HOST: "10.0.0.1",
      KUBERNETES_SERVICE_PORT: "443",
      ...rehearsalVariables("http://proxy", "/pod/ca.pem"),
      HOST: "127.0.0.1",
      PATH: "",
      HOME: "/pod",
      TMPDIR: "/pod/tmp",
    });
  });
});
