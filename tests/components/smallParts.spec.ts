import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { roleAssignmentName } from "../../chain";
import { assignRole, createNamespace, lookup, stackResourceGroup, uniqueSuffix } from "../../components";
import { attempt, run, SUBSCRIPTION } from "../support/program";
import { known, kubernetes, PRINCIPAL, roleId } from "./fixtures";

const GROUP = "azure-native:resources:ResourceGroup";

describe("A role assignment", () => {
  const scope = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-test`;

  it("has a name that follows from scope, principal and role, also where they are known later", async () => {
    const result = await run(() => {
      assignRole("plain", { scope, principalId: PRINCIPAL, role: "reader" }, {});
      assignRole("later", { scope: pulumi.output(scope), principalId: PRINCIPAL, role: "acrPull", principalType: "User" }, {});
    });
    const [plain, later] = ["plain", "later"].map(
      (name) => result.find("azure-native:authorization:RoleAssignment", name).inputs,
    );
    assert.equal(plain?.roleAssignmentName, roleAssignmentName(scope, PRINCIPAL, "reader"));
    assert.equal(plain?.principalType, "ServicePrincipal");
    assert.equal(later?.roleDefinitionId, roleId("acrPull"));
    assert.equal(later?.principalType, "User");
  });
});

describe("The resource group of a stack", () => {
  const spec = { resourceGroupName: "rg-own", location: "westeurope", tags: { stack: "test" } };

  it("is created under its own name", async () => {
    const result = await run(() => void stackResourceGroup("resource-group", spec));
    assert.deepEqual(result.find(GROUP).inputs, spec);
  });

  it("is only read where it is there already", async () => {
    let name: string | undefined;
    const result = await run(async () => {
      name = await known(stackResourceGroup("resource-group", { ...spec, existing: "rg-theirs" }).name);
    });
    assert.deepEqual(result.list(), []);
    assert.equal(name, "rg-theirs");
  });
});

describe("A namespace", () => {
  it("admits restricted pods only", async () => {
    const result = await run(() => void createNamespace("orders", { provider: kubernetes().provider }));
    assert.deepEqual(result.find("kubernetes:core/v1:Namespace", "namespace-orders").inputs.metadata, {
      name: "orders",
      labels: {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    });
  });
});

describe("The suffix of names that all of Azure shares", () => {
  it("is six lower-case letters and digits", async () => {
    let suffix = "";
    const { failures } = await attempt(async () => {
      suffix = await known(uniqueSuffix("suffix"));
    });
    assert.deepEqual(failures, []);
    assert.match(suffix, /^[a-z0-9]{6}$/);
  });
});

describe("A look-up", () => {
  it("names what is there when the key is not", () => {
    assert.equal(lookup({ a: 1 }, "a"), 1);
    assert.throws(() => lookup({ a: 1, b: 2 }, "c"), { message: 'nothing under "c", only: a, b' });
  });
});
