// What a preflight finds out about the caller's rights: to create, and to give roles.
import { deepStrictEqual, match } from "node:assert";
import { roleDefinitionId } from "../../../chain";
import { CREATE_RIGHTS, ROLE_RIGHTS } from "../../../diagnosis/preflight/checks/rights";
import { allows } from "../../../diagnosis/preflight/permissions";
import { IDENTITY, REGISTRY, RESOURCE_GROUP, ROLE_ASSIGNMENT, ROLE_DEFINITION } from "../../../rehearsal/cloud/resourceTypes";
import { Preflights, seen } from "../../support/preflight";
import { GROUP, LOCATION } from "../../support/restClients";

const CALLER = "33333333-3333-4333-8333-333333333333";
const RBAC_WRITE = "Microsoft.Authorization/roleAssignments/write";

describe("A preflight of rights", () => {
  let preflights: Preflights;
  let given = 0;
  before(async () => {
    preflights = await Preflights.start();
  });
  after(() => preflights.azure.close());
  beforeEach(() => preflights.azure.as({ clientId: CALLER, principalId: CALLER }));
  afterEach(() => {
    preflights.reset();
    const { manager } = preflights.azure.served.cloud;
    for (const { id, properties } of manager.list(ROLE_ASSIGNMENT)) if (properties.principalId === CALLER) manager.delete(id);
  });

  type RoleKey = Parameters<typeof roleDefinitionId>[0];
  const give = (role: RoleKey | { readonly id: string }, scope = preflights.root, more: Record<string, unknown> = {}) => {
    given += 1;
    const name = `00000000-0000-4000-8000-${String(given).padStart(12, "0")}`;
    const roleId = typeof role === "string" ? roleDefinitionId(role, preflights.root) : role.id;
    preflights.azure.served.cloud.manager.put(
      `${scope}/providers/${ROLE_ASSIGNMENT}/${name}`,
      { scope, principalId: CALLER, roleDefinitionId: roleId, ...more },
      "the test's own",
    );
  };
  const custom = (actions: readonly string[], notActions: readonly string[] = []) => {
    given += 1;
    const guid = `10000000-0000-4000-8000-${String(given).padStart(12, "0")}`;
    const id = `${preflights.root}/providers/${ROLE_DEFINITION}/${guid}`;
    preflights.azure.served.cloud.manager.put(
      id,
      {
        scope: preflights.root,
        roleName: `role ${given}`,
        permissions: [{ actions, notActions }],
        assignableScopes: [preflights.root],
      },
      "the test's own",
    );
    return { id };
  };
  const inGroup = () => `${preflights.root}/resourceGroups/${GROUP}`;

  describe("to create", () => {
    const identity = () => preflights.planned(IDENTITY, `/providers/${IDENTITY}/id`, { location: LOCATION });
    const elsewhere = (type: string, path: string) => ({
      ...preflights.planned(type, path),
      id: `${preflights.root}/resourceGroups/rg-new${path}`,
    });
    const run = (...args: Parameters<Preflights["plan"]>) => preflights.run(CREATE_RIGHTS, preflights.plan(...args));

    it("passes with Contributor at the subscription, for a group that is not there yet too", async () => {
      give("contributor");
      const group = elsewhere(RESOURCE_GROUP, "");
      deepStrictEqual(seen(await run([group, elsewhere(IDENTITY, `/providers/${IDENTITY}/id`)])), ["PASS 2 rights, all there"]);
    });

    it("passes with Contributor in the group alone, where the group is there", async () => {
      give("contributor", inGroup());
      deepStrictEqual(seen(await run([identity()])), ["PASS 1 rights, all there"]);
    });

    it("fails with Reader, names what is missing and where, and the command", async () => {
      give("reader");
      const [outcome] = await run([identity()]);
      deepStrictEqual(
        [outcome?.status, outcome?.seen, outcome?.fix],
        [
          "FAIL",
          `at ${inGroup()} you lack ${IDENTITY}/write`,
          `az role assignment create --assignee YOU --role Contributor --scope ${inGroup()}`,
        ],
      );
    });

    it("asks for what a build in the registry and a cluster's kubeconfig take", async () => {
      give("reader");
      const registry = preflights.planned(REGISTRY, `/providers/${REGISTRY}/cr`, { location: LOCATION });
      const cluster = preflights.cluster({ identity: { type: "UserAssigned", userAssignedIdentities: ["id"] } });
      const calls = ["azure-native:containerservice:listManagedClusterUserCredentials"];
      const [outcome] = await run([registry, cluster], { calls, builds: { registry: true, docker: false } });
      deepStrictEqual(outcome?.seen.split(" you lack ")[1]?.split(", "), [
        `${REGISTRY}/listBuildSourceUploadUrl/action`,
        `${REGISTRY}/scheduleRun/action`,
        `${REGISTRY}/write`,
        "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
        "Microsoft.ContainerService/managedClusters/write",
        `${IDENTITY}/assign/action`,
      ]);
    });

    it("is unknown where the caller may not even read its own rights, and names that right", async () => {
      const [outcome] = await run([identity()]);
      match(
        seen(outcome === undefined ? [] : [outcome])[0] ?? "",
        /^UNKNOWN what you may do at .*: 403: you lack the right Microsoft\.Authorization\/permissions\/read$/,
      );
    });
  });

  describe("to assign roles", () => {
    const assignment = () => preflights.planned(ROLE_ASSIGNMENT, `/providers/${ROLE_ASSIGNMENT}/${CALLER}`);
    const run = () => preflights.run(ROLE_RIGHTS, preflights.plan([assignment()]));

    it("passes with Owner", async () => {
      give("owner");
      deepStrictEqual(seen(await run()), [`PASS ${RBAC_WRITE} at ${inGroup()}`]);
    });

    it("fails with Contributor, which may do everything but that", async () => {
      give("contributor");
      const [outcome] = await run();
      deepStrictEqual([outcome?.status, outcome?.seen], ["FAIL", `at ${inGroup()} you lack ${RBAC_WRITE}`]);
      match(outcome?.fix ?? "", /--role "Role Based Access Control Administrator" --scope/);
    });

    it("passes where one role takes away what another gives", async () => {
      give("contributor");
      give(custom(["Microsoft.Authorization/roleAssignments/*"]));
      deepStrictEqual(seen(await run()), [`PASS ${RBAC_WRITE} at ${inGroup()}`]);
    });

    it("passes where it is given at the scope alone, which is there already", async () => {
      give("reader");
      const id = `${inGroup()}/providers/${IDENTITY}/id-there`;
      preflights.azure.served.cloud.manager.put(id, { location: LOCATION }, "the test's own");
      give("owner", id);
      const below = preflights.planned(ROLE_ASSIGNMENT, `/providers/${IDENTITY}/id-there/providers/${ROLE_ASSIGNMENT}/${CALLER}`);
      deepStrictEqual(seen(await preflights.run(ROLE_RIGHTS, preflights.plan([below]))), [`PASS ${RBAC_WRITE} at ${id}`]);
    });

    it("is unknown where it is given under a condition only", async () => {
      give("reader");
      give(custom([RBAC_WRITE]), preflights.root, { condition: "@Request[…] ForAnyOfAnyValues:GuidEquals {…}" });
      const [outcome] = await run();
      deepStrictEqual(
        [outcome?.status, outcome?.seen],
        ["UNKNOWN", `at ${inGroup()} you have ${RBAC_WRITE} under a condition, which this command does not evaluate`],
      );
    });

    it("passes where another role gives it without the condition", async () => {
      give(custom([RBAC_WRITE]), preflights.root, { condition: "@Request[…] ForAnyOfAnyValues:GuidEquals {…}" });
      give("owner");
      deepStrictEqual(seen(await run()), [`PASS ${RBAC_WRITE} at ${inGroup()}`]);
    });

    it("is unknown where conditions cannot be seen, and names the right that is missing", async () => {
      give(custom([RBAC_WRITE, "Microsoft.Authorization/permissions/read"]));
      match(
        seen(await run())[0] ?? "",
        /^UNKNOWN your role assignments at .*: 403: you lack the right Microsoft\.Authorization\/roleAssignments\/read$/,
      );
    });

    it("asks for the right to write roles where the stack has one of its own", async () => {
      give("contributor");
      const definition = preflights.planned(ROLE_DEFINITION, `/providers/${ROLE_DEFINITION}/${CALLER}`);
      deepStrictEqual(seen(await preflights.run(ROLE_RIGHTS, preflights.plan([definition]))), [
        `FAIL at ${inGroup()} you lack Microsoft.Authorization/roleDefinitions/write`,
      ]);
    });
  });

  it("reads wildcards anywhere, and what a role takes away from itself", () => {
    const role = { actions: ["Microsoft.KeyVault/*/read", "Microsoft.Storage/*"], notActions: ["*/delete"] };
    deepStrictEqual(
      [
        "Microsoft.KeyVault/vaults/read",
        "microsoft.storage/storageAccounts/WRITE",
        "Microsoft.Storage/storageAccounts/delete",
        "Microsoft.KeyVault/vaults/write",
      ].map((action) => allows([role], action)),
      [true, true, false, false],
    );
  });
});
