// What a pod names and cannot start without: red where the program shows that it is not there, told where something else may hold it.
import { deepStrictEqual } from "node:assert";
import type { ClusterState } from "../../rehearsal/chainModel";
import { KubernetesApi } from "../../rehearsal/cloud/fronts/kubernetes";
import { whyInvalidImage } from "../../rehearsal/cluster/imageReference";
import { podTemplate } from "../../rehearsal/cluster/podTemplate";
import { checkStart } from "../../rehearsal/startFindings";
import { chainModel } from "../support/chainModel";

const DEPLOYMENT = "apps/v1:Deployment";
const IMAGE = "registry.example/team/orders:1.4.2";

interface Given {
  readonly container?: object;
  readonly volumes?: readonly object[];
  readonly objects?: readonly (readonly [kind: string, inputs: object])[];
  readonly namespace?: string;
  readonly holders?: readonly string[];
}

function start({ container = {}, volumes = [], objects = [], namespace = "shop", holders = [] }: Given) {
  const api = new KubernetesApi();
  api.assume((name) => name === "theirs");
  const register = (kind: string, inputs: object) => api.register(kind, "one", { ...inputs }, `kubernetes:${kind}::one`);
  register("core/v1:Namespace", { metadata: { name: "shop" } });
  for (const [kind, inputs] of objects) register(kind, inputs);
  const spec = { containers: [{ name: "web", image: IMAGE, ...container }], volumes };
  register(DEPLOYMENT, { metadata: { name: "orders", namespace }, spec: { template: { spec } } });
  const [object] = api.list(DEPLOYMENT);
  if (object === undefined) throw new Error("no Deployment");
  const template = podTemplate(object, api, "");
  const state: ClusterState = { model: chainModel(), templates: [template], api };
  const { findings, notCovered } = checkStart(state, template, holders);
  const found = findings.map(({ rule, code, property, actual }) => [rule, code, property, actual]);
  return [...found, ...notCovered.map(({ reason }) => reason)];
}

const WEB = 'spec.template.spec.containers["web"]';
const KEY = { name: "settings", key: "host" };
const env = (valueFrom: object) => ({ container: { env: [{ name: "HOST", valueFrom }] } });
const settings = (kind: string, namespace = "shop") =>
  [`core/v1:${kind}`, { metadata: { name: "settings", namespace }, data: { host: "db" } }] as const;

describe("an object that a pod cannot start without", () => {
  const cases: readonly (readonly [what: string, given: Given, found: unknown[]])[] = [
    [
      "for a variable from a Secret",
      env({ secretKeyRef: KEY }),
      ["WI055", "CreateContainerConfigError", `${WEB}.env["HOST"].valueFrom.secretKeyRef`, 'secret "settings" not found'],
    ],
    [
      "for a variable from a ConfigMap that lies in another namespace",
      { ...env({ configMapKeyRef: KEY }), objects: [settings("ConfigMap", "default")] },
      ["WI055", "CreateContainerConfigError", `${WEB}.env["HOST"].valueFrom.configMapKeyRef`, 'configmap "settings" not found'],
    ],
    [
      "for all variables",
      { container: { envFrom: [{ secretRef: { name: "settings" } }] } },
      ["WI055", "CreateContainerConfigError", `${WEB}.envFrom[0].secretRef`, 'secret "settings" not found'],
    ],
    [
      "for a volume",
      { volumes: [{ name: "conf", configMap: { name: "settings" } }] },
      ["WI056", "FailedMount", 'spec.template.spec.volumes["conf"].configMap', 'configmap "settings" not found'],
    ],
    [
      "for a projected volume",
      { volumes: [{ name: "all", projected: { sources: [{ secret: { name: "settings" } }] } }] },
      ["WI056", "FailedMount", 'spec.template.spec.volumes["all"].projected.sources[0].secret', 'secret "settings" not found'],
    ],
  ];
  for (const [what, given, found] of cases)
    it(`is an error ${what} where it is not there`, () => deepStrictEqual(start(given), [found]));

  it("says nothing where it is there, is optional, or is in every namespace", () => {
    const volumes = [
      { name: "a", secret: { secretName: "tls", optional: true } },
      { name: "b", configMap: { name: "kube-root-ca.crt" } },
      { name: "c", emptyDir: {} },
    ];
    deepStrictEqual(start({ ...env({ secretKeyRef: KEY }), volumes, objects: [settings("Secret")] }), []);
    deepStrictEqual(start(env({ secretKeyRef: { ...KEY, optional: true } })), []);
  });

  it("is told and no error where something that nobody sees may hold it", () => {
    const told = (may: string) => [`whether Secret settings is there is not known: ${may} may hold it`];
    const given = env({ secretKeyRef: KEY });
    const chart = "kubernetes:helm.sh/v3:Release::eso";
    deepStrictEqual(start({ ...given, holders: [chart] }), told(chart));
    deepStrictEqual(start({ ...given, namespace: "theirs" }), told("the namespace theirs, which the program does not create,"));
    for (const kind of [
      "external-secrets.io/v1:ExternalSecret",
      "secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
      "bitnami.com/v1alpha1:SealedSecret",
    ])
      deepStrictEqual(
        start({ ...given, objects: [[kind, { metadata: { name: "settings", namespace: "shop" } }]] }),
        told(`kubernetes:${kind}::one`),
      );
    const role = (resource: string, verb: string) =>
      [
        "rbac.authorization.k8s.io/v1:Role",
        { metadata: { name: "maker", namespace: "shop" }, rules: [{ apiGroups: [""], resources: [resource], verbs: [verb] }] },
      ] as const;
    deepStrictEqual(
      start({ ...given, objects: [role("secrets", "create")] }),
      told("kubernetes:rbac.authorization.k8s.io/v1:Role::one"),
    );
    deepStrictEqual(start({ ...given, objects: [role("secrets", "get")] }).length, 1);
    deepStrictEqual(start({ ...given, objects: [role("secrets", "get")] })[0]?.[0], "WI055");
  });
});

describe("the reference of an image", () => {
  it("is an error where the kubelet cannot take it apart", () => {
    const image = "https://ghcr.io/contoso/orders:1";
    deepStrictEqual(
      start({ container: { image } }).map(([rule, code, property]) => [rule, code, property]),
      [["WI057", "InvalidImageName", `${WEB}.image`]],
    );
  });

  const sha = `sha256:${"0".repeat(64)}`;
  for (const image of [
    "nginx",
    "nginx:1.29",
    "library/redis",
    "localhost/a",
    "localhost:5000/team/a_b/c__d/e--f:v1.0-rc.1",
    `ghcr.io/contoso/orders@${sha}`,
    `ghcr.io/contoso/orders:1.4.2@${sha}`,
    "ACR.azurecr.io/app:1",
    "mcr.microsoft.com/azure-cli:2.91.0",
    "[::1]:5000/app",
  ])
    it(`may be ${image}`, () => deepStrictEqual(whyInvalidImage(image), undefined));
  for (const image of [
    "",
    "ghcr.io/Contoso/orders:1",
    "https://ghcr.io/contoso/orders:1",
    "ghcr.io/contoso/orders:",
    "ghcr.io//orders:1",
    "ghcr.io/contoso/orders:1 ",
    "ghcr.io/contoso/orders:a:b",
    "ghcr.io/contoso/orders@sha256:12",
    "ghcr.io/contoso/orders:-1",
    "/orders:1",
  ])
    it(`may not be "${image}"`, () => deepStrictEqual(typeof whyInvalidImage(image), "string"));
});
