import { deepStrictEqual } from "node:assert/strict";
import { compareToken, decodeToken, type ExpectedToken, type Token, type TokenCheck } from "../../chain";
import { AUDIENCE, ISSUER, jwt, NOW, NOW_MS, SUBJECT } from "../support/tokens";

const EXPECTED = { issuer: ISSUER, subject: SUBJECT, audience: AUDIENCE };

function token(claims: object): Token {
  const decoded = decodeToken(jwt(claims));
  if ("problem" in decoded) throw new Error(decoded.problem);
  return decoded.token;
}

const compared = (claims: object, expected: ExpectedToken = EXPECTED) => compareToken(token(claims), expected, NOW_MS);
/** Each difference with its code. */
const differences = (checks: readonly TokenCheck[]) =>
  checks.flatMap(({ claim, difference }) => (difference === undefined ? [] : [[claim, difference.what, difference.code]]));

const OTHER_CLUSTER = ISSUER.replace("33333333-3333-4333-8333", "99999999-3333-4333-8333");
const STS = "https://sts.windows.net/11111111-1111-4111-8111-111111111111/";

describe("a token beside its federated credential", () => {
  it("matches in issuer, subject, audience and time", () => {
    deepStrictEqual(compared({}), [
      { claim: "issuer", expected: ISSUER, found: ISSUER },
      { claim: "subject", expected: SUBJECT, found: SUBJECT },
      { claim: "audience", expected: AUDIENCE, found: AUDIENCE },
      { claim: "validity", expected: "valid at 2026-11-22 08:30:00 UTC", found: "until 2026-11-22 09:00:00 UTC" },
    ]);
  });

  it("is compared only with what is expected, and always with the clock", () => {
    deepStrictEqual(
      compared({ iss: "https://other/", sub: "other" }, { audience: AUDIENCE }).map(({ claim }) => claim),
      ["audience", "validity"],
    );
  });

  it("matches where it is for several audiences and one of them is the expected one", () => {
    const [, , audience] = compared({ aud: [AUDIENCE, "https://example.com"] });
    deepStrictEqual(audience, { claim: "audience", expected: AUDIENCE, found: `${AUDIENCE}, https://example.com` });
  });

  for (const [issuer, expected, what] of [
    [ISSUER, ISSUER.slice(0, -1), "the token's has a slash at its end, the federated credential's has none"],
    [ISSUER.slice(0, -1), ISSUER, "the federated credential's has a slash at its end, the token's has none"],
    [ISSUER, ISSUER.replace("westeurope", "WestEurope"), "upper and lower case differ, and nothing else"],
    [ISSUER, ISSUER.replace("westeurope", "WestEurope").slice(0, -1), "upper and lower case differ, and the slash at the end"],
    [ISSUER, `${ISSUER}\n`, "the federated credential's has white space around it"],
    [OTHER_CLUSTER, ISSUER, "the issuer of another cluster"],
    [
      OTHER_CLUSTER.replace("westeurope", "eastus").replace("11111111-1111", "22222222-1111"),
      ISSUER,
      "the issuer of another cluster, in another region and another tenant",
    ],
    ["https://token.actions.githubusercontent.com", ISSUER, "another issuer"],
    [
      "kubernetes/serviceaccount",
      ISSUER,
      "this is a ServiceAccount's token from a Secret, which no federated credential can trust: take the projected one",
    ],
    [undefined, ISSUER, "the token names no issuer"],
  ] as const) {
    it(`differs in its issuer: ${what}`, () => {
      deepStrictEqual(differences(compared({ iss: issuer }, { issuer: expected })), [["issuer", what, "AADSTS700211"]]);
    });
  }

  for (const [subject, what, code] of [
    ["system:serviceaccount:Web:web", "upper and lower case differ, and nothing else", "AADSTS7002138"],
    ["system:serviceaccount:default:web", 'another namespace ("default" instead of "web")', "AADSTS700213"],
    ["system:serviceaccount:web:default", 'another ServiceAccount ("default" instead of "web")', "AADSTS700213"],
    [
      "system:serviceaccount:shop:till",
      'another namespace ("shop" instead of "web") and another ServiceAccount ("till" instead of "web")',
      "AADSTS700213",
    ],
    ["repo:octo/web:ref:refs/heads/main", "the subject is no ServiceAccount", "AADSTS700213"],
    [undefined, "the token names no subject", "AADSTS700213"],
  ] as const) {
    it(`differs in its subject: ${what}`, () => {
      deepStrictEqual(differences(compared({ sub: subject })), [["subject", what, code]]);
    });
  }

  it("differs where the credential is for a pipeline", () => {
    const what = "the federated credential is for something else than a ServiceAccount";
    deepStrictEqual(differences(compared({}, { subject: "repo:octo/web:environment:prod" })), [
      ["subject", what, "AADSTS700213"],
    ]);
  });

  for (const [audience, what] of [
    ["api://AzureADTokenexchange", "upper and lower case differ, and nothing else"],
    [`${AUDIENCE}/`, "the token's has a slash at its end, the federated credential's has none"],
    ["https://example.com", "another audience"],
    [["https://example.com", "sts.example"], "none of the 2 audiences is the expected one"],
    [
      ["https://aks-prod-x1.hcp.westeurope.azmk8s.io", '"aks-prod-x1.hcp.westeurope.azmk8s.io"'],
      "this is the pod's token for the Kubernetes API: the one for Azure is in the file AZURE_FEDERATED_TOKEN_FILE",
    ],
    [[ISSUER], "this is the pod's token for the Kubernetes API: the one for Azure is in the file AZURE_FEDERATED_TOKEN_FILE"],
    [[], "the token names no audience"],
  ] as const) {
    it(`differs in its audience, ${JSON.stringify(audience)}: ${what}`, () => {
      deepStrictEqual(differences(compared({ aud: audience })), [["audience", what, "AADSTS700212"]]);
    });
  }

  for (const iss of [STS, "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0"]) {
    it(`is recognised as an access token where ${new URL(iss).host} issued it`, () => {
      const claims = { iss, sub: "4f6b", aud: "https://vault.azure.net" };
      deepStrictEqual(differences(compared(claims)), [
        [
          "issuer",
          "this is a token that Entra ID itself issued for https://vault.azure.net, not the pod's: the pod's is in the file AZURE_FEDERATED_TOKEN_FILE (Entra ID may answer AADSTS700222 instead)",
          "AADSTS700211",
        ],
        ["subject", "the subject of Entra ID's token is no ServiceAccount", "AADSTS700213"],
        ["audience", "an audience of Entra ID's token, which is what the token gives access to", "AADSTS700212"],
      ]);
    });
  }

  it("has expired from its last second on", () => {
    const at = (exp: number) => differences(compared({ exp }));
    deepStrictEqual(at(NOW + 1), []);
    deepStrictEqual(at(NOW), [["validity", "it expired 0 seconds ago", "AADSTS700024"]]);
    deepStrictEqual(at(NOW - 5400), [["validity", "it expired 1 hour 30 minutes ago", "AADSTS700024"]]);
  });

  it("is not valid yet where the clocks differ, and not at all without an end", () => {
    deepStrictEqual(differences(compared({ nbf: NOW + 120 })), [
      ["validity", "it is valid only in 2 minutes: one of the clocks is wrong", "AADSTS700024"],
    ]);
    deepStrictEqual(differences(compared({ exp: undefined })), [
      ["validity", "the token does not say when it expires", "AADSTS50027"],
    ]);
  });
});
