// The rules of the workload identity webhook v1.6.0, and the one of Kubernetes that stands before them.
import { strict as assert } from "node:assert";
import {
  AUTHORITY_HOST,
  CLIENT_ID_ANNOTATION,
  POD_ENVIRONMENT,
  type ServiceAccountLink,
  SKIP_CONTAINERS_ANNOTATION,
  TENANT_ID_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  USE_LABEL,
} from "../../../chain";
import { admit } from "../../../rehearsal/cluster/admission";
import type { PodTemplate } from "../../../rehearsal/cluster/podTemplate";
import { chainModel, IDENTITY, SERVICE_ACCOUNT, TENANT_ID } from "../../support/chainModel";

const { cluster } = chainModel();
const container = (name: string, env: Readonly<Record<string, string>> = {}) => ({
  name,
  image: name,
  env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
  ports: [],
});
const POD: PodTemplate = {
  declared: "kubernetes:apps/v1:Deployment::orders",
  namespace: "web",
  name: "orders",
  place: "web/web",
  kind: "apps/v1:Deployment",
  initContainers: [],
  whyNone: "it has no replicas",
  runsToEnd: false,
  replicas: 1,
  labels: { [USE_LABEL]: "true" },
  annotations: {},
  ownerLabels: {},
  serviceAccountName: "orders",
  containers: [container("app")],
};
const INJECTED = {
  [POD_ENVIRONMENT.clientId]: IDENTITY.clientId,
  [POD_ENVIRONMENT.tenantId]: TENANT_ID,
  [POD_ENVIRONMENT.tokenFile]: "/var/run/secrets/azure/wi/token/azure-identity-token",
  [POD_ENVIRONMENT.authorityHost]: AUTHORITY_HOST,
};

const mutated = (environment: object, tokenExpirationSeconds = 3600) => ({
  kind: "mutated",
  tokenExpirationSeconds,
  audience: "api://AzureADTokenExchange",
  environment,
});
const admitted = (pod: Partial<PodTemplate> = {}, account: Partial<ServiceAccountLink> = {}) =>
  admit({ ...POD, ...pod }, { ...SERVICE_ACCOUNT, ...account }, cluster);
const withAnnotations = (annotations: Readonly<Record<string, string>>) => ({
  annotations: { ...SERVICE_ACCOUNT.annotations, ...annotations },
});
const without = (variable: string) => Object.fromEntries(Object.entries(INJECTED).filter(([name]) => name !== variable));

describe("admission", () => {
  it("gives a labelled pod the four variables and a token of one hour for Entra ID", () => {
    assert.deepEqual(admitted(), mutated({ app: INJECTED }));
  });

  it("goes through the init containers as well, and skips those that are named", () => {
    const initContainers = ["fetch", "wait"].map((name) => ({ ...container(name), stays: false }));
    const annotations = { [SKIP_CONTAINERS_ANNOTATION]: "wait" };
    assert.deepEqual(admitted({ initContainers, annotations }), mutated({ fetch: INJECTED, app: INJECTED }));
  });

  it("refuses a pod whose ServiceAccount is not there, labelled or not", () => {
    for (const labels of [POD.labels, {}]) {
      assert.deepEqual(admit({ ...POD, labels }, undefined, cluster), {
        kind: "refused",
        message: 'pods "orders" is forbidden: error looking up service account web/orders: serviceaccount "orders" not found',
      });
    }
  });

  for (const [what, labels] of [
    ["without the label", {}],
    ["whose label is False", { [USE_LABEL]: "false" }],
    ["whose label is written True", { [USE_LABEL]: "True" }],
    ["whose label is empty", { [USE_LABEL]: "" }],
  ] as const) {
    it(`leaves a pod alone ${what}`, () => assert.deepEqual(admitted({ labels }), { kind: "unchanged" }));
  }

  it("leaves a pod alone that has the label only on its owner and its ServiceAccount", () => {
    assert.deepEqual(admitted({ labels: {}, ownerLabels: POD.labels }, { labels: POD.labels }), { kind: "unchanged" });
  });

  it("leaves every pod alone where workload identity is off in the cluster", () => {
    assert.deepEqual(admit(POD, SERVICE_ACCOUNT, { ...cluster, workloadIdentityEnabled: false }), { kind: "unchanged" });
  });

  it("injects no client id, and does not complain, where the ServiceAccount has no annotation or an empty one", () => {
    const expected = mutated({ app: without(POD_ENVIRONMENT.clientId) });
    assert.deepEqual(admitted({}, { annotations: {} }), expected);
    assert.deepEqual(admitted({}, { annotations: { [CLIENT_ID_ANNOTATION]: "" } }), expected);
  });

  it("takes the tenant from the annotation before the cluster's, and injects none for an empty one", () => {
    const tenant = "99999999-9999-4999-8999-999999999999";
    assert.deepEqual(
      admitted({}, withAnnotations({ [TENANT_ID_ANNOTATION]: tenant })),
      mutated({ app: { ...INJECTED, [POD_ENVIRONMENT.tenantId]: tenant } }),
    );
    assert.deepEqual(
      admitted({}, withAnnotations({ [TENANT_ID_ANNOTATION]: "" })),
      mutated({ app: without(POD_ENVIRONMENT.tenantId) }),
    );
  });

  it("lets a variable of the container's own win, each by itself", () => {
    for (const variable of Object.values(POD_ENVIRONMENT)) {
      const containers = [container("app", { [variable]: "own" }), container("other")];
      assert.deepEqual(admitted({ containers }), mutated({ app: without(variable), other: INJECTED }));
    }
  });

  it("injects into all containers but those that the pod's annotation skips", () => {
    const containers = ["app", "proxy", "logger"].map((name) => container(name));
    assert.deepEqual(admitted({ containers }), mutated({ app: INJECTED, proxy: INJECTED, logger: INJECTED }));
    const skipping = (names: string) => admitted({ containers, annotations: { [SKIP_CONTAINERS_ANNOTATION]: names } });
    assert.deepEqual(skipping("proxy;logger"), mutated({ app: INJECTED }));
    assert.deepEqual(skipping(" proxy ; logger;"), mutated({ app: INJECTED }));
    assert.deepEqual(skipping("proxy,logger"), mutated({ app: INJECTED, proxy: INJECTED, logger: INJECTED }));
    assert.deepEqual(skipping(""), mutated({ app: INJECTED, proxy: INJECTED, logger: INJECTED }));
  });

  it("does not skip what only the ServiceAccount's annotation names", () => {
    assert.deepEqual(admitted({}, withAnnotations({ [SKIP_CONTAINERS_ANNOTATION]: "app" })), mutated({ app: INJECTED }));
  });

  describe("of a token expiration", () => {
    const onPod = (value: string) => admitted({ annotations: { [TOKEN_EXPIRATION_ANNOTATION]: value } });
    const onAccount = (value: string) => admitted({}, withAnnotations({ [TOKEN_EXPIRATION_ANNOTATION]: value }));

    for (const seconds of [3600, 7200, 86400]) {
      it(`takes ${seconds} seconds from the pod and from the ServiceAccount`, () => {
        assert.deepEqual(onPod(String(seconds)), mutated({ app: INJECTED }, seconds));
        assert.deepEqual(onAccount(String(seconds)), mutated({ app: INJECTED }, seconds));
      });
    }

    it("lets the pod's win over the ServiceAccount's, be that wrong", () => {
      const pod = { annotations: { [TOKEN_EXPIRATION_ANNOTATION]: "7200" } };
      const account = withAnnotations({ [TOKEN_EXPIRATION_ANNOTATION]: "1" });
      assert.deepEqual(admitted(pod, account), mutated({ app: INJECTED }, 7200));
    });

    for (const value of ["3599", "86401", "0", "-3600", "", "1h", "3600.0", "3600 ", "1e4", "0x1000"]) {
      it(`refuses "${value}", naming annotation, limits and value`, () => {
        const message = `admission webhook "mutation.azure-workload-identity.io" denied the request: ${TOKEN_EXPIRATION_ANNOTATION} must be between 3600 and 86400, got "${value}"`;
        assert.deepEqual(onPod(value), { kind: "refused", message });
        assert.deepEqual(onAccount(value), { kind: "refused", message });
      });
    }

    it("does not look at it where it does not mutate", () => {
      const annotations = { [TOKEN_EXPIRATION_ANNOTATION]: "1" };
      assert.deepEqual(admitted({ labels: {}, annotations }), { kind: "unchanged" });
    });
  });
});
