import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { z } from "zod";
import { parseStackConfig } from "../config";
import { KEYS } from "../config/keys";
import { known } from "./components/fixtures";
import { CONFIG_URL, mistakes, PROJECT, raw } from "./config/rawConfig";
import { ROOT } from "./support/program";

const declarations = z
  .object({
    config: z.record(
      z.string(),
      z.object({ type: z.string(), default: z.unknown().optional(), description: z.string(), items: z.unknown().optional() }),
    ),
  })
  .parse(parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8"))).config;

describe("Pulumi.yaml", () => {
  it("declares exactly the keys that the program reads, each with its type", () => {
    assert.deepEqual(
      Object.fromEntries(Object.entries(declarations).map(([key, { type }]) => [key, type])),
      Object.fromEntries(Object.entries(KEYS).map(([key, { kind }]) => [key, kind])),
    );
  });

  it("has a default of that type for each, because the CLI takes a key without one for one that every stack must set", () => {
    for (const [key, { type, default: value }] of Object.entries(declarations)) {
      assert.notEqual(value, undefined, key);
      const actual = Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
      assert.equal(actual, type, key);
    }
  });

  it("has defaults that pass the rules", () => {
    const entries = Object.entries(declarations).map(([key, { default: value }]) => [
      `${PROJECT}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const defaults = { ...Object.fromEntries(entries), "azure-native:location": "westeurope" };
    assert.ok(parseStackConfig({ project: PROJECT, stack: "any", entries: defaults, secretKeys: [] }));
  });
});

describe("The config of a stack", () => {
  it("is complete for dev and prod as they are, and cannot be changed afterwards", () => {
    for (const stack of ["dev", "prod"]) {
      const config = parseStackConfig(raw({}, stack));
      assert.equal(config.protect, stack === "prod");
      assert.ok(
        Object.isFrozen(config) && Object.isFrozen(config.cluster.systemPool) && Object.isFrozen(config.identities[0]?.owner.app),
      );
    }
  });

  it("has one workload, web, with an identity and an image of its own", () => {
    const { identities, images, namespaces, defaultWorkload } = parseStackConfig(raw());
    assert.equal(defaultWorkload, "web");
    assert.deepEqual(namespaces, ["web"]);
    assert.deepEqual(images, { web: { builder: "acr", folder: "app", dockerfile: "Dockerfile", revision: undefined } });
    assert.deepEqual(
      identities.map(({ key, identityName, owner, sharers }) => [
        key,
        identityName,
        owner.namespace,
        owner.serviceAccount,
        sharers.length,
      ]),
      [["web", "id-aks-workload-identity-dev-web", "web", "web", 0]],
    );
  });

  it("lets the Azure provider have all keys that it knows", () => {
    assert.ok(parseStackConfig(raw({ "azure-native:useOidc": "true", "azure-native:version": "3.28.0" })));
  });

  it("takes emptiness for 'not set'", () => {
    const config = parseStackConfig(raw({ appMetricsPort: "0" }));
    assert.equal(config.existingResourceGroup, undefined);
    assert.equal(config.cluster.kubernetesVersion, undefined);
    assert.equal(config.clusterAdmins, undefined);
    assert.equal(config.secret.value, undefined);
    assert.equal(config.identities[0]?.owner.app.autoscale, undefined);
    assert.equal(config.identities[0]?.owner.app.metricsPort, undefined);
  });

  it("keeps the secret's value a secret", async () => {
    const { secret } = parseStackConfig({ ...raw({ secretValue: "hush" }), secretKeys: [`${PROJECT}:secretValue`] });
    assert.ok(secret.value !== undefined);
    assert.equal(await pulumi.isSecret(secret.value), true);
    assert.equal(await known(secret.value), "hush");
  });

  it("tags everything with project and stack, and lets own tags win", () => {
    assert.deepEqual(parseStackConfig(raw({ tags: '{"team":"shop","stack":"mine"}' })).tags, {
      project: PROJECT,
      stack: "mine",
      team: "shop",
    });
  });
});

describe("Further workloads", () => {
  const workloads = (entries: object, changes: Record<string, string> = {}) =>
    parseStackConfig(raw({ ...changes, workloads: JSON.stringify(entries) }));

  it("get namespace and ServiceAccount from their key, an identity of their own, no Service, and the default image", () => {
    const { identities, images, namespaces } = workloads({ orders: {} });
    const orders = identities.find(({ key }) => key === "orders");
    assert.equal(orders?.identityName, "id-aks-workload-identity-dev-orders");
    assert.deepEqual(
      { ...orders?.owner, app: undefined },
      {
        key: "orders",
        namespace: "orders",
        serviceAccount: "orders",
        identity: "orders",
        account: "cluster",
        image: "web",
        app: undefined,
      },
    );
    assert.equal(orders?.owner.app.serviceAccess, "none");
    assert.deepEqual(orders?.owner.app.environment, {});
    assert.deepEqual(Object.keys(images), ["web"]);
    assert.deepEqual(namespaces, ["web", "orders"]);
  });

  it("take from the default workload what belongs to its image, and nothing that belongs to its users", () => {
    const appOf = (entry: object) =>
      workloads(
        { orders: entry },
        { replicas: "2", autoscaleMaxReplicas: "4", appPort: "9000", appEnvironment: '{"A":"b"}', livenessPath: "/live" },
      ).identities.find(({ key }) => key === "orders")?.owner.app;
    assert.deepEqual(appOf({}), {
      replicas: 2,
      autoscale: undefined,
      serviceAccess: "none",
      allowedClientRanges: [],
      port: 9000,
      metricsPort: 9464,
      command: [],
      environment: {},
      livenessPath: "/live",
      readinessPath: "/readyz",
      nodeSelector: {},
    });
    const off = appOf({ metricsPort: 0, autoscaleMaxReplicas: 0 });
    assert.deepEqual([off?.metricsPort, off?.autoscale], [undefined, undefined]);
    assert.deepEqual(appOf({ autoscaleMaxReplicas: 3 })?.autoscale, { maxReplicas: 3 });
  });

  it("act as another workload's identity when told to", () => {
    const { identities } = workloads({ orders: { identity: "web", namespace: "web" } });
    assert.deepEqual(
      identities.map(({ key, sharers }) => [key, sharers.map((sharer) => [sharer.key, sharer.account])]),
      [["web", [["orders", "orders"]]]],
    );
  });
});

describe("Names of a stack's resources", () => {
  const legal: [string, RegExp][] = [
    ["resourceGroup", /^[\w.()-]{1,89}[\w()-]$/],
    ["cluster", /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])$/],
    ["vault", /^[a-zA-Z](-?[a-zA-Z0-9]){1,17}-$/],
    ["registry", /^[a-zA-Z0-9]{5,44}$/],
    ["storageAccount", /^[a-z0-9]{3,18}$/],
    ["identity", /^[a-zA-Z0-9][\w-]{2,127}$/],
  ];
  for (const stack of ["dev", "Prod_EU.2", "feature-123/very-long-name-of-a-branch", "42", "-", "ünïcode", "a".repeat(100)]) {
    it(`are legal for the stack "${stack.slice(0, 40)}"`, () => {
      const { names } = parseStackConfig({ ...raw(), stack });
      const { resourceGroup, cluster, vault, registry, storageAccount, identity } = names;
      const byKey = new Map(
        Object.entries({
          resourceGroup,
          cluster,
          vault: vault.prefix,
          registry: registry.prefix,
          storageAccount: storageAccount.prefix,
          identity: identity("a".repeat(40)),
        }),
      );
      for (const [key, pattern] of legal) assert.match(byKey.get(key) ?? "", pattern, key);
    });
  }

  it("differ for stacks that differ only in characters that Azure does not take", () => {
    const names = (stack: string) => parseStackConfig({ ...raw(), stack }).names.vault.prefix;
    assert.notEqual(names("dev-1"), names("dev_1"));
  });

  it("stay legal for a project with a long name", () => {
    const project = "p".repeat(80);
    const entries = Object.entries(raw().entries).map(([key, value]) => [key.replace(`${PROJECT}:`, `${project}:`), value]);
    const { names } = parseStackConfig({ ...raw(), project, entries: Object.fromEntries(entries) });
    assert.ok(`${names.cluster}-999`.length <= 54, "with the highest generation");
  });
});

describe("A mistake in the config", () => {
  it("is said together with all others, in one message", () => {
    assert.deepEqual(
      mistakes({
        replica: "2",
        replicas: "many",
        serviceAccount: "Web",
        "azure-native:location": undefined,
        systemPoolMinCount: "3",
        workloads: '{"orders":{"prt":1,"port":80}}',
      }),
      [
        `replica: is not a key of this project; the nearest is replicas. See ${CONFIG_URL}`,
        "azure-native:location: is not set. Run: pulumi config set azure-native:location westeurope --stack dev. See https://learn.microsoft.com/azure/reliability/regions-list",
        'serviceAccount: must be 1 to 253 lower-case letters, digits, - and ., a letter or digit at both ends, got "Web". See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names',
        'replicas: must be a whole number from 1 to 1000 (pods), got "many". See https://kubernetes.io/docs/concepts/workloads/pods/',
        "workloads.orders.port: must be a whole number from 1024 to 65535 (TCP port), got 80. See https://kubernetes.io/docs/concepts/workloads/pods/",
        `workloads.orders.prt: is not known; the nearest is port. See ${CONFIG_URL}`,
        "systemPoolMaxCount: must be at least the minimum, 3, got 2. See https://learn.microsoft.com/azure/aks/use-system-pools",
      ],
    );
  });

  const VERSIONS = "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions";
  const RANGES = "https://learn.microsoft.com/azure/aks/load-balancer-standard#restrict-inbound-traffic-to-specific-ip-ranges";
  const POOLS = "https://learn.microsoft.com/azure/aks/use-system-pools";
  const ACCOUNTS = "https://kubernetes.io/docs/concepts/security/service-accounts/";
  const ASSIGNMENTS = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";
  const SIZE = "a size with a temporary disk, such as Standard_D2ds_v5 (with a d)";
  const SIZES = "https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk";
  const PODS = "https://kubernetes.io/docs/concepts/workloads/pods/";
  const PORTS = "must not be the other port of the container: one is the application's, one is for metrics";
  const PROVIDER = "https://www.pulumi.com/registry/packages/azure-native/installation-configuration/";
  const TAGS = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources";
  const FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";
  const single: [string, Record<string, string | undefined>, string, string?][] = [
    [
      "a version that YAML made a number of",
      { kubernetesVersion: "1.3" },
      `kubernetesVersion: must be a version such as 1.36, in quotes, got "1.3". See ${VERSIONS}`,
    ],
    ["neither true nor false", { production: "yes" }, `production: must be true or false, got "yes". See ${CONFIG_URL}`],
    [
      "a word that is not offered",
      { clusterTier: "free" },
      `clusterTier: must be one of Free, Standard, Premium, got "free". See ${CONFIG_URL}`,
    ],
    [
      "text where a list belongs",
      { authorizedIpRanges: "203.0.113.0/24" },
      `authorizedIpRanges: must be a list, got "203.0.113.0/24". See ${CONFIG_URL}`,
    ],
    ["a list where a map belongs", { tags: "[]" }, `tags: must be a map, got []. See ${CONFIG_URL}`],
    [
      "a secret in clear, without showing it",
      { secretValue: "hush" },
      "secretValue: is not encrypted: set it with pulumi config set --secret secretValue. See https://www.pulumi.com/docs/iac/concepts/secrets/",
    ],
    [
      "a value inside a list",
      { allowedClientRanges: '["203.0.113.0/24","203.0.113.7"]' },
      `allowedClientRanges[1]: must be an IPv4 network such as 203.0.113.0/24 (did you mean 203.0.113.7/32?), got "203.0.113.7". See ${RANGES}`,
    ],
    [
      "an address inside a network for the network",
      { authorizedIpRanges: '["203.0.113.200/25"]' },
      `authorizedIpRanges[0]: must be an IPv4 network such as 203.0.113.0/24 (did you mean 203.0.113.128/25?), got "203.0.113.200/25". See ${RANGES}`,
    ],
    [
      "a B-series size",
      { systemPoolVmSize: "Standard_B2s" },
      `systemPoolVmSize: must be ${SIZE}, of another series than B, got "Standard_B2s". See ${SIZES}`,
    ],
    [
      "a size without the disk that a pool needs",
      { pools: '{"user":{"vmSize":"Standard_D4s_v5","minCount":1,"maxCount":1,"osDiskSizeGb":60}}' },
      `pools.user.vmSize: must be ${SIZE}, got "Standard_D4s_v5". See ${SIZES}`,
    ],
    [
      "an administrator without an object id",
      { clusterAdmins: '{"me":{"principalType":"User"}}' },
      `clusterAdmins.me.objectId: must be text, got nothing. See ${CONFIG_URL}`,
    ],
    [
      "a tag that differs from a built-in one by case",
      { tags: '{"Project":"x"}' },
      `tags.Project: must be written project: names of tags differ by more than case. See ${TAGS}`,
    ],
    [
      "51 tags with project and stack",
      { tags: JSON.stringify(Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`t${index}`, ""]))) },
      `tags: must be few enough for 50 together with project and stack, got 51. See ${TAGS}`,
    ],
    [
      "a tag's name that is too long",
      { tags: JSON.stringify({ ["n".repeat(513)]: "" }) },
      `tags.${"n".repeat(513)}: must be under a key of 1 to 512 characters without <, >, %, &, \\, ? and /, got "${"n".repeat(513)}". See ${TAGS}`,
    ],
    [
      "a tag's value that is too long",
      { tags: JSON.stringify({ team: "v".repeat(257) }) },
      `tags.team: must be at most 256 characters, got "${"v".repeat(257)}". See ${TAGS}`,
    ],
    [
      "a metrics port that is neither a port nor 0",
      { workloads: '{"orders":{"metricsPort":1}}' },
      `workloads.orders.metricsPort: must be 0 or a whole number from 1024 to 65535 (TCP port), got 1. See ${PODS}`,
    ],
    [
      "the same administrator twice, in any case",
      {
        clusterAdmins: JSON.stringify({
          deployer: { objectId: "0000000A-0000-0000-0000-000000000001", principalType: "User" },
          ada: { objectId: "0000000a-0000-0000-0000-000000000001", principalType: "User" },
        }),
      },
      `clusterAdmins.ada.objectId: must be another principal than clusterAdmins.deployer, because Azure takes an assignment once, got "0000000a-0000-0000-0000-000000000001". See ${ASSIGNMENTS}`,
    ],
    [
      "administrators that are not assigned",
      { assignClusterAdmins: "false" },
      `clusterAdmins: must be empty, because assignClusterAdmins is false. See ${ASSIGNMENTS}`,
      "prod",
    ],
    [
      "Kubernetes' own namespace",
      { namespace: "kube-system" },
      `namespace: must be a namespace that Kubernetes does not bring itself, got "kube-system". See ${CONFIG_URL}`,
    ],
    [
      "a variable that the chain sets",
      { appEnvironment: '{"KEY_VAULT_URI":"x"}' },
      'appEnvironment.KEY_VAULT_URI: must be under a key of letters, digits and _, no digit first, and none that the chain sets itself, got "KEY_VAULT_URI". See https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/',
    ],
    [
      "a subscription that is no GUID",
      { "azure-native:subscriptionId": "my-subscription" },
      'azure-native:subscriptionId: must be the GUID of a subscription, got "my-subscription". See https://learn.microsoft.com/azure/azure-portal/get-subscription-tenant-id',
    ],
    [
      "a location that is none",
      { "azure-native:location": "west/europe" },
      'azure-native:location: must be an Azure region, got "west/europe". See https://learn.microsoft.com/azure/reliability/regions-list',
    ],
    [
      "a key that the Azure provider would ignore",
      { "azure-native:locatoin": "westeurope" },
      `azure-native:locatoin: is not a key of the Azure provider; the nearest is azure-native:location. See ${PROVIDER}`,
    ],
    [
      "the Azure provider's key among those of the project",
      { locaton: "westeurope" },
      `locaton: is not a key of this project; the nearest is azure-native:location. See ${CONFIG_URL}`,
    ],
    ["a key that is like none", { colour: "red" }, `colour: is not a key of this project. See ${CONFIG_URL}`],
    [
      "a key without its default",
      { replicas: undefined },
      `replicas: has neither a value nor its default from Pulumi.yaml: run Pulumi in the folder of the project. See ${CONFIG_URL}`,
    ],
    [
      "a tainted system pool alone",
      { systemPoolTainted: "true" },
      `pools: must hold a pool, because systemPoolTainted keeps workloads off the system pool, got {}. See ${POOLS}`,
    ],
    [
      "a pool named system",
      { pools: '{"system":{"vmSize":"Standard_D4ds_v5","minCount":1,"maxCount":1,"osDiskSizeGb":60}}' },
      `pools.system: is the system pool: set it by the keys that start with systemPool. See ${POOLS}`,
    ],
    [
      "fewer pods at most than at least",
      { replicas: "3", autoscaleMaxReplicas: "2" },
      "autoscaleMaxReplicas: must be at least replicas, 3, got 2. See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    ],
    [
      "one port for the application and its metrics",
      { appMetricsPort: "8080", workloads: '{"orders":{}}' },
      `appMetricsPort: ${PORTS}, got 8080. See ${PODS}`,
    ],
    [
      "the default workload's metrics port as the port of another",
      { workloads: '{"orders":{"port":9464}}' },
      `workloads.orders.port: ${PORTS}, got 9464. See ${PODS}`,
    ],
    [
      "a metrics port that is the default workload's own",
      { workloads: '{"orders":{"metricsPort":8080}}' },
      `workloads.orders.metricsPort: ${PORTS}, got 8080. See ${PODS}`,
    ],
    [
      "ranges for no Service",
      { serviceAccess: "none", allowedClientRanges: '["203.0.113.0/24"]' },
      `allowedClientRanges: must be empty, because serviceAccess is none, got ["203.0.113.0/24"]. See ${RANGES}`,
    ],
    [
      "a public service without ranges in production",
      { allowedClientRanges: "[]" },
      `allowedClientRanges: must hold the ranges that may reach a public service, because production is true, got []. See ${RANGES}`,
      "prod",
    ],
    [
      "another workload's public service without ranges in production",
      { workloads: '{"orders":{"serviceAccess":"public","allowedClientRanges":[]}}' },
      `workloads.orders.allowedClientRanges: must hold the ranges that may reach a public service, because production is true, got []. See ${RANGES}`,
      "prod",
    ],
    [
      "the default workload among the others",
      { workloads: '{"web":{}}' },
      `workloads.web: is the default workload: set it by the keys outside of workloads. See ${CONFIG_URL}`,
    ],
    [
      "a workload's key that is no name",
      { workloads: '{"Orders":{}}' },
      'workloads.Orders: must be under a key of 1 to 40 lower-case letters, digits and single -, a letter first, a letter or digit last, got "Orders". See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names',
    ],
    [
      "two hyphens in a workload's key, which no repository of an image takes",
      { workloads: '{"a--b":{}}' },
      'workloads.a--b: must be under a key of 1 to 40 lower-case letters, digits and single -, a letter first, a letter or digit last, got "a--b". See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names',
    ],
    [
      "a workload's key that the program keeps for itself",
      { workloads: '{"cluster":{"identity":"web"}}' },
      `workloads.cluster: must be under another key: this one stands for the ServiceAccount that an identity is made for. See ${CONFIG_URL}`,
    ],
    [
      "a workload whose key is a namespace that Kubernetes brings itself",
      { workloads: '{"kube-system":{}}' },
      `workloads.kube-system: must have a namespace that Kubernetes does not bring itself: set namespace, or take another key, got "kube-system". See ${CONFIG_URL}`,
    ],
    [
      "two workloads with one ServiceAccount",
      { workloads: '{"orders":{"namespace":"web","serviceAccount":"web"}}' },
      `workloads.orders.serviceAccount: must be another ServiceAccount than that of workload web: to act as the same identity, set identity to web, got "web/web". See ${ACCOUNTS}`,
    ],
    [
      "an identity that no workload has",
      { workloads: '{"orders":{"identity":"billing"}}' },
      `workloads.orders.identity: must be a workload with an identity of its own: web, got "billing". See ${FEDERATION}`,
    ],
    [
      "a 21st federated credential",
      {
        workloads: JSON.stringify(
          Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`w${index}`, { identity: "web" }])),
        ),
      },
      `workloads: must have at most 20 workloads with the identity of web, because an identity takes no more federated credentials: give some an identity of their own, got 21. See ${FEDERATION}`,
    ],
  ];
  for (const [what, changes, message, stack] of single) {
    it(`names key, rule, value and page: ${what}`, () => assert.deepEqual(mistakes(changes, stack), [message]));
  }

  it("never shows a value that is encrypted", () => {
    const encrypted = { ...raw({ namespace: "Not-To-Be-Seen" }), secretKeys: [`${PROJECT}:namespace`] };
    assert.throws(
      () => parseStackConfig(encrypted),
      (error: Error) =>
        error.message.includes("namespace: must be") &&
        error.message.includes("got a secret") &&
        !error.message.includes("Not-To"),
    );
  });
});
