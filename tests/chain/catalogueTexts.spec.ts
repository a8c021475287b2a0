// The catalogue's texts stand once: whoever reports a mistake names the rule and takes its text from there.
import { deepStrictEqual } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ENTRY_IDS, entryOf } from "../../chain";

const ROOT = join(__dirname, "..", "..");
const FOLDERS = ["app/src", "chain", "cli", "components", "config", "diagnosis", "mutants", "policy", "rehearsal"];
const TABLES = /^chain\/(rules|codes)\//;

/** Sources outside the tables of rules and codes, with their texts. */
function sources(): readonly (readonly [file: string, text: string])[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
      .filter((file) => !TABLES.test(file))
      .map((file) => [file, readFileSync(join(ROOT, file), "utf8")] as const),
  );
}

describe("the texts of the catalogue", () => {
  it("stand in its tables and in no other source", () => {
    // Without the first letter, which is small where a title follows a colon.
    const texts = ENTRY_IDS.map(entryOf).flatMap(({ id, title, cause, fix }) =>
      [title, cause, fix].map((text) => [id, text.slice(1)] as const),
    );
    const repeated = sources().flatMap(([file, source]) =>
      texts.filter(([, text]) => source.includes(text)).map(([id]) => `${file}: ${id}`),
    );
    deepStrictEqual(repeated, []);
  });
});
