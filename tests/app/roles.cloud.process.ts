import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CustomRoleLink, ROLE_LIST_ACTIONS, type RoleAssignmentLink, roleDefinitionId } from "../../chain";
import type { EmulatedRequest } from "../../rehearsal/network/handler";
import { ASSIGNMENT, BLOB_ASSIGNMENT, IDENTITY, KUBELET_IDENTITY, SUBSCRIPTION_ID } from "../support/emulation";
import { emulatedAzure, redLinks } from "./cloudPod";

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`;
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-web`;
/** Scoped to the resource group: whoever has it may not read definitions of the whole subscription. */
const LISTER: CustomRoleLink = {
  resource: "azure-native:authorization:RoleDefinition::lister",
  id: "99999999-9999-4999-8999-999999999999",
  name: "Lists roles of rg-web",
  actions: ROLE_LIST_ACTIONS,
  dataActions: [],
  assignableScopes: [GROUP],
};
const assigned = (digit: string, scope: string, roleId: string, principalId = IDENTITY.principalId): RoleAssignmentLink => ({
  resource: `azure-native:authorization:RoleAssignment::${digit}`,
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${digit.repeat(8)}-0000-4000-8000-000000000000`,
  scope,
  principalId,
  roleDefinitionId: roleId,
});
const LISTS = assigned("1", GROUP, `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${LISTER.id}`);
const ANOTHERS = assigned("2", GROUP, roleDefinitionId("owner", GROUP), KUBELET_IDENTITY.principalId);
const ENV = { ROLE_LIST_SCOPE: GROUP, ROLE_LIST_PRINCIPAL: IDENTITY.principalId };

const isManagement = ({ url }: EmulatedRequest) => url.hostname === "management.azure.com";
const listed = (name: string, { scope, id }: RoleAssignmentLink) => ({ name, scope, assignmentId: id });

describe("The list of the identity's roles, against the emulated Azure", () => {
  const azure = emulatedAzure();
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roles-"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    azure.cloud.state.customRoles = [LISTER];
    azure.cloud.state.roleAssignments = [LISTS, ANOTHERS, ASSIGNMENT];
  });

  it("has exactly its roles with their names, and the pod is ready once it was read", async () => {
    const filters = new Set<string | null>();
    azure.cloud.fault = ({ url }) => {
      if (url.pathname.endsWith("/roleAssignments")) filters.add(url.searchParams.get("$filter"));
      return undefined;
    };
    const { app } = await azure.start({ env: ENV });
    await app.rolesRead();
    const { ok: works, roles, links } = await app.status();
    deepStrictEqual(roles, {
      scope: GROUP,
      principal: IDENTITY.principalId,
      readAt: roles?.readAt ?? "",
      roles: [listed("Key Vault Secrets User", ASSIGNMENT), listed("Lists roles of rg-web", LISTS)],
    });
    deepStrictEqual([works, links.length, links.at(-1)?.name, links.at(-1)?.found], [true, 7, "roles", "2 roles"]);
    strictEqual((await app.get("/readyz")).status, 200);
    // Unlike `principalId eq`, this has also the roles of groups; there are none here.
    deepStrictEqual([...filters], [`assignedTo('${IDENTITY.principalId}')`]);
    const page = await app.text("/");
    ok(page.includes('scope="row">Key Vault Secrets User</th>') && page.includes(ASSIGNMENT.scope));
    ok(page.includes("Microsoft.KeyVault/vaults kv-web") && page.includes("resource group rg-web"));
    strictEqual(page.includes(">Owner<"), false);
  });

  /** A pod that reads the list by itself once: whatever is shown later, a reload asked for. `later` moves its clock. */
  async function startOnce(roles = "Key Vault Secrets User, Lists roles of rg-web") {
    const clockFile = join(folder, "clock");
    await writeFile(clockFile, "0");
    let offsetMs = 0;
    const later = async (ms: number) => {
      offsetMs += ms;
      await writeFile(clockFile, String(offsetMs));
    };
    const clock = { CLOCK_OFFSET_FILE: clockFile, NODE_OPTIONS: `--import ${pathToFileURL(join(__dirname, "clock.mts")).href}` };
    const { app, client } = await azure.start({ env: { ...ENV, ...clock, REFRESH_MS: "60000" } });
    const asked = (path: RegExp) =>
      azure.cloud.network.calls.filter((call) => call.client === client && path.test(call.path)).length;
    const lists = () => asked(/\/roleAssignments$/);
    const definitions = () => asked(/\/roleDefinitions\//);
    const names = async () => (await app.status()).roles?.roles.map(({ name }) => name);
    strictEqual((await app.rolesRead()).roles, roles);
    return { app, later, lists, definitions, names };
  }

  it("shows a role that was added while the application runs, and none that was taken away, on the next reload", async () => {
    const { app, later, names } = await startOnce();
    azure.cloud.state.roleAssignments = [LISTS, ANOTHERS, ASSIGNMENT, BLOB_ASSIGNMENT];
    await later(1001);
    deepStrictEqual(await names(), ["Key Vault Secrets User", "Lists roles of rg-web", "Storage Blob Data Reader"]);
    match(await app.text("/"), /scope="row">Storage Blob Data Reader</);
    azure.cloud.state.roleAssignments = [LISTS];
    await later(1001);
    const page = await app.text("/");
    deepStrictEqual([/>Lists roles of rg-web</.test(page), /Storage Blob Data Reader/.test(page)], [true, false]);
    deepStrictEqual(await names(), ["Lists roles of rg-web"]);
  });

  it("is read once for all who ask at the same time, and not again within a second", async () => {
    const { app, later, lists } = await startOnce();
    strictEqual(lists(), 1);
    await Promise.all(["/", "/api/status", "/", "/api/status"].map((path) => app.text(path)));
    strictEqual(lists(), 1);
    await later(1001);
    await Promise.all(["/", "/api/status", "/", "/api/status"].map((path) => app.text(path)));
    strictEqual(lists(), 2);
  });

  it("breaks its link when the role to read it is taken away, keeps the last list with its time, and recovers", async () => {
    const { app, later } = await startOnce();
    const { roles: before } = await app.status();
    azure.cloud.state.roleAssignments = [ASSIGNMENT];
    await later(1001);
    const { ok: works, roles, links } = await app.status();
    deepStrictEqual([works, roles], [false, before]);
    const { name, ok: linkWorks, code, found, help } = links.at(-1) ?? {};
    deepStrictEqual([name, linkWorks, code], ["roles", false, "AuthorizationFailed"]);
    match(
      found ?? "",
      /^The client '44444444-.+' does not have authorization to perform action 'Microsoft.Authorization\/roleAssignments\/read'/,
    );
    match(help ?? "", /^https:\/\/learn\.microsoft\.com\//);
    strictEqual((await app.get("/readyz")).status, 200);
    match(await app.text("/"), /✗ Broken at roles: AuthorizationFailed/);
    azure.cloud.state.roleAssignments = [LISTS];
    await app.rolesRead(app.lines.length);
    strictEqual((await app.status()).ok, true);
  });

  it("never becomes ready without the right to read it", async () => {
    azure.cloud.state.roleAssignments = [ASSIGNMENT];
    const { app } = await azure.start({ env: ENV });
    await app.refused("AuthorizationFailed");
    await app.secretRead();
    deepStrictEqual(redLinks(await app.status()), ["roles: AuthorizationFailed"]);
    const ready = await app.get("/readyz");
    deepStrictEqual([ready.status, await ready.text()], [503, "the roles have not been read yet\n"]);
  });

  it("shows the id of a role whose definition is gone, and its name once it is there", async () => {
    azure.cloud.state.roleAssignments = [{ ...LISTS, roleDefinitionId: roleDefinitionId("reader", GROUP) }, LISTS];
    azure.cloud.state.customRoles = [];
    const { later, names, definitions } = await startOnce(`${LISTER.id}, Reader`);
    strictEqual(definitions(), 2);
    for (let count = 0; count < 3; count += 1) {
      await later(1001);
      deepStrictEqual(await names(), [LISTER.id, "Reader"]);
    }
    // Who reloads the page makes nobody ask for the same again each time.
    strictEqual(definitions(), 2);
    azure.cloud.state.customRoles = [LISTER];
    await later(2000);
    deepStrictEqual(await names(), ["Lists roles of rg-web", "Reader"]);
    strictEqual(definitions(), 3);
  });

  it("shows the new name of a role that was renamed, after a minute", async () => {
    const { later, names, definitions } = await startOnce();
    azure.cloud.state.customRoles = [{ ...LISTER, name: "Reads roles of rg-web" }];
    await later(50_000);
    deepStrictEqual(await names(), ["Key Vault Secrets User", "Lists roles of rg-web"]);
    strictEqual(definitions(), 2);
    await later(10_001);
    deepStrictEqual(await names(), ["Key Vault Secrets User", "Reads roles of rg-web"]);
  });

  it("has the roles of the identity's groups, which the filter lets through, and nobody else's", async () => {
    const row = ({ id, scope, roleDefinitionId }: RoleAssignmentLink, principalId: string, principalType: string) => ({
      id,
      properties: { scope, roleDefinitionId, principalId, principalType },
    });
    const group = "77777777-7777-4777-8777-777777777777";
    const value = [row(LISTS, group, "Group"), row(ANOTHERS, KUBELET_IDENTITY.principalId, "ServicePrincipal")];
    azure.cloud.fault = ({ url }) => (url.pathname.endsWith("/roleAssignments") ? { status: 200, body: { value } } : undefined);
    const { app } = await azure.start({ env: ENV });
    strictEqual((await app.rolesRead()).roles, "Lists roles of rg-web");
  });

  it("waits as long as Resource Manager asks, also on reloads", async () => {
    azure.answer(isManagement, [{ status: 429, headers: { "retry-after": "1" }, body: { error: { code: "x", message: "y" } } }]);
    const { app, client } = await azure.start({ env: ENV });
    const line = await app.refused("Throttled");
    deepStrictEqual([line.link, line.nextTryInMs], ["roles", 1000]);
    await app.status();
    const asked = azure.cloud.network.calls.filter((call) => call.client === client && call.host === "management.azure.com");
    strictEqual(asked.length, 1);
    await app.rolesRead();
  });
});
