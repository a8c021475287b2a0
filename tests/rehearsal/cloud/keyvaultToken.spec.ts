// What Key Vault makes of tokens and requests that no SDK sends.
import { deepStrictEqual, strictEqual } from "node:assert";
import { z } from "zod";
import { keyVaultHost } from "../../../rehearsal/cloud/keyvault";
import { TokenSigner } from "../../../rehearsal/cloud/tokens";
import type { EmulatedResponse } from "../../../rehearsal/network/handler";
import { type Emulation, IDENTITY, KUBELET_IDENTITY, startEmulation, TENANT_ID, VAULT } from "../../support/emulation";

import { ask, fields, text } from "./ask";

const SECRET_URL = "https://kv-web.vault.azure.net/secrets/greeting?api-version=7.6";
const VAULT_AUDIENCE = "https://vault.azure.net";

describe("Key Vault's door", () => {
  let azure: Emulation;

  before(async () => {
    azure = await startEmulation();
  });
  beforeEach(() => azure.reset());
  after(() => azure.close());

  const read = (token: string | undefined, url = SECRET_URL, method = "GET") =>
    ask(keyVaultHost(azure.view, azure.signer), url, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  const issue = (audience = VAULT_AUDIENCE, signer = azure.signer, tenantId = TENANT_ID) =>
    signer.issue({ tenantId, audience, clientId: IDENTITY.clientId, principalId: IDENTITY.principalId });
  const message = (response: EmulatedResponse) =>
    text({ ...response, body: z.looseObject({}).parse(fields(response).error) }, "message");

  it("challenges a request without a token, naming the vault's tenant", async () => {
    azure.state.vaults = [{ ...VAULT, tenantId: KUBELET_IDENTITY.clientId }];
    const response = await read(undefined);
    strictEqual(response.status, 401);
    deepStrictEqual(response.headers, {
      "www-authenticate": `Bearer authorization="https://login.microsoftonline.com/${KUBELET_IDENTITY.clientId}", resource="https://vault.azure.net"`,
    });
    strictEqual(message(response), "AKV10000: Request is missing a Bearer or PoP token.");
  });

  it("accepts Entra ID's token, with or without a slash after the audience", async () => {
    strictEqual((await read(await issue())).status, 200);
    strictEqual((await read(await issue(`${VAULT_AUDIENCE}/`))).status, 200);
  });

  it("refuses a token of another audience, tenant or signer, an expired one, and what is no token", async () => {
    const expired = await issue();
    const cases = [
      [
        await issue("https://management.azure.com"),
        `AKV10022: Invalid audience. Expected ${VAULT_AUDIENCE}, found: https://management.azure.com.`,
      ],
      [
        await issue(VAULT_AUDIENCE, azure.signer, "other"),
        `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${TENANT_ID}/, found https://sts.windows.net/other/.`,
      ],
      [await issue(VAULT_AUDIENCE, new TokenSigner(azure.view.now)), "Error validating token: its signature is not valid."],
      [await azure.mint({ audience: VAULT_AUDIENCE }), "Error validating token: its signature is not valid."],
      ["garbage", "Error validating token: it is not a JWT with the claims of an access token."],
    ] as const;
    for (const [token, expected] of cases) {
      const response = await read(token);
      deepStrictEqual([response.status, response.code, message(response)], [401, "Unauthorized", expected]);
    }
    azure.state.clockOffsetMs = 3_601_000;
    strictEqual(message(await read(expired)), "Error validating token: it is not within its time of validity.");
  });

  it("knows no other verb, path and version of its interface", async () => {
    const token = await issue();
    strictEqual((await read(token, SECRET_URL, "PUT")).status, 405);
    strictEqual((await read(token, "https://kv-web.vault.azure.net/secrets?api-version=7.6")).status, 501);
    strictEqual((await read(token, "https://kv-web.vault.azure.net/keys/a?api-version=7.6")).status, 501);
    for (const query of ["", "?api-version=", "?api-version=latest"]) {
      const response = await read(token, `https://kv-web.vault.azure.net/secrets/greeting${query}`);
      deepStrictEqual([response.status, response.code], [400, "BadParameter"]);
    }
    strictEqual((await read(token, "https://kv-web.vault.azure.net/secrets/greeting/?api%2Dversion=2026-04-01")).status, 200);
  });
});
