// What npm run migrate prints is the program's own: every adopted resource has the type, name and parent that the program registers under the printed config.
import assert, { deepStrictEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import { type Migration, migrateArguments } from "../../cli/migrateArguments";
import { EXAMPLES } from "../../cli/migration/examples";
import { urnsOf } from "../../cli/migration/importFile";
import { planText, settingsOf } from "../../cli/migration/plan";
import { missingIn } from "../../components/existingClusterRules";
import { ClusterAccessMode, KubeloginMode } from "../../components/kubeconfig";
import { recordInProcess } from "../../rehearsal/program/inProcess";
import type { ProgramBackend } from "../../rehearsal/program/recorder";
import { readStack } from "../../rehearsal/stack";
import { emulatedCloud, ROOT, TENANT } from "../support/program";
import { rehearseHere } from "../support/rehearsal";

const PROGRAM = join(ROOT, "index.ts");
const CLUSTER = {
  id: "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-old/providers/Microsoft.ContainerService/managedClusters/aks-old",
  name: "aks-old",
  provisioningState: "Succeeded",
  powerState: { code: "Running" },
  location: "westeurope",
  maxAgentPools: 100,
  type: "Microsoft.ContainerService/ManagedClusters",
  systemData: {},
  ...{ azurePortalFQDN: "", privateFQDN: "", fqdn: "", currentKubernetesVersion: "", eTag: "", resourceUID: "" },
  oidcIssuerProfile: { enabled: true, issuerURL: "https://westeurope.oic.prod-aks.azure.com/1/2/" },
  securityProfile: { workloadIdentity: { enabled: true } },
  networkProfile: { networkPolicy: "cilium" },
  identityProfile: { kubeletidentity: { objectId: "44444444-4444-4444-8444-444444444444" } },
};
const CREDENTIALS = { kubeconfigs: [{ name: "admin", value: Buffer.from("apiVersion: v1\n").toString("base64") }] };

/** A preview: what is there already is found, and nothing is created. */
function backend(): ProgramBackend {
  const cloud = emulatedCloud();
  return {
    register: async ({ inputs }) => ({ id: "", state: { ...inputs } }),
    async invoke(token, inputs) {
      if (token === "azure-native:containerservice:getManagedCluster") return CLUSTER;
      if (token.startsWith("azure-native:containerservice:listManagedCluster")) return CREDENTIALS;
      if (token === "azuread:index/getClientConfig:getClientConfig") return { objectId: TENANT, tenantId: TENANT };
      return cloud.invoke(token, inputs);
    },
  };
}

/** What a shell would read from Azure. */
const FROM_AZURE: Readonly<Record<string, string>> = {
  "azure-native:location": "westeurope",
  vaultSoftDeleteDays: "90",
  vaultPurgeProtection: "false",
  secretValue: "as-it-was",
};

/** The printed config, as one run takes it. */
function overridesOf({ system, request }: Migration): string[] {
  return settingsOf(system, request).map(({ key, value }) => `${key}=${FROM_AZURE[key] ?? value}`);
}

describe("the cluster that a system brings", () => {
  it("is prepared by the very command that the program asks for where issuer and webhook are off", () => {
    const migration = migrateArguments(EXAMPLES[0]?.args ?? []);
    if (migration === undefined) throw new Error("only help");
    const plan = planText(migration.system, migration.request, "import.json");
    const access = { mode: ClusterAccessMode.Admin, loginMode: KubeloginMode.AzureCli };
    const existing = { resourceGroupName: "rg-old", clusterName: "aks-old", access, admins: {} };
    const off = { oidcIssuerProfile: { ...CLUSTER.oidcIssuerProfile, enabled: false }, securityProfile: {} };
    const [message = "", ...others] = missingIn({ ...CLUSTER, ...off }, existing);
    const [command = ""] = /az aks update [^.]*/.exec(message) ?? [];
    deepStrictEqual(others, []);
    ok(plan.split("\n").includes(command), `${command}\n${plan}`);
  });
});

const SPACED = EXAMPLES.filter(({ key }) => key === "d").map(({ key, args }) => ({
  key: `${key}, of an application with a space in its name`,
  args: args.map((arg) => (arg === "fed-app" ? "My App" : arg)),
}));

for (const { key, args } of [...EXAMPLES, ...SPACED]) {
  describe(`the document of system ${key}`, function () {
    this.timeout(30_000);

    it("names only what the program registers under the printed config", async () => {
      const migration = migrateArguments(args);
      if (migration === undefined) throw new Error("only help");
      const adopted = migration.system.adopted(migration.request);
      const overrides = overridesOf(migration);
      const { project, config, secretKeys } = readStack(ROOT, "dev", ["imageBuilder=docker", ...overrides]);
      const settings = { project, stack: "dev", preview: true, config, secretKeys };
      const { resources, failures } = await recordInProcess(settings, backend(), () => {
        delete require.cache[require.resolve(PROGRAM)];
        return require(PROGRAM);
      });
      deepStrictEqual(
        failures.map(({ message }) => message),
        [],
      );
      const registered = new Set(resources.map(({ urn }) => urn));
      const missing = urnsOf(adopted, "dev").filter((urn) => !registered.has(urn));
      deepStrictEqual(missing, []);

      // Another name in Azure would be another resource: the first update would replace what was adopted.
      const children = adopted.flatMap(({ children }) => children).filter(({ type }) => type.startsWith("azure-native:"));
      for (const { name, id } of children) {
        const { inputs } = resources.find((resource) => resource.name === name) ?? assert.fail(name);
        ok(Object.values(inputs).includes(id.slice(id.lastIndexOf("/") + 1)), name);
        deepStrictEqual(inputs.resourceGroupName, "rg-old", name);
      }

      // Both sides must say it: the mark that the import sets in the state is gone with the first update where the program has none.
      const guarded = [
        "azure-native:keyvault:Vault",
        "azure-native:storage:StorageAccount",
        "azure-native:storage:BlobContainer",
      ];
      const unguarded = resources.filter(({ type, protect }) => guarded.includes(type) && !protect).map(({ name }) => name);
      deepStrictEqual(unguarded, []);
    });

    it("comes with a config whose chain works in a rehearsal", async () => {
      const migration = migrateArguments(args);
      if (migration === undefined) throw new Error("only help");
      const { report, close } = await rehearseHere({ set: [...overridesOf(migration), "clusterAccess=kubelogin"] });
      await close();
      deepStrictEqual([report.findings, report.ok], [[], true]);
    });
  });
}
