// Tokens for tests: unsigned, with a signature that is easy to find where it must not be.
export const SIGNATURE = "c2lnbmF0dXJlLW9mLXRoZS1wb2Q";
export const NOW_MS = Date.UTC(2026, 10, 22, 8, 30);
export const NOW = NOW_MS / 1000;
export const ISSUER =
  "https://westeurope.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/33333333-3333-4333-8333-333333333333/";
export const SUBJECT = "system:serviceaccount:web:web";
export const AUDIENCE = "api://AzureADTokenExchange";

/** The claims of a projected token that has half an hour left. */
export const CLAIMS = {
  aud: [AUDIENCE],
  exp: NOW + 1800,
  iat: NOW - 1800,
  iss: ISSUER,
  "kubernetes.io": { namespace: "web", pod: { name: "web-0" }, serviceaccount: { name: "web" } },
  nbf: NOW - 1800,
  sub: SUBJECT,
};

export function jwt(claims: object = {}, header: unknown = { alg: "RS256", kid: "key-1" }): string {
  return [part(header), part({ ...CLAIMS, ...claims }), SIGNATURE].join(".");
}

export function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
