// The words of a Dockerfile's line, and those of a shell's line that needs no shell.
import { strict as assert } from "node:assert";
import { commandsOf, textOf, words } from "../../../rehearsal/build/words";

const VALUES: Readonly<Record<string, string>> = { A: "one", SPACED: "two words", EMPTY: "" };
const lookup = (name: string) => (Object.hasOwn(VALUES, name) ? VALUES[name] : undefined);

describe("the words of a Dockerfile's line", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["a  b\tc", ["a", "b", "c"]],
    [`"a b" 'c d'`, ["a b", "c d"]],
    ["a\\ b c", ["a b", "c"]],
    [`"" ''`, ["", ""]],
    [`$A \${A}x \\$A`, ["one", "onex", "$A"]],
    [`"$A" '$A' "\\$A"`, ["one", "$A", "$A"]],
    ["$SPACED", ["two words"]],
    [`\${NONE:-x y} \${A:-x} \${EMPTY:-x} \${EMPTY-x}`, ["x y", "one", "x", ""]],
    [`\${A:+$SPACED} \${NONE:+x} \${EMPTY+x}`, ["two words", "", "x"]],
    [`$NONE \${NONE}`, ["", ""]],
    ["$ $1 a$", ["$", "$1", "a$"]],
  ];
  for (const [line, expected] of cases) it(JSON.stringify(line), () => assert.deepEqual(words(line, lookup), expected));

  it("keep their spaces where the line is one text", () => {
    assert.equal(textOf("a  'b  c' $SPACED", lookup), "a  b  c two words");
  });

  it("take another escape character", () => assert.deepEqual(words("C:\\x a` b", lookup, "`"), ["C:\\x", "a b"]));

  it("fail without the end of a quote", () => {
    assert.throws(() => words("'a", lookup), /^Error: unexpected end of statement while looking for matching single-quote$/);
    assert.throws(() => words('"a', lookup), /^Error: unexpected end of statement while looking for matching double-quote$/);
  });

  it("fail for a variable that must be set", () =>
    assert.throws(() => words(`\${NONE:?give it}`, lookup), /^Error: NONE: give it$/));
});

describe("a shell's line that needs no shell", () => {
  it("is commands with && between them", () => {
    assert.deepEqual(commandsOf(`npm ci && node "a b.js" $A`, lookup), [
      ["npm", "ci"],
      ["node", "a b.js", "one"],
    ]);
    assert.deepEqual(commandsOf("a&&b", lookup), [["a"], ["b"]]);
  });

  for (const line of [
    ...[
      "a | b",
      "a ; b",
      "a & b",
      "a || b",
      "a > b",
      "a < b",
      "a `b`",
      "a $(b)",
      '"$(b)"',
      '"`b`"',
      "(a)",
      "a *.js",
      "a ?",
      "a [b]",
      "a {b,c}",
    ],
    ...["~/a", "a # b", "! a", "a\nb", "a $SPACED", "a $EMPTY", "a $NONE", "a $1", "&& a", "a &&", ""],
  ])
    it(`is not ${JSON.stringify(line)}`, () => assert.equal(commandsOf(line, lookup), undefined));

  it("may have what a shell would act on in quotes", () => {
    assert.deepEqual(commandsOf(`a 'b | c' "d; *"`, lookup), [["a", "b | c", "d; *"]]);
  });
});
