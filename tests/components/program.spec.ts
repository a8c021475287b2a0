import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import type { Registration } from "../../rehearsal/program/recorder";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { readStack } from "../../rehearsal/stack";
import { attempt, emulatedCloud, ROOT, type Run } from "../support/program";
import { withReachableCloud } from "../support/programNetwork";
import { attemptStack, PROGRAM, runStack } from "../support/stackRun";
import { childrenOf, dependsOnOf, shortUrn } from "./fixtures";

const EXPORTS = [
  "chain",
  "clientId",
  "clusterName",
  "imageDigest",
  "issuerUrl",
  "kubeconfig",
  "resourceGroupName",
  "secretName",
  "serviceIp",
  "url",
  "vaultUri",
];

/** An image is named after the content of its folder. */
const CONTENT = /(?<=-image-)[0-9a-f]{12}$/;

/** What Pulumi knows a resource by: with another type, name or parent it is another resource, and the old one is deleted. */
function identities(run: Run): string {
  return `${run.resources
    .map(
      ({ type, name, parent }) =>
        `${type} ${name.replace(CONTENT, "<content>")} < ${shortUrn(parent).replace(/^pulumi:pulumi:Stack .*/, "stack")}`,
    )
    .sort()
    .join("\n")}\n`;
}

/** What must be there before a resource, by the dependencies that Pulumi records. */
function everythingBefore({ resources }: Run, urn: string): string[] {
  const found = new Set<string>();
  const visit = (at: string) => {
    for (const dependency of resources.find((resource) => resource.urn === at)?.dependencies ?? []) {
      if (found.has(dependency)) continue;
      found.add(dependency);
      visit(dependency);
    }
  };
  visit(urn);
  return [...found];
}

function assertSnapshot(name: string, actual: string): void {
  const file = join(__dirname, "identities", `${name}.txt`);
  if (process.env.UPDATE_SNAPSHOTS === "1") writeFileSync(file, actual);
  assert.equal(
    actual,
    readFileSync(file, "utf8"),
    "an identity has changed: give the resource an alias, or run with UPDATE_SNAPSHOTS=1",
  );
}

describe("The program", () => {
  for (const stack of ["dev", "prod"]) {
    it(`keeps the identities of all resources of ${stack}, and builds its image in the registry beside the cluster`, () =>
      withReachableCloud(async ({ cloud }) => {
        const run = await runStack(stack, { cloud, builder: [] });
        assertSnapshot(stack, identities(run));
        const waitedFor = everythingBefore(run, run.find("pulumi:index:Stash").urn).map(shortUrn);
        assert.deepEqual(
          waitedFor.filter((line) => /ManagedCluster|AgentPool|kubernetes/.test(line)),
          [],
        );
        assert.ok(waitedFor.includes("azure-native:containerregistry:Registry registry-registry"));
      }));

    it(`registers the same in a preview of ${stack}, and knows no address yet`, async () => {
      const preview = await runStack(stack, { preview: true });
      assertSnapshot(stack, identities(preview));
      assert.deepEqual(Object.keys(preview.outputs).sort(), EXPORTS);
      const { issuerUrl, serviceIp, url, clientId, vaultUri, imageDigest } = preview.outputs;
      assert.deepEqual([issuerUrl, serviceIp, url, clientId, vaultUri, imageDigest], Array(6).fill(UNKNOWN));
    });
  }

  it("exports what the README names, with the kubeconfig as its only secret", async () => {
    const { outputs, secretOutputs, cloud } = await runStack("dev");
    const [identity] = cloud.identities().filter(({ name }) => name.endsWith("-web"));
    const [credential] = cloud.federatedCredentials();
    const [vault] = cloud.vaults();
    assert.deepEqual(Object.keys(outputs).sort(), EXPORTS);
    assert.deepEqual(secretOutputs, ["kubeconfig"]);
    assert.equal(outputs.url, `http://${outputs.serviceIp}`);
    assert.deepEqual(outputs.chain, {
      web: {
        issuer: credential?.issuer,
        subject: "system:serviceaccount:web:web",
        audience: "api://AzureADTokenExchange",
        clientId: identity?.clientId,
        tenantId: identity?.tenantId,
        identityId: identity?.id,
        namespace: "web",
        serviceAccount: "web",
        vaultUri: vault?.uri,
      },
    });
  });

  it("lets what reads the vault and what pulls images wait for no cluster", async () => {
    const run = await runStack("dev");
    for (const name of ["web-role-vault", "registry-puller-kubelet", "aks-admin-deployer"]) {
      const waitsFor = run.find("azure-native:authorization:RoleAssignment", name).dependencies.map(shortUrn);
      assert.ok(!waitsFor.some((line) => /ManagedCluster|kubernetes:/.test(line)), `${name}: ${waitsFor.join(", ")}`);
    }
  });

  it("has identities and roles in place before a slow cluster answers", async () => {
    const registered: string[] = [];
    let beforeCluster: string[] = [];
    class SlowCluster extends EmulatedCloud {
      override async register(registration: Registration) {
        if (registration.type.endsWith(":ManagedCluster")) {
          // Long enough for all that does not wait for the cluster.
          for (let turn = 0; turn < 2000; turn += 1) await new Promise(setImmediate);
          beforeCluster = [...registered];
        }
        registered.push(registration.name);
        return super.register(registration);
      }
    }
    await runStack("dev", { cloud: new SlowCluster(emulatedCloud().options) });
    const awaited = ["aks-admin-deployer", "registry-puller-kubelet", "vault-secret-app", "web-identity", "web-role-vault"];
    assert.deepEqual(
      awaited.filter((name) => !beforeCluster.includes(name)),
      [],
    );
  });

  it("starts no pod before the nodes may pull its image", async () => {
    const run = await runStack("dev");
    assert.deepEqual(dependsOnOf(run, "aks-workload-identity:index:WebApp", "web"), [
      "azure-native:authorization:RoleAssignment registry-puller-kubelet",
      "azure-native:containerregistry:Registry registry-registry",
    ]);
  });

  it("signs in to the cluster only once its administrators have their role and its pools are there", async () => {
    const run = await runStack("prod");
    assert.deepEqual(dependsOnOf(run, "pulumi:providers:kubernetes", "kubernetes"), [
      "azure-native:authorization:RoleAssignment aks-admin-pipeline",
      "azure-native:authorization:RoleAssignment aks-admin-platform-team",
      "azure-native:containerservice:AgentPool aks-pool-user",
    ]);
    const provider = run.find("pulumi:providers:kubernetes");
    assert.equal(provider.inputs.clusterIdentifier, run.cloud.manager.list("Microsoft.ContainerService/managedClusters")[0]?.id);
  });

  it("sends every object in the cluster to that cluster, and lets it go with it", async () => {
    const run = await runStack("prod");
    const provider = run.find("pulumi:providers:kubernetes");
    const inCluster = run.resources.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
    assert.equal(inCluster.length, 7);
    for (const { name, provider: used, deletedWith } of inCluster) {
      assert.ok(used.startsWith(`${provider.urn}::`), name);
      assert.equal(shortUrn(deletedWith), "azure-native:containerservice:ManagedCluster aks-cluster", name);
    }
  });

  it("protects cluster and vault in production, and nothing elsewhere", async () => {
    const guarded = (run: Run) => run.resources.filter(({ protect }) => protect).map(({ name }) => name);
    assert.deepEqual(guarded(await runStack("prod")).sort(), ["aks-cluster", "vault-vault"]);
    assert.deepEqual(guarded(await runStack("dev")), []);
  });

  it("makes nothing in Azure or its directory for a cluster that will not do", async () => {
    const cluster = { resourceGroupName: "rg-there", name: "aks-there" };
    const cloud = new EmulatedCloud({ ...emulatedCloud().options, existingClusters: [{ ...cluster, oidcIssuer: false }] });
    const result = await attemptStack("dev", {
      cloud,
      overrides: [
        "existingCluster.resourceGroupName=rg-there",
        "existingCluster.name=aks-there",
        "existingResourceGroup=rg-there",
        "identityKind=application",
        "roleList=true",
        "storage.enabled=true",
        "toolbox=true",
      ],
    });
    assert.ok(result.failures.some(({ message }) => message.includes("the OIDC issuer is off")));
    const made = result.resources.filter(({ custom, type }) => custom && /^(azure-native|azuread|kubernetes):/.test(type));
    assert.deepEqual(
      made.map(({ name }) => name),
      [],
    );
  });

  it("has no generation of a cluster that it only uses", async () => {
    const theirs = ["existingCluster.resourceGroupName=rg-there", "existingCluster.name=aks-there"];
    const [first, second] = [
      await runStack("dev", { overrides: theirs }),
      await runStack("dev", { overrides: [...theirs, "clusterGeneration=2"] }),
    ];
    assert.deepEqual(identities(second), identities(first));
  });

  it("protects the storage account with them, in production and where protect says so", async () => {
    for (const setting of ["production=true", "protect=true", "protect=false"]) {
      // A public service of a production stack must say whom it lets in.
      const overrides = [setting, "storage.enabled=true", "serviceAccess=internal"];
      const names = (await runStack("dev", { overrides })).resources.filter(({ protect }) => protect).map(({ name }) => name);
      assert.deepEqual(
        names.sort(),
        setting === "protect=false" ? [] : ["aks-cluster", "blobs-account", "blobs-container", "vault-vault"],
        setting,
      );
    }
  });

  it("tags whatever takes tags with project and stack", async () => {
    const run = await runStack("prod");
    const tagged = run.resources.filter(({ inputs }) => "tags" in inputs);
    assert.deepEqual([...new Set(tagged.map(({ type }) => type))].sort(), [
      "azure-native:containerregistry:Registry",
      "azure-native:containerservice:AgentPool",
      "azure-native:containerservice:ManagedCluster",
      "azure-native:keyvault:Vault",
      "azure-native:managedidentity:UserAssignedIdentity",
      "azure-native:resources:ResourceGroup",
    ]);
    for (const { inputs } of tagged) assert.deepEqual(inputs.tags, { project: "aks-workload-identity", stack: "prod" });
  });

  it("takes a secret's value that is encrypted, and refuses it in clear", async () => {
    const run = await runStack("dev", { overrides: ["secretValue=hush"] });
    const { inputs, secretInputs } = run.find("azure-native:keyvault:Secret");
    assert.deepEqual([Object(inputs.properties).value, secretInputs], ["hush", ["properties"]]);
    const { project, config } = readStack(ROOT, "dev", ["secretValue=hush"]);
    const inClear = await attempt(
      () => {
        delete require.cache[require.resolve(PROGRAM)];
        return require(PROGRAM);
      },
      { project, stack: "dev", config },
    );
    assert.deepEqual([inClear.list(), inClear.failures.length], [[], 1]);
    assert.match(inClear.failures[0]?.message ?? "", /^ {2}secretValue: is not encrypted: /m);
  });

  it("uses a resource group that is there already, and leaves it alone", async () => {
    const run = await runStack("dev", { overrides: ["existingResourceGroup=rg-theirs"] });
    assert.equal(run.outputs.resourceGroupName, "rg-theirs");
    assert.ok(!run.list().some((line) => line.startsWith("azure-native:resources:")));
  });

  it("assigns no administrator where they have their role already", async () => {
    const run = await runStack("dev", { overrides: ["assignClusterAdmins=false"] });
    assert.deepEqual(
      run.list().filter((line) => line.includes("RoleAssignment aks-admin")),
      [],
    );
  });

  it("goes on with the same assignment when whoever deployed first is named under the key deployer", async () => {
    const assignment = (run: Run) => run.find("azure-native:authorization:RoleAssignment", "aks-admin-deployer");
    const before = assignment(await runStack("dev"));
    const objectId = String(before.inputs.principalId);
    const admins = { deployer: { objectId, principalType: "User" } };
    const after = assignment(await runStack("dev", { overrides: [`clusterAdmins=${JSON.stringify(admins)}`] }));
    assert.deepEqual([after.urn, after.inputs], [before.urn, before.inputs]);
  });

  it("gives each further workload an identity of its own, or another's", async () => {
    const { outputs } = await runStack("dev", {
      overrides: ['workloads={"orders":{},"billing":{"identity":"orders","namespace":"orders"}}'],
    });
    const chain = new Map(Object.entries(Object(outputs.chain)).map(([key, link]) => [key, Object(link)]));
    assert.deepEqual([...chain.keys()].sort(), ["billing", "orders", "web"]);
    assert.equal(chain.get("billing").subject, "system:serviceaccount:orders:billing");
    assert.equal(chain.get("billing").clientId, chain.get("orders").clientId);
    assert.notEqual(chain.get("orders").clientId, chain.get("web").clientId);
  });

  it("lets nobody but pods act as a further workload's identity, which may read the vault and nothing else", async () => {
    const run = await runStack("dev", {
      overrides: [
        'workloads={"orders":{}}',
        'federations={"ci":{"issuer":"https://ci.example","subject":"job"}}',
        ...["storage.enabled=true", "roleList=true", "demoReaderRole=true"],
      ],
    });
    const rights = (key: string) =>
      childrenOf(run, `aks-workload-identity:index:WorkloadIdentity ${key}`)
        .map((line) => line.split(" ")[1] ?? "")
        .filter((name) => /-(federation|role)-/.test(name));
    assert.deepEqual(rights("orders"), ["orders-role-vault", "orders-federation-cluster"]);
    // The same config gives all of it to the default workload's, so the list above is short for a reason.
    assert.deepEqual(rights("web"), [
      "web-role-blobs",
      "web-role-demo-reader",
      "web-role-role-list",
      "web-role-vault",
      "web-federation-ci",
      "web-federation-cluster",
    ]);
    // Not under another name or parent either.
    const { principalId } = run.cloud.identities().find(({ name }) => name.endsWith("-orders")) ?? {};
    assert.deepEqual(
      run.resources
        .filter(({ inputs }) => principalId !== undefined && inputs.principalId === principalId)
        .map(({ name }) => name),
      ["orders-role-vault"],
    );
  });

  it("registers nothing when images cannot be built, and says so by their keys beside all other mistakes", async () => {
    const workloads = { orders: { folder: "nowhere" }, billing: { dockerfile: "None" }, shop: { folder: "docs" } };
    const overrides = ["appFolder=nothing", `workloads=${JSON.stringify(workloads)}`, "replicas=0"];
    const { project, config, secretKeys } = readStack(ROOT, "dev", overrides);
    const run = await attempt(
      () => {
        delete require.cache[require.resolve(PROGRAM)];
        return require(PROGRAM);
      },
      { project, stack: "dev", config, secretKeys },
    );
    assert.deepEqual(run.list(), []);
    const [{ message, stack } = { message: "", stack: undefined }, ...others] = run.failures;
    assert.deepEqual([stack, others], [undefined, []]);
    const folder = `must be a folder, relative to ${process.cwd()}, got`;
    const context = "See https://docs.docker.com/build/concepts/context/";
    assert.deepEqual(message.split("\n"), [
      'The config of stack "dev" has 4 mistakes:',
      "  replicas: must be a whole number from 1 to 1000 (pods), got 0. See https://kubernetes.io/docs/concepts/workloads/pods/",
      `  appFolder: ${folder} "nothing". ${context}`,
      `  workloads.orders.folder: ${folder} "nowhere". ${context}`,
      '  workloads.shop.folder: must hold a file "Dockerfile" (names count by case), or dockerfile must name another one, got "docs". See https://docs.docker.com/reference/dockerfile/',
    ]);
  });
});
