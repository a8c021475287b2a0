// The four systems that this project replaces, row by row: each ends as a file and a test, or as a decision with its reason.
import { deepStrictEqual } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ROOT } from "../support/program";
import { titlesIn } from "../support/testTitles";

/** How many rows of each kind there are; a kind's rows are numbered from 01. */
const ROWS: Readonly<Record<string, number>> = {
  ...{ "A-R": 23, "A-P": 1, "A-O": 5, "A-A": 15, "A-V": 12, "A-T": 3, "A-C": 4, "A-I": 2, "A-D": 11 },
  ...{ "B-R": 5, "B-A": 5, "B-V": 5, "B-L": 2, "B-C": 3, "B-I": 1, "B-D": 1 },
  ...{ "C-R": 7, "C-V": 4, "C-L": 4, "C-T": 1, "C-C": 2, "C-N": 4, "C-D": 2 },
  ...{ "D-R": 5, "D-V": 4, "D-L": 1, "D-C": 5, "D-D": 1 },
};
const ALL = Object.entries(ROWS).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, index) => `${kind}${String(index + 1).padStart(2, "0")}`),
);

/** Resources and roles, parameters, outputs, what the application does, steps of verification, and the newer lab: what runs has a test. */
const TESTED = /^.-[RPOAVN]/;

const sentence = z.string().regex(/\.$/, { error: "a sentence" });
const rowShape = z.strictObject({
  id: z.string(),
  title: z.string().min(1),
  status: z.enum(["here", "decision", "not repeated"]),
  where: z.array(z.string()).min(1),
  test: z.strictObject({ file: z.string(), title: z.string() }).optional(),
  decision: sentence.optional(),
});
type Row = z.infer<typeof rowShape>;

const rows: readonly Row[] = z
  .array(rowShape)
  .parse(JSON.parse(readFileSync(join(ROOT, "tests", "systems", "ledger.json"), "utf8")));

function sourceOf(file: string): string | undefined {
  return existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), "utf8") : undefined;
}

const ids = (wanted: (row: Row) => boolean) => rows.filter(wanted).map(({ id }) => id);

describe("the ledger of the four older systems", function () {
  this.timeout(60_000);

  it("has every row once, and no other", () => {
    deepStrictEqual(rows.map(({ id }) => id).sort(), [...ALL].sort());
  });

  it("names only files that are there", () => {
    const missing = rows.flatMap(({ id, where }) =>
      where.filter((file) => !existsSync(join(ROOT, file))).map((file) => `${id}: ${file}`),
    );
    deepStrictEqual(missing, []);
  });

  it("names a test for whatever runs", () => {
    deepStrictEqual(
      ids(({ id, status, test }) => status === "here" && TESTED.test(id) && test === undefined),
      [],
    );
  });

  it("names only tests that are there", () => {
    const named = rows.flatMap(({ id, test }) => (test === undefined ? [] : [{ id, ...test }]));
    const sources = new Map(named.map(({ file }) => [file, sourceOf(file)]));
    // Most titles stand as they are in the source; only those that are made in a loop need mocha, which loads all that a file imports.
    const unseen = named.filter(({ file, title }) => !sources.get(file)?.includes(`it(${JSON.stringify(title)}`));
    const titles = titlesIn([...new Set(unseen.map(({ file }) => file))].filter((file) => sources.get(file) !== undefined));
    const missing = unseen.filter(({ file, title }) => !titles.has(`${file}: ${title}`));
    deepStrictEqual(
      missing.map(({ id, file, title }) => `${id}: ${file}: ${title}`),
      [],
    );
  });

  it("gives a reason where something is done in another way, or not at all", () => {
    deepStrictEqual(
      ids(({ status, decision }) => status !== "here" && decision === undefined),
      [],
    );
  });
});
