import { ok, strictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import { explain } from "../../app/src/names";
import { CODES } from "../../chain";
import { APP_CODES_FILE, appCodes } from "../../cli/appCodes";

describe("What the application knows of the chain", () => {
  it("is what chain/ says (if not: node --require tsx/cjs cli/appCodes.ts)", () => {
    strictEqual(readFileSync(APP_CODES_FILE, "utf8"), appCodes());
  });

  it("explains a known code as chain/ does", () => strictEqual(explain("AADSTS700213").fix, CODES.AADSTS700213.fix));

  it("sends a number of Entra ID that it does not know to Microsoft's page of that number", () => {
    strictEqual(explain("AADSTS50199").help, "https://login.microsoftonline.com/error?code=50199");
  });

  it("explains anything else as unexplained, names of Object included", () => {
    for (const code of ["ForbiddenByFirewall", "constructor", "__proto__", ""]) {
      strictEqual(explain(code).meaning, CODES.Unexplained.meaning);
      ok(explain(code).help.startsWith("https://"));
    }
  });
});
