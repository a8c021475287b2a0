// package.json promises Node.js 20; npm's scripts run a newer one, so that no other test would notice.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/program";

/** Of ECMAScript 2024 and later, which the compiler's library has for the tests and the application. */
const NEWER = /\b(Map\.groupBy|Object\.groupBy|Promise\.(withResolvers|try)|Array\.fromAsync|RegExp\.escape)[(<]/;
const FOLDERS = ["chain", "components", "config", "policy", "rehearsal", "diagnosis", "mutants", "cli"];

describe("The oldest Node.js that package.json promises", () => {
  it("has every function that the code calls", () => {
    const calls = FOLDERS.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
        .flatMap((name) => {
          const called = readFileSync(join(ROOT, folder, name), "utf8").match(NEWER);
          return called === null ? [] : [`${folder}/${name}: ${called[0]}`];
        }),
    );
    assert.deepEqual(calls, []);
  });
});
