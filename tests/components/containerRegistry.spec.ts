import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { type RegistryRoleMode, type RoleName, roleAssignmentName } from "../../chain";
import { ContainerRegistry, type ContainerRegistryArgs } from "../../components";
import { UNKNOWN } from "../../rehearsal/program/recording";
import { type RunOptions, run } from "../support/program";
import { assertFails, assertRefused, childrenOf, PRINCIPAL, resourceGroup, roleId } from "./fixtures";

const REGISTRY = "azure-native:containerregistry:Registry";
const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const COMPONENT = "aks-workload-identity:index:ContainerRegistry registry";
const NAME_MESSAGE =
  'ContainerRegistry "registry": registryName must be 5 to 50 letters and digits, got "cr-test". See https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules';

function make(overrides: Partial<ContainerRegistryArgs> = {}): ContainerRegistry {
  const group = resourceGroup();
  return new ContainerRegistry("registry", {
    resourceGroupName: group.name,
    registryName: "crtest",
    sku: "Basic",
    pullers: { kubelet: PRINCIPAL },
    ...overrides,
  });
}

function create(overrides: Partial<ContainerRegistryArgs> = {}, options: RunOptions = {}) {
  return run(() => make(overrides), options);
}

describe("ContainerRegistry", () => {
  const children = [`${ASSIGNMENT} registry-puller-kubelet`, `${REGISTRY} registry-registry`];

  it("creates the registry and a role for each puller, in preview as well", async () => {
    assert.deepEqual(childrenOf(await create(), COMPONENT), children);
    const preview = await create({}, { preview: true });
    assert.deepEqual(childrenOf(preview, COMPONENT), children);
    assert.deepEqual(Object.values(preview.componentOutputs), [{ registryId: UNKNOWN, loginServer: UNKNOWN }]);
  });

  it("has no administrator's password and no anonymous readers", async () => {
    const { inputs } = (await create()).find(REGISTRY);
    assert.deepEqual(inputs.sku, { name: "Basic" });
    assert.equal(inputs.adminUserEnabled, false);
    assert.equal(inputs.anonymousPullEnabled, false);
  });

  const modes: [what: string, mode: RegistryRoleMode | undefined, role: RoleName][] = [
    ["of no stated mode", undefined, "acrPull"],
    ["in legacy mode", "legacy", "acrPull"],
    ["in ABAC mode", "abac", "containerRegistryRepositoryReader"],
  ];
  for (const [what, roleMode, role] of modes) {
    it(`${what} lets its pullers pull, and nothing more`, async () => {
      const result = await create({ roleMode });
      const scope = result.cloud.registries()[0]?.id ?? "";
      assert.deepEqual(result.find(ASSIGNMENT).inputs, {
        scope,
        principalId: PRINCIPAL,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleId(role),
        roleAssignmentName: roleAssignmentName(scope, PRINCIPAL, role),
      });
    });
  }

  it("has the same resources in either mode: an assignment that gets another role is replaced under its own name", async () => {
    assert.deepEqual(childrenOf(await create({ roleMode: "abac" }), COMPONENT), children);
  });

  it("tells its mode to whoever builds in it, legacy unless stated", async () => {
    const told: RegistryRoleMode[] = [];
    for (const [, roleMode] of modes) await run(() => told.push(make({ roleMode }).roleMode));
    assert.deepEqual(told, ["legacy", "legacy", "abac"]);
  });

  it("sends Azure no mode, because the API in use has no property for it", async () => {
    assert.equal("roleAssignmentMode" in (await create({ roleMode: "abac" })).find(REGISTRY).inputs, false);
  });

  it("takes its host name from Azure", async () => {
    const result = await create();
    const [outputs] = Object.values(result.componentOutputs);
    assert.equal(outputs?.loginServer, result.cloud.registries()[0]?.loginServer);
  });

  it("refuses a name with a dash before anything is registered", () =>
    assertRefused("ContainerRegistry", () => make({ registryName: "cr-test" }), NAME_MESSAGE));

  it("refuses it too when it is known only later", () =>
    assertFails(() => make({ registryName: pulumi.output("cr-test") }), NAME_MESSAGE));
});
