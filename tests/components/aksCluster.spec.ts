import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, type AksClusterArgs, clusterProvider } from "../../components";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { recordInProcess } from "../../rehearsal/program/inProcess";
import type { Registration } from "../../rehearsal/program/recorder";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { emulatedCloud, type Run, type RunOptions, run, SUBSCRIPTION } from "../support/program";
import {
  assertFails,
  assertRefused,
  childrenOf,
  cloudThatAnswers,
  clusterArgs,
  dependsOnOf,
  ISSUER,
  known,
  PRINCIPAL,
  roleId,
  SYSTEM_POOL,
  shortUrn,
} from "./fixtures";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";
const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const MAINTENANCE = "azure-native:containerservice:MaintenanceConfiguration";
const USER_POOL = { vmSize: "Standard_D4ds_v5", minCount: 2, maxCount: 4, osDiskSizeGb: 128 };

const DEFAULT_CHILDREN = [
  `${ASSIGNMENT} aks-admin-team`,
  `${ASSIGNMENT} aks-kubelet-operator`,
  `${MAINTENANCE} aks-maintenance-node-os`,
  `${MAINTENANCE} aks-maintenance-upgrade`,
  `${CLUSTER} aks-cluster`,
  "azure-native:managedidentity:UserAssignedIdentity aks-control-plane",
  "azure-native:managedidentity:UserAssignedIdentity aks-kubelet",
];

function create(overrides: Partial<AksClusterArgs> = {}, options: RunOptions = {}) {
  return run(() => {
    new AksCluster("aks", { ...clusterArgs(), ...overrides });
  }, options);
}

describe("AksCluster", () => {
  it("creates exactly its own children", async () => {
    const result = await create();
    assert.deepEqual(childrenOf(result, "aks-workload-identity:index:AksCluster aks"), DEFAULT_CHILDREN);
    assert.equal(result.list().length, DEFAULT_CHILDREN.length + 2, "beside the component and the resource group of the test");
  });

  it("creates the same in a preview, where its outputs are unknown", async () => {
    const result = await create({}, { preview: true });
    assert.deepEqual(childrenOf(result, "aks-workload-identity:index:AksCluster aks"), DEFAULT_CHILDREN);
    const [outputs] = Object.values(result.componentOutputs);
    assert.deepEqual(outputs, {
      clusterId: UNKNOWN,
      clusterName: UNKNOWN,
      issuerUrl: UNKNOWN,
      kubeconfig: UNKNOWN,
      kubeletPrincipalId: UNKNOWN,
    });
  });

  it("turns on the OIDC issuer and workload identity, and off what gives access without an identity", async () => {
    const { inputs } = (await create()).find(CLUSTER);
    assert.deepEqual(inputs.oidcIssuerProfile, { enabled: true });
    assert.deepEqual(inputs.securityProfile, {
      workloadIdentity: { enabled: true },
      imageCleaner: { enabled: true, intervalHours: 168 },
    });
    assert.equal(inputs.disableLocalAccounts, true);
    assert.deepEqual(inputs.aadProfile, { managed: true, enableAzureRBAC: true });
    assert.deepEqual(inputs.apiServerAccessProfile, { authorizedIPRanges: [], disableRunCommand: true });
    assert.deepEqual(inputs.nodeResourceGroupProfile, { restrictionLevel: "ReadOnly" });
    assert.deepEqual(inputs.autoUpgradeProfile, { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" });
  });

  it("runs the overlay network with the Cilium data plane and policy", async () => {
    assert.deepEqual((await create()).find(CLUSTER).inputs.networkProfile, {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkDataplane: "cilium",
      networkPolicy: "cilium",
      outboundType: "loadBalancer",
      loadBalancerSku: "standard",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.0.0.0/16",
      dnsServiceIP: "10.0.0.10",
    });
  });

  it("has one inline pool, autoscaled, without SSH, with the taint only where asked", async () => {
    const plain = (await create()).find(CLUSTER).inputs.agentPoolProfiles;
    assert.deepEqual(plain, [
      {
        type: "VirtualMachineScaleSets",
        vmSize: "Standard_D2ds_v5",
        osType: "Linux",
        osSKU: "AzureLinux",
        osDiskType: "Ephemeral",
        osDiskSizeGB: 60,
        enableAutoScaling: true,
        count: 1,
        minCount: 1,
        maxCount: 2,
        maxPods: 110,
        upgradeSettings: { maxSurge: "33%" },
        securityProfile: { sshAccess: "Disabled", enableSecureBoot: true, enableVTPM: true },
        tags: { team: "shop" },
        name: "system",
        mode: "System",
      },
    ]);
    const tainted = await create({ systemPool: { ...SYSTEM_POOL, tainted: true }, pools: { user: USER_POOL } });
    const [pool] = Object(tainted.find(CLUSTER).inputs.agentPoolProfiles);
    assert.deepEqual(pool.nodeTaints, ["CriticalAddonsOnly=true:NoSchedule"]);
  });

  it("lets the control plane use the kubelet's identity before the cluster is created", async () => {
    const result = await create();
    assert.deepEqual(dependsOnOf(result, CLUSTER, "aks-cluster"), [`${ASSIGNMENT} aks-kubelet-operator`]);
    const { inputs } = result.find(ASSIGNMENT, "aks-kubelet-operator");
    assert.match(String(inputs.scope), /\/userAssignedIdentities\/id-aks-test-kubelet$/);
    assert.equal(inputs.principalType, "ServicePrincipal");
    assert.equal(inputs.roleDefinitionId, roleId("managedIdentityOperator"));
  });

  it("gives administrators their role on the resource group, with their real kind, and does not let them wait for the cluster", async () => {
    const result = await create();
    const admin = result.find(ASSIGNMENT, "aks-admin-team");
    assert.equal(admin.inputs.scope, `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-test`);
    assert.equal(admin.inputs.principalId, PRINCIPAL);
    assert.equal(admin.inputs.principalType, "Group");
    assert.equal(admin.inputs.roleDefinitionId, roleId("aksRbacClusterAdmin"));
    assert.ok(!admin.dependencies.some((urn) => shortUrn(urn).startsWith(CLUSTER)));
    const cluster = result.find(CLUSTER);
    assert.ok(!cluster.dependencies.some((urn) => shortUrn(urn) === `${ASSIGNMENT} aks-admin-team`));
  });

  it("names what a Kubernetes provider must wait for: administrators and pools", async () => {
    let names: string[] = [];
    await run(async () => {
      const { ready } = new AksCluster("aks", { ...clusterArgs(), pools: { user: USER_POOL } });
      names = (await Promise.all(ready.map(({ urn }) => known(urn)))).map(shortUrn);
    });
    assert.deepEqual(names, [`${ASSIGNMENT} aks-admin-team`, `${POOL} aks-pool-user`]);
  });

  it("ignores only what Azure itself changes, and is protected only when asked", async () => {
    const result = await create({ pools: { user: USER_POOL } });
    assert.deepEqual(result.find(CLUSTER).ignoreChanges, ["agentPoolProfiles[0].count", "kubernetesVersion"]);
    assert.deepEqual(result.find(POOL).ignoreChanges, ["count"]);
    assert.equal(result.find(CLUSTER).protect, false);
    const guarded = await create({ protect: true });
    assert.deepEqual(
      guarded.resources.filter(({ protect }) => protect).map(({ name }) => name),
      ["aks-cluster"],
    );
  });

  it("makes further pools under their keys, which go with the cluster", async () => {
    const pool = (await create({ pools: { user: { ...USER_POOL, zones: ["1", "2"], labels: { tier: "web" } } } })).find(
      POOL,
      "aks-pool-user",
    );
    assert.equal(pool.inputs.agentPoolName, "user");
    assert.equal(pool.inputs.mode, "User");
    assert.deepEqual(pool.inputs.availabilityZones, ["1", "2"]);
    assert.deepEqual(pool.inputs.nodeLabels, { tier: "web" });
    assert.equal(shortUrn(pool.deletedWith), `${CLUSTER} aks-cluster`);
  });

  it("passes the issuer on untouched, with its trailing slash", async () => {
    const result = await create();
    const [outputs] = Object.values(result.componentOutputs);
    const [cluster] = result.cloud.manager.list("Microsoft.ContainerService/managedClusters");
    assert.equal(outputs?.issuerUrl, Object(cluster?.properties.oidcIssuerProfile).issuerURL);
    assert.match(String(outputs?.issuerUrl), /\/$/);
  });

  it("has a kubeconfig without a secret for kubelogin, with the login mode of its argument", async () => {
    let secret: boolean | undefined;
    const result = await run(async () => {
      const { kubeconfig } = new AksCluster("aks", {
        ...clusterArgs(),
        access: { mode: "kubelogin", loginMode: "workloadidentity" },
      });
      secret = await pulumi.isSecret(kubeconfig);
    });
    const [outputs] = Object.values(result.componentOutputs);
    const kubeconfig = JSON.parse(String(outputs?.kubeconfig));
    assert.equal(secret, false);
    assert.deepEqual(kubeconfig.users[0].user.exec.args.slice(-2), ["--login", "workloadidentity"]);
    assert.equal(kubeconfig.users[0].user.exec.interactiveMode, "Never");
    assert.match(kubeconfig.clusters[0].cluster.server, /^https:\/\/aks-test-.*:443$/);
  });

  it("keeps the administrator's kubeconfig secret, and turns local accounts on for it alone", async () => {
    let secret: boolean | undefined;
    const result = await run(async () => {
      const { kubeconfig } = new AksCluster("aks", { ...clusterArgs(), access: { mode: "admin", loginMode: "azurecli" } });
      secret = await pulumi.isSecret(kubeconfig);
    });
    assert.equal(secret, true);
    assert.equal(result.find(CLUSTER).inputs.disableLocalAccounts, false);
  });

  it("asks for the administrator's credentials in no preview, also of a cluster that exists without local accounts", async () => {
    class Existing extends EmulatedCloud {
      readonly asked: string[] = [];
      override async register(registration: Registration) {
        const { inputs, type } = registration;
        // What an update's preview still knows of the cluster.
        return type === CLUSTER
          ? { id: "existing", state: { ...inputs, name: inputs.resourceName, oidcIssuerProfile: { issuerURL: ISSUER } } }
          : { id: "", state: { ...inputs } };
      }
      override async invoke(token: string, inputs: Readonly<Record<string, unknown>>) {
        this.asked.push(token);
        return super.invoke(token, inputs);
      }
    }
    const cloud = new Existing(emulatedCloud().options);
    const settings = { project: "test", stack: "test", preview: true, config: {}, secretKeys: [] };
    const { failures } = await recordInProcess(settings, cloud, () => {
      const args = clusterArgs();
      new AksCluster("aks", { ...args, resourceGroupName: "rg-test", access: { mode: "admin", loginMode: "azurecli" } });
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(cloud.asked, []);
  });

  it("says so when Azure returns no issuer", () =>
    assertFails(
      () => new AksCluster("aks", clusterArgs()),
      'AksCluster "aks": Azure returned no OIDC issuer. Run "pulumi refresh"; if it stays empty, check that nothing has turned oidcIssuerProfile off.',
      cloudThatAnswers(CLUSTER, (state) => ({ ...state, oidcIssuerProfile: { enabled: true } })),
    ));

  for (const vmSize of [
    "Standard_D2as_v4",
    "Standard_DS2_v2",
    "Standard_NC24ads_A100_v4",
    "Standard_ND96asr_v4",
    "Standard_L8as_v3",
    "Standard_E4-2ds_v5",
  ]) {
    it(`takes the size ${vmSize}, which has a temporary disk`, async () => {
      const result = await create({ pools: { user: { ...USER_POOL, vmSize } } });
      assert.equal(result.find(POOL).inputs.vmSize, vmSize);
    });
  }

  it("has long-term support exactly where its tier promises it", async () => {
    const plan = async (tier: AksClusterArgs["tier"]) => (await create({ tier })).find(CLUSTER).inputs.supportPlan;
    assert.deepEqual(
      [await plan("Free"), await plan("Standard"), await plan("Premium")],
      ["KubernetesOfficial", "KubernetesOfficial", "AKSLongTermSupport"],
    );
  });

  const NEW_FIRST = [CLUSTER, "azure-native:managedidentity:UserAssignedIdentity"];

  it("is replaced by making the new one and its identities first, and a pool by taking the old one away first", async () => {
    const { resources } = await create({ pools: { user: USER_POOL } });
    assert.deepEqual(
      resources.filter(({ deleteBeforeReplace }) => deleteBeforeReplace === false).map(({ name }) => name),
      resources.filter(({ type }) => NEW_FIRST.includes(type)).map(({ name }) => name),
    );
  });

  it("has its generation in the names of cluster, DNS prefix and node resource group, and the first has it nowhere", async () => {
    const named = async (generation?: number) => {
      const result = await create({ generation, pools: { user: USER_POOL } });
      const { resourceName, dnsPrefix, nodeResourceGroup } = result.find(CLUSTER).inputs;
      return [resourceName, dnsPrefix, nodeResourceGroup, result.find(POOL).inputs.resourceName];
    };
    assert.deepEqual(await named(), ["aks-test", "aks-test", "aks-test-nodes", "aks-test"]);
    assert.deepEqual(await named(1), await named());
    assert.deepEqual(await named(2), ["aks-test-2", "aks-test-2", "aks-test-2-nodes", "aks-test-2"]);
  });

  it("makes cluster, pools, maintenance windows and provider anew in another generation, and keeps identities and roles", async () => {
    const of = (generation: number) =>
      run(() => {
        clusterProvider("kubernetes", new AksCluster("aks", { ...clusterArgs(), generation, pools: { user: USER_POOL } }));
      });
    const [first, second] = [await of(1), await of(2)];
    const unlike = (one: Run, other: Run) => one.list().filter((line) => !other.list().includes(line));
    assert.deepEqual(unlike(first, second), [
      `${POOL} aks-pool-user`,
      `${MAINTENANCE} aks-maintenance-node-os`,
      `${MAINTENANCE} aks-maintenance-upgrade`,
      `${CLUSTER} aks-cluster`,
      "pulumi:providers:kubernetes kubernetes",
    ]);
    assert.deepEqual(
      unlike(second, first),
      unlike(first, second).map((line) => `${line}-2`),
    );
    const lasting = ({ resources }: Run) =>
      resources.filter(({ type }) => /Identity$|RoleAssignment$/.test(type)).map(({ name, inputs }) => ({ name, inputs }));
    assert.deepEqual(lasting(second), lasting(first));
  });

  it("keeps two clusters in one stack apart", async () => {
    const result = await run(() => {
      const args = clusterArgs();
      new AksCluster("blue", { ...args, clusterName: "aks-blue" });
      new AksCluster("green", { ...args, clusterName: "aks-green", admins: {} });
    });
    assert.deepEqual(
      result.resources.filter(({ type }) => type === CLUSTER).map(({ name }) => name),
      ["blue-cluster", "green-cluster"],
    );
  });

  const AKS_LIMITS = "https://learn.microsoft.com/azure/aks/quotas-skus-regions";
  const RANGES_URL =
    "https://learn.microsoft.com/azure/aks/load-balancer-standard#restrict-inbound-traffic-to-specific-ip-ranges";
  const refusals: [string, Partial<AksClusterArgs>, string][] = [
    [
      "a name that is no DNS prefix",
      { clusterName: "aks_test" },
      'clusterName must be 1 to 54 letters, digits and -, a letter or digit at both ends, got "aks_test". See https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerservice',
    ],
    [
      "a name that is no DNS prefix with its generation",
      { clusterName: "a".repeat(53), generation: 2 },
      `clusterName with generation must be 1 to 54 letters, digits and -, a letter or digit at both ends, got "${"a".repeat(53)}-2". See https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerservice`,
    ],
    [
      "a generation before the first",
      { generation: 0 },
      "generation must be a whole number from 1 to 999 (generation), got 0. See https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerservice",
    ],
    [
      "fewer than one node",
      { systemPool: { ...SYSTEM_POOL, minCount: 0 } },
      `systemPool.minCount must be a whole number from 1 to 1000 (nodes), got 0. See ${AKS_LIMITS}`,
    ],
    [
      "a maximum below the minimum",
      { systemPool: { ...SYSTEM_POOL, minCount: 3 } },
      `systemPool.maxCount must be at least minCount (3), got 2. See ${AKS_LIMITS}`,
    ],
    [
      "a pool's name that Azure refuses",
      { pools: { "user-pool": USER_POOL } },
      'a key of pools must be 1 to 12 lower-case letters and digits, a letter first, got "user-pool". See https://learn.microsoft.com/azure/aks/create-node-pools',
    ],
    [
      "a second system pool",
      { pools: { system: USER_POOL } },
      'a key of pools must be another than that of the system pool, got "system". See https://learn.microsoft.com/azure/aks/create-node-pools',
    ],
    [
      "a tainted system pool and nowhere else to run",
      { systemPool: { ...SYSTEM_POOL, tainted: true } },
      "pools must be at least one pool, because systemPool.tainted keeps workloads off the system pool, got {}. See https://learn.microsoft.com/azure/aks/use-system-pools",
    ],
    [
      "201 authorized ranges",
      { authorizedIpRanges: Array.from({ length: 201 }, (_, index) => `203.0.113.${index}/32`) },
      "authorizedIpRanges must be at most 200 ranges, got 201. See https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
    ],
    [
      "an address without its prefix",
      { authorizedIpRanges: ["203.0.113.1"] },
      'authorizedIpRanges must be an IPv4 network such as 203.0.113.0/24 (did you mean 203.0.113.1/32?), got "203.0.113.1". See https://learn.microsoft.com/azure/aks/load-balancer-standard#restrict-inbound-traffic-to-specific-ip-ranges',
    ],
    ...[
      ["an address inside a network for the network", "203.0.113.5/24", " (did you mean 203.0.113.0/24?)"],
      ["a prefix with a leading zero", "203.0.113.0/024", ""],
      ["a prefix that is too long", "203.0.113.0/33", ""],
      ["an IPv6 network", "2001:db8::/32", ""],
    ].map(([what = "", range = "", meant = ""]): [string, Partial<AksClusterArgs>, string] => [
      what,
      { authorizedIpRanges: [range] },
      `authorizedIpRanges must be an IPv4 network such as 203.0.113.0/24${meant}, got "${range}". See ${RANGES_URL}`,
    ]),
    [
      "a window that starts at no time",
      { maintenance: { day: "Sunday", startTime: "24:00", durationHours: 4 } },
      'maintenance.startTime must be a time from 00:00 to 23:59, got "24:00". See https://learn.microsoft.com/azure/aks/planned-maintenance',
    ],
    [
      "the same administrator under two keys",
      {
        admins: {
          deployer: { objectId: PRINCIPAL, principalType: "User" },
          ada: { objectId: PRINCIPAL, principalType: "User" },
        },
      },
      `admins.ada.objectId must be another principal than the other admins, got "${PRINCIPAL}". See https://learn.microsoft.com/azure/role-based-access-control/troubleshooting`,
    ],
    ...["Standard_D2s_v5", "Standard_E4-2as_v5", "Standard_F8as_v6", "Standard_DC2as_v5", "Standard_D2_v4", "D2ds_v5"].map(
      (vmSize): [string, Partial<AksClusterArgs>, string] => [
        `the size ${vmSize}, which has no temporary disk or is none`,
        { pools: { user: { ...USER_POOL, vmSize } } },
        `pools.user.vmSize must be a size with a temporary disk, such as Standard_D2ds_v5 (with a d), got "${vmSize}". See https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk`,
      ],
    ),
    [
      "a window that is too short",
      { maintenance: { day: "Sunday", startTime: "01:00", durationHours: 3 } },
      "maintenance.durationHours must be a whole number from 4 to 24 (hours), got 3. See https://learn.microsoft.com/azure/aks/planned-maintenance",
    ],
  ];
  for (const [what, overrides, message] of refusals) {
    it(`refuses ${what} before anything is registered`, () =>
      assertRefused(
        "AksCluster",
        () => new AksCluster("aks", { ...clusterArgs(), ...overrides }),
        `AksCluster "aks": ${message}`,
      ));
  }
});
