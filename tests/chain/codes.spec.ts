import { strict as assert } from "node:assert";
import { CODES, codeIn, isCode } from "../../chain";

describe("the table of codes", () => {
  for (const [code, { meaning, fix, help }] of Object.entries(CODES)) {
    it(`says for ${code} what went wrong, what to change, and where to read about it`, () => {
      assert.match(meaning, /^[A-Z].+\.$/);
      assert.match(fix, /^[A-Z].+\.$/);
      assert.equal(new URL(help).protocol, "https:");
    });
  }

  it("knows its codes and nothing that every object has", () => {
    assert.equal(isCode("AADSTS700213"), true);
    assert.equal(isCode("AADSTS1"), false);
    assert.equal(isCode("toString"), false);
  });
});

describe("the code in an SDK's message", () => {
  // Recorded from @azure/identity 4.14.1 and @azure/keyvault-secrets 4.12.0.
  const chained = [
    "ChainedTokenCredential authentication failed.",
    "CredentialUnavailableError: EnvironmentCredential is unavailable.",
    "AuthenticationRequiredError: invalid_client: Error(s): 700213 - Timestamp: 2026-11-02 08:00:00Z - Description: AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:web:web'. - Correlation ID: 0 - Trace ID: 0",
  ].join("\n");
  const cases: readonly (readonly [what: string, text: string, code: string | undefined])[] = [
    ["of a chain of credentials", chained, "AADSTS700213"],
    [
      "with a longer number that starts alike",
      "AADSTS7002138: The subject matches with case-insensitive comparison",
      "AADSTS7002138",
    ],
    ["with two numbers: the first one", "AADSTS700211: no issuer. See also AADSTS70021.", "AADSTS700211"],
    ["with a number that is not in the table", "AADSTS50126: Error validating credentials.", undefined],
    ["of Key Vault's inner error", '{"code":"Forbidden","innererror":{"code":"ForbiddenByRbac"}}', "ForbiddenByRbac"],
    ["that is the bare code", "SecretNotFound", "SecretNotFound"],
    ["with a word that only contains a code", "NotSecretNotFoundAtAll", undefined],
    ["without any code", "read ECONNRESET", undefined],
    ["that is empty", "", undefined],
  ];
  for (const [what, text, code] of cases) it(`is found in a message ${what}`, () => assert.equal(codeIn(text), code));
});
