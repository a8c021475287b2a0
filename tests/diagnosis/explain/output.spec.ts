import { deepStrictEqual, throws } from "node:assert";
import { explainArguments } from "../../../cli/explainArguments";
import { explanationsDocument } from "../../../cli/explainOutput";
import { explain } from "../../../diagnosis/explain/explain";
import { redacted, shown } from "../../../diagnosis/redact";
import { UsageError } from "../../../rehearsal/usageError";

const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";

describe("what is shown of a text", () => {
  for (const [what, text, expected] of [
    ["a token", `assertion ${JWT} refused`, "assertion [token] refused"],
    ["a header", "Authorization: Bearer abcdefghijkl", "Authorization: Bearer [secret]"],
    ["a client secret of a form", "grant_type=x&client_secret=abc~123&scope=y", "grant_type=x&client_secret=[secret]&scope=y"],
    ["a client secret in JSON", `{"clientSecret": "abc~123", "a": 1}`, `{"clientSecret": "[secret]", "a": 1}`],
    ["a signature of a shared access", "https://x/?sv=2024&sig=V2UW%3D&se=1", "https://x/?sv=2024&sig=[secret]&se=1"],
    ["a connection string", "AccountName=x;AccountKey=abc==;End", "AccountName=x;AccountKey=[secret];End"],
    ["ordinary words", "the design=good and no secret: here", "the design=good and no secret: here"],
  ] as const) {
    it(`keeps secrets out: ${what}`, () => deepStrictEqual(redacted(text), expected));
  }

  it("moves no cursor and ends no line", () => deepStrictEqual(shown("a\u001b[2Jb\nc"), "ab c"));

  it("has no token in its document, even where the text presents one", async () => {
    const found = await explain({ text: `AADSTS700016: Application with identifier '${JWT}' was not found` }, undefined);
    deepStrictEqual(JSON.stringify(explanationsDocument(found)).includes("eyJ"), false);
  });
});

describe("the arguments of npm run explain", () => {
  for (const [what, args, terminal, source] of [
    ["a text", ["AADSTS700213: no"], true, { text: "AADSTS700213: no" }],
    ["a text whose quotes were forgotten", ["AADSTS700213:", "no", "match"], true, { text: "AADSTS700213: no match" }],
    ["a file that is there", ["package.json"], true, { file: "package.json" }],
    ["a name that is not there", ["up.log"], true, { file: "up.log" }],
    ["standard input by its dash", ["-"], true, { file: "-" }],
    ["standard input without an argument", [], false, { file: "-" }],
    ["nothing at all", [], true, undefined],
  ] as const) {
    it(`take ${what}`, () => deepStrictEqual(explainArguments(args, terminal).source, source));
  }

  for (const [what, args] of [
    ["an option that there is not", ["x", "--stak", "dev"]],
    ["an option without its value", ["x", "--stack"]],
    ["an option with an empty value", ["x", "--stack="]],
    ["two files", ["package.json", "README.md"]],
    ["two files that are not there", ["a.log", "b.log"]],
  ] as const) {
    it(`refuse ${what}`, () => throws(() => explainArguments(args, true), UsageError));
  }
});
