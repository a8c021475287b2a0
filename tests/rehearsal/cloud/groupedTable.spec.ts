import { strict as assert } from "node:assert";
import { GroupedTable } from "../../../rehearsal/cloud/groupedTable";

describe("a grouped table", () => {
  const table = () => {
    const made = new GroupedTable<{ kind: string; at: number }>(({ kind }) => kind);
    return made.set("a", { kind: "x", at: 1 }).set("b", { kind: "y", at: 2 }).set("c", { kind: "x", at: 3 });
  };
  const at = (values: readonly { at: number }[]) => values.map((value) => value.at);

  it("has what belongs together in the order in which it came, with its newest values", () => {
    const made = table().set("a", { kind: "x", at: 4 });
    assert.deepEqual(at(made.group("x")), [4, 3]);
    assert.deepEqual(at(made.group("none")), []);
  });

  it("forgets what is deleted", () => {
    const made = table();
    assert.deepEqual([made.delete("a"), made.delete("a")], [true, false]);
    assert.deepEqual([at(made.group("x")), made.size], [[3], 2]);
  });

  it("is put back with its groups", () => {
    const made = table();
    const before = made.snapshot();
    made.delete("c");
    made.set("d", { kind: "x", at: 9 });
    made.restore(before);
    assert.deepEqual([at(made.group("x")), at(made.group("y"))], [[1, 3], [2]]);
  });
});
