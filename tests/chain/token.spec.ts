import { deepStrictEqual, doesNotMatch, equal, ok } from "node:assert/strict";
import { decodeToken, duration, utc, withoutTokens } from "../../chain";
import { AUDIENCE, ISSUER, jwt, NOW, part, SIGNATURE, SUBJECT } from "../support/tokens";

const WHOLE = {
  algorithm: "RS256",
  keyId: "key-1",
  issuer: ISSUER,
  subject: SUBJECT,
  audiences: [AUDIENCE],
  issuedAt: NOW - 1800,
  notBefore: NOW - 1800,
  expiresAt: NOW + 1800,
  origin: { namespace: "web", serviceAccount: "web", pod: "web-0" },
};
const NO_CLAIMS = { aud: undefined, exp: undefined, iat: undefined, iss: undefined, nbf: undefined, sub: undefined };

describe("a token's text", () => {
  it("is decoded into header and claims, without its signature", () => {
    const decoded = decodeToken(`${jwt()}\n`);
    deepStrictEqual(decoded, { token: WHOLE });
    ok(!JSON.stringify(decoded).includes(SIGNATURE));
  });

  it("may have one audience that is no list", () => {
    deepStrictEqual(decodeToken(jwt({ aud: AUDIENCE })), { token: WHOLE });
  });

  it("keeps nothing of a claim that is missing or of another type", () => {
    const nothing = { issuer: undefined, subject: undefined, audiences: [], issuedAt: undefined, notBefore: undefined };
    const bare = { ...nothing, algorithm: undefined, keyId: undefined, expiresAt: undefined, origin: undefined };
    deepStrictEqual(decodeToken(jwt({ ...NO_CLAIMS, "kubernetes.io": undefined }, {})), { token: bare });
    const wrong = { aud: [1, null], exp: "soon", iat: -1, iss: {}, nbf: 1e300, sub: 7, "kubernetes.io": "web" };
    deepStrictEqual(decodeToken(jwt(wrong, { alg: 1, kid: [] })), { token: bare });
  });

  it("says where a token from a Secret comes from, whose claims have other names", () => {
    const claims = {
      "kubernetes.io": undefined,
      "kubernetes.io/serviceaccount/namespace": "shop",
      "kubernetes.io/serviceaccount/service-account.name": "till",
    };
    const decoded = decodeToken(jwt(claims));
    deepStrictEqual("token" in decoded && decoded.token.origin, { namespace: "shop", serviceAccount: "till" });
  });

  for (const [what, text, problem] of [
    ["nothing", " \n", "is empty"],
    ["a header of a request", `Bearer ${jwt()}`, "holds no JWT, but a header of a request: remove the word Bearer"],
    ["two tokens", `${jwt()}\n${jwt()}`, "holds no JWT, but several words or lines"],
    ["one word", "secret-word", "holds no JWT, which is three parts with dots between them, but 1 part"],
    [
      "a token without its signature",
      `${part({})}.${part({})}`,
      "holds no JWT, which is three parts with dots between them, but 2 parts",
    ],
    ["an encrypted token", "a.b.c.d.e", "holds an encrypted token, which only its recipient can read"],
    ["a host name", "www.example.com", "holds no JWT: the first part is not a JSON object in base64url"],
    ["a header that is a list", jwt({}, []), "holds no JWT: the first part is not a JSON object in base64url"],
    [
      "claims that are no JSON",
      `${part({})}.bm90IGpzb24.${SIGNATURE}`,
      "holds no JWT: the second part is not a JSON object in base64url",
    ],
    [
      "claims that are no UTF-8",
      `${part({})}.${Buffer.from([0x7b, 0xff, 0x7d]).toString("base64url")}.x`,
      "holds no JWT: the second part is not a JSON object in base64url",
    ],
    [
      "claims with other characters",
      `${part({})}.${part({})}!.x`,
      "holds no JWT: the second part is not a JSON object in base64url",
    ],
  ] as const) {
    it(`is no token where it is ${what}, and nothing of it is repeated`, () => {
      deepStrictEqual(decodeToken(text), { problem });
    });
  }
});

describe("a text in which somebody may have put a token", () => {
  it("loses it, whole or in part, wherever it stands", () => {
    equal(withoutTokens(`Unknown option '--${jwt()}'`), "Unknown option '--[token]'");
    equal(withoutTokens(`no pod "${part({ alg: "RS256" })}.${part({ a: 1 })}" here`), 'no pod "[token]" here');
    equal(withoutTokens("eyJustAName and web/web-0"), "eyJustAName and web/web-0");
    doesNotMatch(withoutTokens(`${jwt()},${jwt({ sub: "x" })}`), new RegExp(SIGNATURE));
  });
});

describe("the words for times", () => {
  it("are UTC to the second, and the two largest units of a span", () => {
    equal(utc(NOW), "2026-11-22 08:30:00 UTC");
    deepStrictEqual([0, 1, 59.9, 60, 3661, 90_000, 86_400 * 30].map(duration), [
      "0 seconds",
      "1 second",
      "59 seconds",
      "1 minute",
      "1 hour 1 minute",
      "1 day 1 hour",
      "30 days",
    ]);
  });
});
