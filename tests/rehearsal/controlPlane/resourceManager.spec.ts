// The control plane itself, in Resource Manager's terms, with types made up for it.
import { strict as assert } from "node:assert";
import { AzureError } from "../../../rehearsal/cloud/azureError";
import { type PutRequest, ResourceManager } from "../../../rehearsal/cloud/resourceManager";

const GROUP = "/subscriptions/s/resourceGroups/rg";
const OUTER = `${GROUP}/providers/Test.Things/outers/one`;
const INNER = `${OUTER}/inners/two`;
const ON_OUTER = `${OUTER}/providers/Microsoft.Authorization/roleAssignments/three`;

describe("the emulated Resource Manager", () => {
  let seen: PutRequest[];
  let manager: ResourceManager;
  beforeEach(() => {
    seen = [];
    const note = (request: PutRequest) => {
      seen.push(request);
      return { added: request.name };
    };
    manager = new ResourceManager("tenant", "s", {
      "Microsoft.Resources/resourceGroups": () => ({}),
      "Test.Things/outers": note,
      "Test.Things/outers/inners": note,
      "Microsoft.Authorization/roleAssignments": () => ({}),
      "Test.Things/refused": () => {
        throw new AzureError(400, "BadRequest", "no");
      },
    });
    manager.put(GROUP, {}, "group");
  });

  it("keeps what it was given with what the type adds, and finds it in any case", () => {
    const put = manager.put(OUTER, { given: 1 }, "type::outer");
    assert.deepEqual(put, {
      id: OUTER,
      type: "Test.Things/outers",
      name: "one",
      properties: { given: 1, added: "one" },
      given: { given: 1 },
      declared: "type::outer",
    });
    assert.equal(manager.get(OUTER.toUpperCase()), put);
    assert.equal(manager.get(`${OUTER}2`), undefined);
  });

  it("takes a second put as a change of the same resource", () => {
    const first = manager.put(OUTER, { given: 1 }, "type::outer");
    manager.put(OUTER, { given: 2 }, "type::outer");
    assert.deepEqual(
      seen.map(({ existing }) => existing),
      [undefined, first],
    );
    assert.deepEqual(
      manager.list("Test.Things/outers").map(({ properties }) => properties.given),
      [2],
    );
  });

  it("refuses a resource whose parent or group is not there, naming the parent", () => {
    const noParent = `ParentResourceNotFound: Failed to perform 'write' on resource(s) of type 'outers/inners', because the parent resource '${OUTER}' could not be found.`;
    assert.throws(() => manager.put(INNER, {}, "inner"), { status: 404, code: "ParentResourceNotFound", message: noParent });
    const elsewhere = OUTER.replace("/rg/", "/other/");
    const noGroup = "ResourceGroupNotFound: Resource group 'other' could not be found.";
    assert.throws(() => manager.put(elsewhere, {}, "outer"), { status: 404, code: "ResourceGroupNotFound", message: noGroup });
  });

  it("takes a role assignment on what it does not hold: a scope is no parent", () => {
    assert.equal(manager.put(ON_OUTER, {}, "role").type, "Microsoft.Authorization/roleAssignments");
  });

  it("refuses a type that it does not know, and keeps nothing that a type refuses", () => {
    const unknown = `${GROUP}/providers/Test.Things/unknown/x`;
    const message = `NotEmulated: the rehearsal does not emulate Test.Things/unknown (${unknown})`;
    assert.throws(() => manager.put(unknown, {}, "x"), { status: 501, message });
    const refused = `${GROUP}/providers/Test.Things/refused/x`;
    assert.throws(() => manager.put(refused, {}, "x"), { code: "BadRequest" });
    assert.equal(manager.get(refused), undefined);
  });

  it("lists by type, and below a resource only what is its own", () => {
    const other = `${OUTER}-longer`;
    for (const id of [OUTER, other, INNER, `${other}/inners/three`]) manager.put(id, {}, id);
    assert.deepEqual(
      manager.list("Test.Things/outers").map(({ id }) => id),
      [OUTER, other],
    );
    assert.deepEqual(
      manager.childrenOf(OUTER.toUpperCase(), "Test.Things/outers/inners").map(({ id }) => id),
      [INNER],
    );
  });

  it("deletes a resource with everything below it, and nothing beside it", () => {
    const other = `${OUTER}-longer`;
    for (const id of [OUTER, other, INNER, ON_OUTER]) manager.put(id, {}, id);
    manager.delete(OUTER.toUpperCase());
    assert.deepEqual(
      [OUTER, INNER, ON_OUTER].map((id) => manager.get(id)),
      [undefined, undefined, undefined],
    );
    assert.equal(manager.get(other)?.name, "one-longer");
    manager.delete(GROUP);
    assert.equal(manager.get(other), undefined);
  });
});
