import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { INPUT_SHAPES_FILE, inputShapesText } from "../../../cli/inputShapes";
import { checkInputs } from "../../../rehearsal/engine/inputCheck";
import { INPUT_SHAPES } from "../../../rehearsal/engine/shapeTable";
import { UNKNOWN } from "../../../rehearsal/program/recording";
import { runStack } from "../../support/stackRun";

const VAULT = "azure-native:keyvault:Vault";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const goodVault = {
  resourceGroupName: "rg",
  vaultName: "kv",
  properties: { tenantId: "t", sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
};
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
/** What the stacks leave out, for the resource types that only it registers. */
const EVERYTHING = [
  "storage.enabled=true",
  "roleList=true",
  "demoReaderRole=true",
  "toolbox=true",
  'workloads={"orders":{}}',
  'federations={"ci":{"issuer":"https://ci.example","subject":"job"}}',
];

describe("The table of input shapes", () => {
  it("is what the installed packages say (if not: node --require tsx/cjs cli/inputShapes.ts)", () => {
    deepEqual(readFileSync(INPUT_SHAPES_FILE, "utf8"), inputShapesText());
  });

  it("names no shape that it lacks", () => {
    const named = [...JSON.stringify(INPUT_SHAPES).matchAll(/"shape":"([^"]+)"/g)].map(([, name]) => name ?? "");
    deepEqual(
      named.filter((name) => !(name in INPUT_SHAPES.shapes)),
      [],
    );
  });
});

describe("The check of a resource's inputs", () => {
  for (const [stack, preview, overrides] of [
    ["dev", false, []],
    ["dev", true, []],
    ["prod", false, []],
    ["prod", true, []],
    ["dev", false, EVERYTHING],
    ["dev", true, EVERYTHING],
    ["dev", false, ["identityKind=application"]],
    [
      "dev",
      false,
      ["existingCluster.resourceGroupName=rg-there", "existingCluster.name=aks-there", "existingResourceGroup=rg-there"],
    ],
  ] as const) {
    const run = `${preview ? "a preview" : "an update"} of ${stack}${overrides.length > 0 ? ` with ${overrides.join(" ")}` : ""}`;
    it(`complains of nothing in ${run}, and has a shape for every type of it`, async () => {
      const { resources } = await runStack(stack, { preview, overrides });
      const custom = resources.filter((resource) => resource.custom);
      deepEqual(
        custom.flatMap(({ type, name, inputs }) => checkInputs(type, inputs).map((failure) => ({ name, ...failure }))),
        [],
      );
      // The engine keeps a stash itself: no provider is asked.
      deepEqual(
        [...new Set(custom.map(({ type }) => type))].filter((type) => !(type in INPUT_SHAPES.resources)),
        preview ? ["pulumi:index:Stash"] : [],
      );
    });
  }

  it("names an unknown property with the nearest known one", () => {
    deepEqual(checkInputs(VAULT, { ...goodVault, vaultNam: "kv" }), [
      { property: "vaultNam", reason: 'is not known, the nearest is "vaultName"' },
    ]);
  });

  it("prefers the nearest of several, and the first of several as near", () => {
    const nearest = (key: string) => checkInputs(CLUSTER, { resourceGroupName: "rg", networkProfile: { [key]: "x" } })[0]?.reason;
    deepEqual(
      [nearest("serviceCid"), nearest("podCidrz")],
      ['is not known, the nearest is "serviceCidr"', 'is not known, the nearest is "podCidr"'],
    );
  });

  it("names none where more than two letters differ", () => {
    deepEqual(checkInputs(VAULT, { ...goodVault, colour: "blue" }), [{ property: "colour", reason: "is not known" }]);
  });

  it("names a missing property, at the top and within", () => {
    deepEqual(checkInputs(VAULT, { properties: { tenantId: "t", sku: { family: "A" } } }), [
      { property: "resourceGroupName", reason: "is required, and missing" },
      { property: "properties.sku.name", reason: "is required, and missing" },
    ]);
  });

  it("names a wrong type by its path in objects, arrays and maps, and never the value", () => {
    const inputs = {
      resourceGroupName: "rg",
      agentPoolProfiles: [{ name: "system", count: "3", vmSiz: "x" }],
      addonProfiles: { "azure.policy": { enabled: "true" } },
      networkProfile: "none",
      tags: ["a"],
    };
    deepEqual(checkInputs(CLUSTER, inputs), [
      { property: "agentPoolProfiles[0].count", reason: "must be number, got string" },
      { property: "agentPoolProfiles[0].vmSiz", reason: 'is not known, the nearest is "vmSize"' },
      { property: 'addonProfiles["azure.policy"].enabled', reason: "must be boolean, got string" },
      { property: "networkProfile", reason: "must be object, got string" },
      { property: "tags", reason: "must be object, got array" },
    ]);
  });

  it("takes each of several types, and no other", () => {
    const service = (targetPort: unknown) => ({ spec: { ports: [{ port: 80, targetPort }] } });
    deepEqual(checkInputs("kubernetes:core/v1:Service", service("http")), []);
    deepEqual(checkInputs("kubernetes:core/v1:Service", service(8080)), []);
    deepEqual(checkInputs("kubernetes:core/v1:Service", service(true)), [
      { property: "spec.ports[0].targetPort", reason: "must be number or string, got boolean" },
    ]);
  });

  it("lets through what is not known yet, and looks into secrets", () => {
    deepEqual(checkInputs(VAULT, { ...goodVault, properties: UNKNOWN, tags: { a: UNKNOWN } }), []);
    const properties = secret({ value: secret(5) });
    deepEqual(checkInputs("azure-native:keyvault:Secret", { resourceGroupName: "rg", vaultName: "kv", properties }), [
      { property: "properties.value", reason: "must be string, got number" },
    ]);
  });

  it("lets through assets and archives", () => {
    const asset = { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialAssetSig, text: "x" };
    deepEqual(checkInputs("random:index/randomString:RandomString", { length: asset }), []);
  });

  it("reads a provider's inputs as the text that they travel as", () => {
    const inputs = { kubeconfig: "{}", enableServerSideApply: "true", kubeClientSettings: '{"qps":5}', version: "4.34.2" };
    deepEqual(checkInputs("pulumi:providers:kubernetes", inputs), []);
    deepEqual(checkInputs("pulumi:providers:kubernetes", { enableServerSideApply: "yes", kubeClientSettings: '{"qps":"5"}' }), [
      { property: "enableServerSideApply", reason: "must be boolean, got string" },
      { property: "kubeClientSettings.qps", reason: "must be number, got string" },
    ]);
  });

  it("leaves out the notes of providers among the inputs", () => {
    deepEqual(checkInputs(VAULT, { ...goodVault, __createBeforeDelete: true, __defaults: [] }), []);
  });

  it("says nothing of a type that the table does not have, nor of another API version", () => {
    deepEqual(checkInputs("azure-native:network:VirtualNetwork", { anything: 1 }), []);
    deepEqual(checkInputs("azure-native:keyvault/v20230701:Vault", { anything: 1 }), []);
  });
});
