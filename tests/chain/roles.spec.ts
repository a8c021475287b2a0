import { strict as assert } from "node:assert";
import {
  actionMatches,
  GET_SECRET_ACTION,
  GUID,
  isAllowed,
  REGISTRY_ROLE_MODES,
  ROLES,
  type RoleName,
  roleAllows,
  roleAssignmentName,
  roleDefinitionId,
  roleOf,
  scopeContains,
  subscriptionOf,
} from "../../chain";
import { IDENTITY, KUBELET, ROLE, VAULT } from "../support/chainModel";

const SUBSCRIPTION = "22222222-2222-4222-8222-222222222222";
const DEFINITIONS = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions`;

describe("a role's definition id", () => {
  const ids: Readonly<Record<RoleName, string>> = {
    keyVaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
    keyVaultSecretsOfficer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    keyVaultReader: "21090545-7ca7-4776-b22c-e363652d74d2",
    keyVaultAdministrator: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    keyVaultContributor: "f25e0fa2-a7c8-4377-a976-54943a77a395",
    owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    storageBlobDataReader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    storageBlobDataContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    storageBlobDataOwner: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    storageAccountContributor: "17d1049b-9a84-46fb-8f53-869881c3d3ab",
    acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    containerRegistryRepositoryReader: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
    managedIdentityOperator: "f1a07417-d97a-45cb-824c-7a7467783830",
    aksRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  };
  for (const role of Object.keys(ROLES) as RoleName[]) {
    it(`of ${ROLES[role].name} lies in the subscription of the scope`, () => {
      assert.equal(roleDefinitionId(role, VAULT.id), `${DEFINITIONS}/${ids[role]}`);
    });
  }

  it("takes a subscription as scope, in any case", () => {
    assert.equal(roleDefinitionId("reader", `/SUBSCRIPTIONS/${SUBSCRIPTION}`), `${DEFINITIONS}/${ids.reader}`);
  });

  it("is refused for what is not an Azure id, naming it", () => {
    for (const id of ["", "kv-web", "https://kv-web.vault.azure.net/", "/subscriptions/", "/providers/Microsoft.KeyVault"]) {
      const message = `"${id}" is not the id of an Azure resource: it must start with /subscriptions/<id>`;
      assert.throws(() => subscriptionOf(id), { message });
    }
  });

  it("leads back to the role, tenant-wide or not, in any case; an unknown one to none", () => {
    assert.equal(roleOf(`${DEFINITIONS}/${ids.acrPull}`)?.name, "AcrPull");
    assert.equal(roleOf(`/providers/Microsoft.Authorization/roleDefinitions/${ids.acrPull.toUpperCase()}`)?.name, "AcrPull");
    assert.equal(roleOf(`${DEFINITIONS}/00000000-0000-0000-0000-000000000000`), undefined);
  });
});

describe("the name of a role assignment", () => {
  const name = roleAssignmentName(VAULT.id, IDENTITY.principalId, "keyVaultSecretsUser");

  it("is a GUID, and the same in every run", () => {
    assert.match(name, GUID);
    assert.equal(name, roleAssignmentName(VAULT.id, IDENTITY.principalId, "keyVaultSecretsUser"));
  });

  it("does not depend on case, which Azure changes at will", () => {
    assert.equal(roleAssignmentName(VAULT.id.toUpperCase(), IDENTITY.principalId.toUpperCase(), "keyVaultSecretsUser"), name);
  });

  it("depends on each of scope, principal and role", () => {
    const others = [
      roleAssignmentName(`${VAULT.id}2`, IDENTITY.principalId, "keyVaultSecretsUser"),
      roleAssignmentName(VAULT.id, KUBELET.principalId, "keyVaultSecretsUser"),
      roleAssignmentName(VAULT.id, IDENTITY.principalId, "keyVaultReader"),
    ];
    assert.equal(new Set([name, ...others]).size, 4);
  });
});

describe("the actions of a role", () => {
  const cases: readonly (readonly [pattern: string, action: string, matches: boolean])[] = [
    ["*", "Microsoft.KeyVault/vaults/read", true],
    ["*/read", "Microsoft.KeyVault/vaults/read", true],
    ["*/read", "Microsoft.KeyVault/vaults/reads", false],
    ["Microsoft.KeyVault/vaults/secrets/*", GET_SECRET_ACTION, true],
    ["Microsoft.KeyVault/vaults/secrets/*", "Microsoft.KeyVault/vaults/keys/read", false],
    ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/secrets/read", true],
    ["microsoft.keyvault/VAULTS/read", "Microsoft.KeyVault/vaults/read", true],
    ["Microsoft.KeyVault/vaults/read", "MicrosoftXKeyVault/vaults/read", false],
    ["Microsoft.KeyVault/vaults/read", "x/Microsoft.KeyVault/vaults/read", false],
    ["Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/read/x", false],
  ];
  for (const [pattern, action, matches] of cases) {
    it(`${pattern} ${matches ? "allows" : "does not allow"} ${action}`, () => {
      assert.equal(actionMatches(pattern, action), matches);
    });
  }

  it("let Secrets User, Officer and Administrator read a secret's value, and none of the others", () => {
    const readers = (Object.keys(ROLES) as RoleName[]).filter((role) =>
      roleAllows(roleDefinitionId(role, VAULT.id), GET_SECRET_ACTION, "dataAction"),
    );
    assert.deepEqual(readers, ["keyVaultSecretsUser", "keyVaultSecretsOfficer", "keyVaultAdministrator"]);
  });

  it("do not allow what a role takes away again, each plane for itself", () => {
    const custom = {
      id: "99999999-9999-4999-8999-999999999999",
      name: "all but values",
      actions: ["Microsoft.KeyVault/vaults/*"],
      notActions: ["*/delete"],
      dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
      notDataActions: [GET_SECRET_ACTION],
    };
    const allows = (action: string, kind: "action" | "dataAction") => roleAllows(custom.id, action, kind, [custom]);
    assert.deepEqual(
      [allows("Microsoft.KeyVault/vaults/read", "action"), allows("Microsoft.KeyVault/vaults/delete", "action")],
      [true, false],
    );
    assert.deepEqual(
      [allows("Microsoft.KeyVault/vaults/secrets/delete", "dataAction"), allows(GET_SECRET_ACTION, "dataAction")],
      [true, false],
    );
  });

  it("keep control plane and data plane apart", () => {
    const officer = roleDefinitionId("keyVaultSecretsOfficer", VAULT.id);
    assert.equal(roleAllows(officer, GET_SECRET_ACTION, "action"), false);
    assert.equal(roleAllows(roleDefinitionId("reader", VAULT.id), "Microsoft.KeyVault/vaults/read", "dataAction"), false);
  });
});

describe("the mode of a registry", () => {
  const PULL = "Microsoft.ContainerRegistry/registries/pull/read";
  const READ_CONTENT = "Microsoft.ContainerRegistry/registries/repositories/content/read";
  const LIST_REPOSITORIES = "Microsoft.ContainerRegistry/registries/catalog/read";

  // https://github.com/Azure/azure-rest-api-specs, Microsoft.ContainerRegistry, 2025-11-01: RoleAssignmentMode
  it("has the name that Azure gives it", () => {
    const names = Object.entries(REGISTRY_ROLE_MODES).map(([mode, { azure }]) => [mode, azure]);
    assert.deepEqual(names, [
      ["legacy", "LegacyRegistryPermissions"],
      ["abac", "AbacRepositoryPermissions"],
    ]);
  });

  it("decides by which kind of action its role lets pull: one of the registry, or one of its data", () => {
    const { legacy, abac } = REGISTRY_ROLE_MODES;
    const allows = (role: RoleName, action: string, kind: "action" | "dataAction") =>
      roleAllows(roleDefinitionId(role, VAULT.id), action, kind);
    assert.deepEqual([allows(legacy.pull, PULL, "action"), allows(abac.pull, PULL, "action")], [true, false]);
    assert.deepEqual(
      [allows(legacy.pull, READ_CONTENT, "dataAction"), allows(abac.pull, READ_CONTENT, "dataAction")],
      [false, true],
    );
    assert.equal(allows(abac.pull, LIST_REPOSITORIES, "dataAction"), false);
  });
});

describe("a scope", () => {
  const cases: readonly (readonly [scope: string, id: string, contains: boolean])[] = [
    ["/subscriptions/a/vaults/kv", "/subscriptions/a/vaults/kv", true],
    ["/subscriptions/a/vaults/kv", "/subscriptions/a/vaults/kv/secrets/s", true],
    ["/subscriptions/a/vaults/kv", "/subscriptions/a/vaults/kv2", false],
    ["/subscriptions/a/vaults/kv", "/subscriptions/a/vaults", false],
    ["/subscriptions/a/vaults/kv/", "/subscriptions/a/vaults/kv", true],
    ["/SUBSCRIPTIONS/A", "/subscriptions/a/vaults/kv", true],
    ["/subscriptions/a", "/subscriptions/ab/vaults/kv", false],
    ["/", "/subscriptions/a", true],
  ];
  for (const [scope, id, contains] of cases) {
    it(`${scope} ${contains ? "contains" : "does not contain"} ${id}`, () => assert.equal(scopeContains(scope, id), contains));
  }
});

describe("an access", () => {
  const allowed = (assignments: readonly (typeof ROLE)[], principalId = IDENTITY.principalId) =>
    isAllowed(assignments, principalId, GET_SECRET_ACTION, "dataAction", `${VAULT.id}/secrets/greeting`);

  it("is allowed by an assignment at the scope or above it, to a principal in any case", () => {
    assert.equal(allowed([ROLE]), true);
    assert.equal(allowed([ROLE], IDENTITY.principalId.toUpperCase()), true);
    assert.equal(allowed([{ ...ROLE, scope: `/subscriptions/${SUBSCRIPTION}` }]), true);
  });

  it("is not allowed without one, to another principal, on another vault, or by an unknown role", () => {
    assert.equal(allowed([]), false);
    assert.equal(allowed([ROLE], KUBELET.principalId), false);
    assert.equal(allowed([{ ...ROLE, scope: `${VAULT.id}2` }]), false);
    assert.equal(allowed([{ ...ROLE, roleDefinitionId: `${DEFINITIONS}/00000000-0000-0000-0000-000000000000` }]), false);
  });
});
