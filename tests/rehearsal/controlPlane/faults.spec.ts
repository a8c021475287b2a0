// Failures that a test asks for.
import { strict as assert } from "node:assert";
import { AzureError } from "../../../rehearsal/cloud/azureError";
import { type Fault, type Faults, faults } from "../../../rehearsal/cloud/rules/faults";
import { GROUP, GROUP_ID, TYPES } from "./azureFront";
import { ClockedAzure } from "./rules";

const VAULT = `${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-web`;
const SECRET = `${VAULT}/secrets/greeting`;
const INTERNAL = {
  status: 500,
  message: "InternalServerError: The server encountered an internal error and was unable to complete your request.",
};

describe("a fault rule", () => {
  let azure: ClockedAzure;
  let rule: Faults;
  function start(...given: Fault[]): void {
    azure = ClockedAzure.make();
    rule = faults(given);
    azure.cloud.operations.add(rule);
  }
  async function outcomes(count: number, call: () => Promise<unknown>): Promise<string> {
    let text = "";
    for (let index = 0; index < count; index += 1)
      text += await call().then(
        () => ".",
        () => "x",
      );
    return text;
  }

  it("fails what changes a type, and neither looks nor other types", async () => {
    start({ type: "microsoft.keyvault/vaults" });
    for (const verb of ["create", "update", "delete"] as const) await assert.rejects(azure.call(verb, VAULT), INTERNAL);
    await azure.call("read", VAULT);
    await azure.call("create", SECRET);
  });

  it("fails the nth call of its verb only", async () => {
    start({ type: "Microsoft.KeyVault/*", verb: "create", nth: 2 });
    assert.equal(await outcomes(4, () => azure.call("create", SECRET)), ".x..");
    assert.equal(await outcomes(2, () => azure.call("delete", SECRET)), "..");
  });

  it("fails a share of the calls, the same ones in every run, others under another seed", async () => {
    const run = async (seed: string) => {
      start({ type: "*", rate: 0.3, seed });
      return outcomes(40, () => azure.call("create", VAULT));
    };
    const first = await run("a");
    assert.equal(first, ".x...x.xx..xxx.x.x.x.x.xx.xxx..xx.....x.");
    assert.equal(await run("a"), first);
    assert.notEqual(await run("b"), first);
    start({ type: "*", rate: 0 }, { type: "*", rate: 1, verb: "read" });
    assert.equal(await outcomes(3, () => azure.call("create", VAULT)), "...");
    assert.equal(await outcomes(3, () => azure.call("read", VAULT)), "xxx");
  });

  it("may mean one id", async () => {
    start({ type: "*", id: "*/vaults/kv-w*" });
    await assert.rejects(azure.call("create", VAULT), INTERNAL);
    await azure.call("create", VAULT.replace("kv-web", "kv-other"));
  });

  it("throws what it was given, before anything is done", async () => {
    start({ type: "Microsoft.Resources/resourceGroups", error: new AzureError(409, "Conflict", "not now") });
    await assert.rejects(azure.register(TYPES.group, GROUP), { status: 409, message: "Conflict: not now" });
    assert.deepEqual(azure.cloud.manager.all(), []);
  });

  it("may lose the answer: it is done, and nobody is told", async () => {
    start({ type: "Microsoft.Resources/resourceGroups", when: "after", nth: 1 });
    await assert.rejects(azure.register(TYPES.group, GROUP), INTERNAL);
    assert.deepEqual(
      azure.cloud.manager.all().map(({ id }) => id),
      [GROUP_ID],
    );
    await assert.rejects(azure.register(TYPES.group, GROUP), { code: "AlreadyExists" });
  });

  it("lists what has failed, and ends when it is taken away", async () => {
    azure = ClockedAzure.make();
    rule = faults([{ type: "kubernetes:*", nth: 1 }]);
    const remove = azure.cloud.operations.add(rule);
    await assert.rejects(azure.call("create", "web", { type: "kubernetes:core/v1:Namespace" }), INTERNAL);
    assert.deepEqual(
      rule.failed.map(({ verb, type, id }) => [verb, type, id]),
      [["create", "kubernetes:core/v1:Namespace", "web"]],
    );
    remove();
    await azure.call("create", "web", { type: "kubernetes:core/v1:Namespace" });
  });
});
