import { deepStrictEqual } from "node:assert";
import { entryOf, isEntryId } from "../../chain";
import { THREADS } from "../../cli/docs/threads";
import { read } from "./markdown";

const ROWS = Object.values(THREADS).flat();

describe("docs/rules.md", () => {
  it("has a row for each kind of thread that was read, in each section", () => {
    deepStrictEqual(Object.fromEntries(Object.entries(THREADS).map(([section, rows]) => [section, rows.length])), {
      "The exchange of the pod's token": 14,
      "In Kubernetes": 11,
      "In Azure's control plane": 20,
      "On the way to the cluster": 4,
    });
  });

  it("names for each row entries that there are, or says why none", () => {
    deepStrictEqual(
      ROWS.filter(({ entries, note }) => !entries.every(isEntryId) || (entries.length === 0 && note === undefined)).map(
        ({ seen }) => seen,
      ),
      [],
    );
  });

  it("names a thread for each row, and no row twice", () => {
    const seen = ROWS.map((row) => row.seen);
    deepStrictEqual(
      [ROWS.filter(({ threads }) => threads.length === 0), seen.filter((text, index) => seen.indexOf(text) !== index)],
      [[], []],
    );
  });

  it("shows each entry that a row names, with its title", () => {
    const text = read("docs/rules.md");
    const missing = ROWS.flatMap(({ entries }) => entries).filter(
      (id) => !text.includes(`| ${id} | ${entryOf(id).title.split("<")[0]}`),
    );
    deepStrictEqual(missing, []);
  });
});
