// A claim of docs/rehearsal.md about the kubelet: what a pod's process gets, and that it is all.
import { deepStrictEqual } from "node:assert";
import { POD_ENVIRONMENT, TOKEN_FILE_NAME, TOKEN_MOUNT_PATH } from "../../chain";
import { podEnvironment, rehearsalVariables } from "../../rehearsal/cluster/environment";

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
      place: "web/web",
      kind: "apps/v1:Deployment",
      initContainers: [],
      whyNone: "it has no replicas",
      runsToEnd: false,
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
