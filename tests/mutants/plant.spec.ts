// A mistake that is not really planted would look like one that nobody notices, or like one that is caught by chance.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MISTAKES, mistakeOf } from "../../mutants/mistakes";
import { edit, edited } from "../../mutants/plant";
import { ROOT } from "../../mutants/programCopy";
import { PROGRAMS } from "../../mutants/programs";
import { STAGES } from "../../mutants/verdict";
import { findBreak } from "../../rehearsal/breaks";

describe("a planted mistake", () => {
  it("changes the one place that it names", () =>
    assert.equal(edited('a: "x",\nb: "y",', edit('b: "y"', 'b: "$&"')), 'a: "x",\nb: "$&",'));

  it("is an error where the text is not there", () =>
    assert.throws(() => edited("issuer,", edit("subject,", "")), /index\.ts holds "subject," 0 times, not once/));

  it("is an error where the text is there twice", () =>
    assert.throws(() => edited("true, true", edit("true", "false", "service.ts")), /service\.ts holds "true" 2 times, not once/));

  it("is an error where nothing is looked for, or nothing would change", () => {
    assert.throws(() => edited("text", edit("", "more")), /0 times|not once/);
    assert.throws(() => edited("text", edit("text", "text")), /replaced by itself/);
  });
});

describe("the programs with mistakes", () => {
  for (const { name, folder, own, plants } of PROGRAMS) {
    it(`${name}: each mistake is planted once, and its text is in the program`, () => {
      assert.deepEqual(
        plants.map(({ mistake }) => mistake).filter((id, index, all) => all.indexOf(id) !== index),
        [],
      );
      for (const { mistake, edits, breakage } of plants) {
        const { title } = mistakeOf(mistake);
        assert.equal(edits.length > 0, breakage === undefined, `${name}: ${title} is made in the source or in the registration`);
        if (breakage !== undefined) assert.equal(findBreak(breakage).name, mistake);
        const texts = new Map<string, string>();
        for (const each of edits) {
          const file = join(ROOT, folder, each.file ?? "index.ts");
          texts.set(file, edited(texts.get(file) ?? readFileSync(file, "utf8"), each));
        }
        assert.ok(own || edits.length > 0, `${name}: only this project's own program is changed in what it registers`);
      }
    });
  }

  it("have the same compiler options, as Pulumi's template has them", () => {
    const options = PROGRAMS.filter(({ own }) => !own).map(({ folder, start }) =>
      readFileSync(join(ROOT, folder, start, "tsconfig.json"), "utf8"),
    );
    assert.equal(new Set(options).size, 1);
  });

  it("hold each mistake of the table somewhere, but one that no program makes", () => {
    const planted = new Set(PROGRAMS.flatMap(({ plants }) => plants.map(({ mistake }) => mistake)));
    assert.deepEqual(
      MISTAKES.map(({ id }) => id).filter((id) => !planted.has(id)),
      ["service-principal-deleted"],
    );
  });

  it("are all in docs/mutants.md, which tells how often each is planted", () => {
    const page = readFileSync(join(ROOT, "docs", "mutants.md"), "utf8");
    // The last cells of a row are how often each stage was first.
    const rows = page.split("\n").flatMap((line) => {
      const cells = line.split("|").map((cell) => cell.trim());
      const [, id] = /^`([\w-]+)`$/.exec(cells[1] ?? "") ?? [];
      const caught = cells.slice(-1 - STAGES.length, -1).reduce((sum, cell) => sum + Number(cell), 0);
      return id === undefined || Number.isNaN(caught) ? [] : [[id, caught] as const];
    });
    const plants = PROGRAMS.flatMap((program) => program.plants);
    const expected = [
      ...PROGRAMS.map(({ name, plants: own }) => [name, own.length]),
      ...[...Map.groupBy(plants, ({ mistake }) => mistake)].map(([mistake, all]) => [mistake, all.length]),
    ];
    assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(expected));
  });
});
