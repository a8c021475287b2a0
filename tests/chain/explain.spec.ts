import { deepStrictEqual } from "node:assert";
import { CODES, ENTRY_IDS, entryOf, isEntryId, likelyMistakes, ONLY_IN_AZURE, Recogniser, RULES, recognise } from "../../chain";
import { LOOK_ALIKES, REAL_TEXTS } from "./explainTexts";

describe("errors in a text", () => {
  for (const { what, text, codes, presented, first } of REAL_TEXTS) {
    it(`are recognised with what was presented: ${what}`, () => {
      const { errors } = recognise(text);
      deepStrictEqual(
        errors.map(({ code }) => code),
        codes,
      );
      const [error] = errors;
      if (presented !== undefined) deepStrictEqual(error?.presented, presented);
      if (first !== undefined && error !== undefined) deepStrictEqual(likelyMistakes(error.code, error.presented)[0], first);
    });
  }

  for (const [what, text] of LOOK_ALIKES) it(`are not seen in ${what}`, () => deepStrictEqual(recognise(text).errors, []));

  it("name the numbers of Entra ID that the table does not have", () => {
    deepStrictEqual(recognise("AADSTS50126: wrong\nAADSTS700211: issuer 'x'\nAADSTS50126: wrong").unknown, ["AADSTS50126"]);
  });

  it("are each told once, with the number of lines that name them and the first", () => {
    const line =
      "AADSTS70025: The client '11111111-1111-4111-8111-111111111111'(id-web) has no configured federated identity credentials.";
    const { errors } = recognise(["start", line, ...Array(40).fill("working"), line, "end"].join("\n"));
    deepStrictEqual(
      errors.map(({ code, lines, firstLine, presented }) => [code, lines, firstLine, presented.clientId]),
      [["AADSTS70025", 2, 2, "11111111-1111-4111-8111-111111111111"]],
    );
  });

  it("take no value from a message that stands further below", () => {
    const { errors } = recognise(
      ["ForbiddenByRbac", ...Array(13).fill("working"), "Caller: appid=11111111-1111-4111-8111-111111111111"].join("\n"),
    );
    deepStrictEqual(
      errors.map(({ presented }) => presented),
      [{}],
    );
  });

  it("leave out values that somebody has blacked out", () => {
    const { errors } = recognise("PrincipalNotFound: AADSTS700211: presented assertion issuer 'XXXXXXX'");
    deepStrictEqual(errors.find(({ code }) => code === "AADSTS700211")?.presented, {});
  });

  it("are kept up to 200, and those after them counted", () => {
    const recogniser = new Recogniser();
    for (let number = 0; number < 205; number += 1)
      recogniser.read(`AADSTS700213: presented assertion subject 'system:serviceaccount:web:n${number}'`);
    const { errors, leftOut } = recogniser.finish();
    deepStrictEqual([errors.length, leftOut], [200, 5]);
  });

  it("are the code itself where a text is nothing else", () => {
    deepStrictEqual(
      Object.keys(CODES).filter((code) => code !== "Unexplained" && recognise(` ${code}\n`).errors[0]?.code !== code),
      [],
    );
  });
});

describe("the catalogue", () => {
  it("has its entries that only explain among WI100 to WI189, and no rule there", () => {
    const explained = (id: string) => /^WI1[0-8]\d$/.test(id);
    deepStrictEqual([Object.keys(ONLY_IN_AZURE).filter((id) => !explained(id)), Object.keys(RULES).filter(explained)], [[], []]);
  });

  it("says a cause in one sentence and a source for each entry, and nothing twice", () => {
    const entries = ENTRY_IDS.map(entryOf);
    deepStrictEqual(
      entries.filter(
        ({ cause, source, fix }) => !/^\S.*\.$/.test(cause) || !/^\S.*\.$/.test(fix) || new URL(source).protocol !== "https:",
      ),
      [],
    );
    const texts = entries.flatMap(({ title, cause }) => [title, cause]);
    deepStrictEqual(
      texts.filter((text, index) => texts.indexOf(text) !== index),
      [],
    );
  });

  it("leads from each entry's code to the entry", () => {
    const lost = ENTRY_IDS.filter(
      (id) => id !== "WI113" && entryOf(id).code !== "Unexplained" && !likelyMistakes(entryOf(id).code).includes(id),
    );
    deepStrictEqual(lost, []);
  });

  it("has a mistake for each code that Azure, Entra ID or a pod can show", () => {
    deepStrictEqual(
      Object.keys(CODES).filter((code) => isCodeWithout(code)),
      [],
    );
  });

  it("knows its ids and nothing that every object has", () => {
    deepStrictEqual(
      [isEntryId("WI001"), isEntryId("WI170"), isEntryId("WI998"), isEntryId("toString")],
      [true, true, false, false],
    );
  });
});

function isCodeWithout(code: string): boolean {
  const [error] = recognise(code).errors;
  return error !== undefined && likelyMistakes(error.code).length === 0;
}
