// docs/rehearsal.md makes claims: each must name a test that exists, and its lists must be those of the code.
import { deepStrictEqual, ok } from "node:assert";
import { dirname, join, normalize } from "node:path";
import { rehearsalVariables } from "../../rehearsal/cluster/environment";
import { rehearseHere } from "../support/rehearsal";
import { titlesIn } from "../support/testTitles";
import { read, tableRows } from "./markdown";

const FILE = "docs/rehearsal.md";
const text = read(FILE);

interface Claim {
  readonly section: string;
  readonly file: string;
  readonly title: string;
}

function sections(): { readonly name: string; readonly body: string }[] {
  return ["Rehearsing another program", "What each endpoint checks"]
    .flatMap((name) => (new RegExp(`^## ${name}\\n(.*?)^## `, "ms").exec(text)?.[1] ?? "").split(/^### /m).slice(1))
    .map((part) => ({ name: part.slice(0, part.indexOf("\n")), body: part.slice(part.indexOf("\n")) }));
}

function claims(): Claim[] {
  return sections().flatMap(({ name, body }) =>
    tableRows(body).map(([, shownBy = ""]) => {
      const { target = "", title = "" } = /^\[[^\]]+\]\((?<target>[^)]+)\): (?<title>.+)$/.exec(shownBy)?.groups ?? {};
      return { section: name, file: normalize(join(dirname(FILE), target)), title };
    }),
  );
}

describe("docs/rehearsal.md", function () {
  this.timeout(60_000);

  it("names a test that exists for each of its claims", () => {
    const made = claims();
    ok(made.length > 0);
    const titles = titlesIn([...new Set(made.map(({ file }) => file))]);
    deepStrictEqual(
      made.filter(({ file, title }) => !titles.has(`${file}: ${title}`)),
      [],
    );
  });

  it("says of each endpoint what is checked and what is not", () => {
    const incomplete = sections().filter(({ body }) => tableRows(body).length === 0 || !body.includes("\nNot checked: "));
    deepStrictEqual(
      incomplete.map(({ name }) => name),
      [],
    );
  });

  it("lists exactly the variables that the rehearsal adds", () => {
    const table = /<!-- checked: environment .*?-->(.*?)<!-- end of checked/s.exec(text)?.[1] ?? "";
    const listed = tableRows(table).map(([name = ""]) => name.replaceAll("`", ""));
    deepStrictEqual(listed, Object.keys(rehearsalVariables("", "")));
  });

  it("describes exactly the fields of the JSON document", async () => {
    const table = /^## The JSON document\n(.*?)^## /ms.exec(text)?.[1] ?? "";
    const rehearsal = await rehearseHere();
    await rehearsal.close();
    deepStrictEqual(
      tableRows(table).map(([field = ""]) => field.replaceAll("`", "")),
      Object.keys(rehearsal.report),
    );
  });
});
