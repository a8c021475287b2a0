import { deepStrictEqual } from "node:assert";
import { ALL_KEYS, NESTED } from "../../config/keys";
import { keyTables } from "../engine/keyTables";

/** Objects with fields of their own; the others are maps, whose second part is a key of the user's. */
const OBJECTS = ["names", "storage", "existingCluster"];
/** Not this project's, and a stack must have it. */
const OTHERS = ["azure-native:location"];

const keys = keyTables().flatMap(({ rows }) => rows.map(({ key }) => key));
const firstPart = (key: string) => (key.includes(":") ? key : (key.split(".")[0] ?? ""));

describe("docs/lifecycle.md", () => {
  it("says of every config key what changing it does; what it says is tried on the engine", () => {
    deepStrictEqual(
      ALL_KEYS.filter((key) => !keys.some((row) => firstPart(row) === key)),
      [],
    );
    deepStrictEqual(
      ["names", "storage"].flatMap((object) => (NESTED[object] ?? []).filter((field) => !keys.includes(`${object}.${field}`))),
      [],
    );
  });

  it("names no key, and no field of one, that there is not", () => {
    const known = (key: string) => {
      if (OTHERS.includes(key)) return true;
      const [first = "", second, third] = key.split(".");
      const field = OBJECTS.includes(first) ? second : third;
      return ALL_KEYS.some((each) => each === first) && (field === undefined || (NESTED[first] ?? []).includes(field));
    };
    deepStrictEqual(
      keys.filter((key) => !known(key)),
      [],
    );
  });
});
