import { deepStrictEqual, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimsOf, readTokenFile } from "../../app/src/token";
import { ISSUER, SUBJECT, unsignedToken } from "./fixtures";

describe("The pod's token file", () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "token-"));
    file = join(folder, "azure-identity-token");
  });
  after(() => rmSync(folder, { recursive: true }));

  const claims = { iss: ISSUER, sub: SUBJECT, aud: ["api://AzureADTokenExchange"], exp: 1_800_000_000 };
  const expected = { issuer: ISSUER, subject: SUBJECT, audience: "api://AzureADTokenExchange", expiresAt: 1_800_000_000_000 };

  it("gives the four claims that are not secret, and nothing else of the token", () => {
    writeFileSync(file, `${unsignedToken({ ...claims, jti: "private", "kubernetes.io": {} })}\n`);
    deepStrictEqual(readTokenFile(file), { claims: expected });
  });

  it("is read again at every call", () => {
    writeFileSync(file, unsignedToken(claims));
    readTokenFile(file);
    writeFileSync(file, unsignedToken({ ...claims, sub: "system:serviceaccount:web:other" }));
    deepStrictEqual(readTokenFile(file), { claims: { ...expected, subject: "system:serviceaccount:web:other" } });
  });

  it("may hold one audience or several", () => {
    strictEqual(claimsOf(unsignedToken({ aud: "one" }))?.audience, "one");
    strictEqual(claimsOf(unsignedToken({ aud: ["one", "two"] }))?.audience, "one, two");
  });

  it("is a fault of the pod if it is missing or empty", () => {
    deepStrictEqual(readTokenFile(join(folder, "none")), {
      problem: `${join(folder, "none")} cannot be read (ENOENT)`,
      unreadable: true,
    });
    writeFileSync(file, "\n");
    deepStrictEqual(readTokenFile(file), { problem: `${file} is empty`, unreadable: true });
  });

  for (const [what, token] of [
    ["text", "not a token"],
    ["two parts", "eyJhbGciOiJSUzI1NiJ9.e30"],
    ["a body that is not JSON", "a.b.c"],
    ["a body that is an array", `a.${Buffer.from("[]").toString("base64url")}.c`],
    ["a claim of the wrong type", unsignedToken({ iss: 1 })],
    ["an expiry that is no date", unsignedToken({ exp: 1e300 })],
  ] as const) {
    it(`shows no claims of ${what}, and none of its text`, () => {
      writeFileSync(file, token);
      deepStrictEqual(readTokenFile(file), { problem: `${file} holds no JWT`, unreadable: false });
    });
  }
});
