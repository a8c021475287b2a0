import { strict as assert } from "node:assert";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { AUDIENCE, USE_LABEL, USE_LABEL_VALUE } from "../../chain";
import { WebApp, type WebAppArgs, WorkloadIdentity } from "../../components";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { attempt, type Run, type RunOptions, run } from "../support/program";
import {
  assertRefused,
  childrenOf,
  cloudThatAnswers,
  dependsOnOf,
  ISSUER,
  kubernetes,
  resourceGroup,
  shortUrn,
} from "./fixtures";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SERVICE = "kubernetes:core/v1:Service";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";
const AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
const COMPONENT = "aks-workload-identity:index:WebApp shop";
const IMAGE = `registry.example/shop@sha256:${"0".repeat(64)}`;

function make(overrides: Partial<WebAppArgs> = {}, opts: pulumi.ComponentResourceOptions = {}, issuerUrl = ISSUER): WebApp {
  const { provider, namespace } = kubernetes();
  const group = resourceGroup();
  const other = new Namespace("other", { metadata: { name: "billing" } }, { provider });
  const identity = new WorkloadIdentity(
    "shop",
    {
      resourceGroupName: group.name,
      identityName: "id-shop",
      issuerUrl,
      namespace,
      serviceAccount: { name: "shop" },
      sharedWith: { billing: { name: "billing", namespace: other } },
      roles: { group: { scope: group.id, role: "reader" } },
    },
    { provider },
  );
  return new WebApp(
    "shop",
    {
      identity,
      image: IMAGE,
      vaultUri: "https://kv.vault.azure.net/",
      secretName: "greeting",
      replicas: 1,
      ...overrides,
    },
    { provider, ...opts },
  );
}

function create(overrides: Partial<WebAppArgs> = {}, options: RunOptions = {}) {
  return run(() => {
    make(overrides);
  }, options);
}

function pod(result: Run) {
  return Object(result.find(DEPLOYMENT).inputs.spec).template;
}

function container(result: Run) {
  return pod(result).spec.containers[0];
}

function outputs(result: Run) {
  return result.componentOutputs[result.find("aks-workload-identity:index:WebApp").urn];
}

describe("WebApp", () => {
  it("creates Deployment, Service and NetworkPolicy, in preview as well", async () => {
    const children = [`${DEPLOYMENT} shop-deployment`, `${POLICY} shop-network-policy`, `${SERVICE} shop-service`].sort();
    assert.deepEqual(childrenOf(await create(), COMPONENT), children);
    const preview = await create({}, { preview: true });
    assert.deepEqual(childrenOf(preview, COMPONENT), children);
    assert.deepEqual(outputs(preview), { serviceIp: UNKNOWN, url: UNKNOWN });
  });

  it("adds a disruption budget from two replicas on, and an autoscaler when asked", async () => {
    const result = await create({ replicas: 2, autoscale: { maxReplicas: 5 } });
    assert.deepEqual(Object(result.find(BUDGET).inputs.spec), {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: { "app.kubernetes.io/name": "shop" } },
    });
    assert.deepEqual(Object(result.find(AUTOSCALER).inputs.spec), {
      minReplicas: 2,
      maxReplicas: 5,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop" },
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
    });
    assert.deepEqual(result.find(DEPLOYMENT).ignoreChanges, ["spec.replicas"]);
    assert.deepEqual((await create()).find(DEPLOYMENT).ignoreChanges, []);
  });

  it("carries the label that the webhook looks for on the pod template, as text", async () => {
    const result = await create();
    assert.equal(pod(result).metadata.labels[USE_LABEL], USE_LABEL_VALUE);
    assert.equal(pod(result).spec.serviceAccountName, "shop");
    assert.equal(pod(result).spec.automountServiceAccountToken, false);
    assert.equal(pod(result).spec.enableServiceLinks, false);
  });

  it("gives the container the contract's environment, with what the federated credential expects", async () => {
    assert.deepEqual(container(await create({ metricsPort: 9464, environment: { THEME: "dark" } })).env, [
      { name: "PORT", value: "8080" },
      { name: "HOST", value: "0.0.0.0" },
      { name: "METRICS_PORT", value: "9464" },
      { name: "KEY_VAULT_URI", value: "https://kv.vault.azure.net/" },
      { name: "SECRET_NAME", value: "greeting" },
      { name: "EXPECTED_ISSUER", value: ISSUER },
      { name: "EXPECTED_SUBJECT", value: "system:serviceaccount:shop:shop" },
      { name: "EXPECTED_AUDIENCE", value: AUDIENCE },
      { name: "THEME", value: "dark" },
    ]);
  });

  it("runs as the identity's shared ServiceAccount when told to", async () => {
    const result = await create({ account: "billing" });
    assert.equal(Object(result.find(DEPLOYMENT).inputs.metadata).namespace, "billing");
    assert.equal(Object(result.find(SERVICE).inputs.metadata).namespace, "billing");
    assert.equal(pod(result).spec.serviceAccountName, "billing");
    const subject = container(result).env.find(({ name }: { name: string }) => name === "EXPECTED_SUBJECT");
    assert.equal(subject.value, "system:serviceaccount:billing:billing");
  });

  it("passes Kubernetes' restricted level and writes nowhere but /tmp", async () => {
    const result = await create();
    assert.deepEqual(pod(result).spec.securityContext, {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(container(result).securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.deepEqual(container(result).volumeMounts, [{ name: "tmp", mountPath: "/tmp" }]);
    assert.deepEqual(pod(result).spec.volumes, [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }]);
  });

  it("asks for processor, memory and disk, and limits them", async () => {
    assert.deepEqual(container(await create({ resources: { memoryLimit: "512Mi" } })).resources, {
      requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" },
      limits: { cpu: "500m", memory: "512Mi", "ephemeral-storage": "256Mi" },
    });
  });

  it("probes the paths of its arguments on the application's port", async () => {
    const { startupProbe, livenessProbe, readinessProbe, ports } = container(
      await create({ port: 9000, livenessPath: "/live", readinessPath: "/ready" }),
    );
    assert.deepEqual(ports, [{ name: "http", containerPort: 9000 }]);
    assert.deepEqual(startupProbe.httpGet, { path: "/live", port: "http" });
    assert.deepEqual(livenessProbe.httpGet, { path: "/live", port: "http" });
    assert.deepEqual(readinessProbe.httpGet, { path: "/ready", port: "http" });
  });

  it("waits longer than the ten minutes that a role may take", async () => {
    const deployment = (await create()).find(DEPLOYMENT);
    assert.equal(Object(deployment.inputs.spec).progressDeadlineSeconds, 900);
    assert.deepEqual(deployment.customTimeouts, { create: "20m", update: "20m" });
  });

  it("starts pods only when credentials, roles, ServiceAccounts and NetworkPolicy are there, and the Service beside them", async () => {
    const result = await create();
    assert.deepEqual(dependsOnOf(result, DEPLOYMENT, "shop-deployment"), [
      "azure-native:authorization:RoleAssignment shop-role-group",
      "azure-native:managedidentity:FederatedIdentityCredential shop-federation-billing",
      "kubernetes:core/v1:ServiceAccount shop-service-account-billing",
      `${POLICY} shop-network-policy`,
    ]);
    // The rest it waits for through its inputs.
    const all = result.find(DEPLOYMENT).dependencies.map(shortUrn);
    assert.ok(all.includes("azure-native:managedidentity:FederatedIdentityCredential shop-federation-cluster"));
    assert.ok(all.includes("kubernetes:core/v1:ServiceAccount shop-service-account"));
    // Its address takes minutes, in which the pods start.
    const service = result.find(SERVICE);
    assert.ok(!service.dependencies.map(shortUrn).includes(`${DEPLOYMENT} shop-deployment`));
    assert.deepEqual(service.customTimeouts, { create: "21m", update: "21m" });
  });

  it("restarts its pods exactly when issuer or client id change", async () => {
    const annotations = async (options: { issuer?: string; overrides?: Partial<WebAppArgs> } = {}) =>
      pod(await run(() => void make(options.overrides, {}, options.issuer))).metadata.annotations;
    const first = await annotations();
    assert.deepEqual(Object.keys(first), ["aks-workload-identity/identity-hash"]);
    assert.deepEqual(await annotations({ overrides: { replicas: 3, serviceAccess: "public" } }), first);
    assert.notDeepEqual(await annotations({ issuer: ISSUER.replace("3333", "4444") }), first);
  });

  it("lets in its own port and out DNS and HTTPS", async () => {
    assert.deepEqual(Object((await create({ metricsPort: 9464 })).find(POLICY).inputs.spec), {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "shop" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: [{ protocol: "TCP", port: 8080 }] }],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
        { ports: [{ protocol: "TCP", port: 443 }] },
      ],
    });
  });

  it("is internal unless told otherwise", async () => {
    const { inputs } = (await create()).find(SERVICE);
    assert.deepEqual(Object(inputs.metadata).annotations, { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" });
    assert.deepEqual(inputs.spec, {
      type: "LoadBalancer",
      selector: { "app.kubernetes.io/name": "shop" },
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    });
  });

  it("keeps clients' addresses and lets in only their ranges when public", async () => {
    const { inputs } = (await create({ serviceAccess: "public", allowedClientRanges: ["203.0.113.0/24"] })).find(SERVICE);
    assert.equal(Object(inputs.metadata).annotations, undefined);
    assert.deepEqual(inputs.spec, {
      type: "LoadBalancer",
      selector: { "app.kubernetes.io/name": "shop" },
      ports: [{ name: "http", port: 80, targetPort: "http" }],
      loadBalancerSourceRanges: ["203.0.113.0/24"],
      externalTrafficPolicy: "Local",
    });
  });

  it("has neither Service nor way in without access", async () => {
    const result = await create({ serviceAccess: "none" });
    assert.deepEqual(childrenOf(result, COMPONENT), [`${DEPLOYMENT} shop-deployment`, `${POLICY} shop-network-policy`]);
    assert.deepEqual(Object(result.find(POLICY).inputs.spec).ingress, []);
    assert.deepEqual(outputs(result), {});
  });

  const addresses: [string, object, { serviceIp: string; url: string }][] = [
    ["an IPv4 address", { ip: "203.0.113.7" }, { serviceIp: "203.0.113.7", url: "http://203.0.113.7" }],
    ["an IPv6 address", { ip: "2001:db8::7" }, { serviceIp: "2001:db8::7", url: "http://[2001:db8::7]" }],
    ["a host name", { hostname: "shop.example" }, { serviceIp: "shop.example", url: "http://shop.example" }],
  ];
  for (const [what, ingress, expected] of addresses) {
    it(`gives its address where the load balancer has ${what}`, async () => {
      const cloud = cloudThatAnswers(SERVICE, (state) => ({ ...state, status: { loadBalancer: { ingress: [ingress] } } }));
      assert.deepEqual(outputs(await attempt(() => void make(), {}, cloud)), expected);
    });
  }

  it("has no address where the load balancer says nothing", async () => {
    const cloud = cloudThatAnswers(SERVICE, ({ status, ...state }) => state);
    const result = await attempt(() => void make(), {}, cloud);
    assert.deepEqual(result.failures, []);
    assert.deepEqual(outputs(result), {});
  });

  it("goes with the cluster as a whole", async () => {
    const result = await run(() => {
      const cluster = new pulumi.ComponentResource("test:index:Cluster", "cluster");
      make({ replicas: 2, autoscale: { maxReplicas: 3 } }, { deletedWith: cluster });
    });
    const own = result.resources.filter(({ parent }) => shortUrn(parent) === COMPONENT);
    assert.deepEqual([...new Set(own.map(({ deletedWith }) => shortUrn(deletedWith)))], ["test:index:Cluster cluster"]);
    assert.equal(own.length, 5);
  });

  it("sends everything to the provider that it was given", async () => {
    const result = await create({ replicas: 2, autoscale: { maxReplicas: 3 } });
    const provider = result.find("pulumi:providers:kubernetes");
    const others = result.resources
      .filter(({ type, custom }) => custom && type.startsWith("kubernetes:"))
      .map((resource) => resource.provider);
    assert.deepEqual([...new Set(others.map((name) => name.slice(0, provider.urn.length)))], [provider.urn]);
  });

  const environmentUrl = "https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/";
  const podsUrl = "https://kubernetes.io/docs/concepts/workloads/pods/";
  const rangesUrl = "https://learn.microsoft.com/azure/aks/load-balancer-standard#restrict-inbound-traffic-to-specific-ip-ranges";
  const refusals: [string, Partial<WebAppArgs>, string][] = [
    [
      "a port that only root may open",
      { port: 80 },
      `port must be a whole number from 1024 to 65535 (TCP port), got 80. See ${podsUrl}`,
    ],
    [
      "one port for the application and its metrics",
      { metricsPort: 8080 },
      `metricsPort must be another port than port, got 8080. See ${podsUrl}`,
    ],
    ["no pods", { replicas: 0 }, `replicas must be a whole number from 1 to 1000 (pods), got 0. See ${podsUrl}`],
    [
      "a maximum below the replicas",
      { replicas: 3, autoscale: { maxReplicas: 2 } },
      `autoscale.maxReplicas must be a whole number from 3 to 1000 (pods), got 2. See ${podsUrl}`,
    ],
    [
      "a path without its slash",
      { readinessPath: "ready" },
      'readinessPath must be a path that starts with /, got "ready". See https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    ],
    [
      "a variable that the chain sets itself",
      { environment: { AZURE_CLIENT_ID: "x" } },
      `a key of environment must be none that the chain sets itself, got "AZURE_CLIENT_ID". See ${environmentUrl}`,
    ],
    [
      "a variable that no shell knows",
      { environment: { "my-theme": "x" } },
      `a key of environment must be letters, digits and _, no digit first, got "my-theme". See ${environmentUrl}`,
    ],
    [
      "an address without its prefix",
      { allowedClientRanges: ["203.0.113.7"] },
      `allowedClientRanges must be an IPv4 network such as 203.0.113.0/24 (did you mean 203.0.113.7/32?), got "203.0.113.7". See ${rangesUrl}`,
    ],
    [
      "ranges without a Service",
      { serviceAccess: "none", allowedClientRanges: ["203.0.113.0/24"] },
      `allowedClientRanges must be empty without a Service, got ["203.0.113.0/24"]. See ${rangesUrl}`,
    ],
    [
      "a ServiceAccount that the identity does not know",
      { account: "orders" },
      'account must be one of the identity\'s: cluster, billing, got "orders". See https://kubernetes.io/docs/concepts/security/service-accounts/',
    ],
  ];
  for (const [what, overrides, message] of refusals) {
    it(`refuses ${what} before anything is registered`, () =>
      assertRefused("WebApp", () => make(overrides), `WebApp "shop": ${message}`));
  }
});
