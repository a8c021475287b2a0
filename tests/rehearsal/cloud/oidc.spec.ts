// The issuer's documents and tokens.
import { deepStrictEqual, match, strictEqual } from "node:assert";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { z } from "zod";
import { AUDIENCE } from "../../../chain";
import { oidcHost } from "../../../rehearsal/cloud/oidc";
import { type Emulation, ISSUER_URL, SUBJECT, startEmulation } from "../../support/emulation";

import { ask } from "./ask";

const KEY_SET = z.object({ keys: z.array(z.looseObject({})) });

describe("the issuer of the cluster", () => {
  let azure: Emulation;

  before(async () => {
    azure = await startEmulation();
  });
  beforeEach(() => azure.reset());
  after(() => azure.close());

  it("publishes its discovery document and the public half of its keys, and nothing else", async () => {
    const host = oidcHost(() => [azure.issuer]);
    const discovery = await ask(host, `${ISSUER_URL}.well-known/openid-configuration`);
    deepStrictEqual(discovery.body, {
      issuer: ISSUER_URL,
      jwks_uri: `${ISSUER_URL}openid/v1/jwks`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
    const { keys } = KEY_SET.parse((await ask(host, `${ISSUER_URL}openid/v1/jwks`)).body);
    deepStrictEqual(
      keys.map((key) => Object.keys(key).sort()),
      [["alg", "e", "kid", "kty", "n", "use"]],
    );
    strictEqual((await ask(host, ISSUER_URL)).status, 404);
    strictEqual((await ask(host, ISSUER_URL.replace("westeurope", "eastus"))).status, 404);
    strictEqual((await ask(host, `${ISSUER_URL}openid/v1/jwks`, { method: "POST" })).status, 405);
  });

  it("mints tokens with the claims of AKS", async () => {
    const jwt = await azure.mint({ issuedAtMs: 1_000_000_000_000 });
    const { jti, "kubernetes.io": kubernetes, ...claims } = decodeJwt(jwt);
    deepStrictEqual(claims, {
      aud: [AUDIENCE],
      exp: 1_000_003_600,
      iat: 1_000_000_000,
      iss: ISSUER_URL,
      nbf: 1_000_000_000,
      sub: SUBJECT,
    });
    match(String(jti), /^[0-9a-f-]{36}$/);
    const uid = /"uid":"[0-9a-f-]{36}"/g;
    strictEqual(
      JSON.stringify(kubernetes).replace(uid, '"uid":""'),
      '{"namespace":"web","pod":{"name":"web-0","uid":""},"serviceaccount":{"name":"web","uid":""}}',
    );
    const { keys } = await azure.issuer.jwks();
    deepStrictEqual(decodeProtectedHeader(jwt), { alg: "RS256", kid: keys[0]?.kid });
  });
});
