// Sign-in to a registry.
import { deepStrictEqual, strictEqual } from "node:assert";
import { decodeJwt } from "jose";
import { registryHost } from "../../../rehearsal/cloud/registry";
import { type Emulation, IDENTITY, startEmulation, TENANT_ID } from "../../support/emulation";

import { ask, text } from "./ask";

const VAULT_AUDIENCE = "https://vault.azure.net";

describe("the registry", () => {
  let azure: Emulation;

  before(async () => {
    azure = await startEmulation();
  });
  beforeEach(() => azure.reset());
  after(() => azure.close());

  const host = "acrweb.azurecr.io";
  const exchange = async (audience: string, change: Readonly<Record<string, string>> = {}) => {
    azure.state.registries = [{ id: "", loginServer: host }];
    const token = await azure.signer.issue({
      tenantId: TENANT_ID,
      audience,
      clientId: IDENTITY.clientId,
      principalId: IDENTITY.principalId,
    });
    const form = { grant_type: "access_token", service: host, tenant: TENANT_ID, access_token: token, ...change };
    return ask(registryHost(azure.view, azure.signer, azure.images), `https://${host}/oauth2/exchange`, {
      method: "POST",
      body: new URLSearchParams(form).toString(),
    });
  };

  it("exchanges a token for Resource Manager or for registries", async () => {
    for (const audience of [
      "https://management.azure.com",
      "https://management.azure.com/",
      "https://containerregistry.azure.net",
    ]) {
      const response = await exchange(audience);
      strictEqual(response.status, 200);
      strictEqual(decodeJwt(text(response, "refresh_token")).aud, host);
    }
  });

  it("refuses another token, tenant, service or grant, and a pull without sign-in", async () => {
    const management = "https://management.azure.com";
    for (const response of [
      await exchange(VAULT_AUDIENCE),
      await exchange(management, { access_token: "garbage" }),
      await exchange(management, { tenant: "other" }),
      await exchange(management, { service: "other.azurecr.io" }),
      await exchange(management, { grant_type: "password" }),
      await ask(registryHost(azure.view, azure.signer, azure.images), `https://${host}/v2/`),
    ]) {
      deepStrictEqual([response.status, response.code], [401, "UNAUTHORIZED"]);
      strictEqual(response.headers?.["www-authenticate"], `Bearer realm="https://${host}/oauth2/token",service="${host}"`);
    }
  });

  it("exists only where the program has one, and stores no images", async () => {
    const registry = registryHost(azure.view, azure.signer, azure.images);
    strictEqual((await ask(registry, "https://other.azurecr.io/v2/")).code, "HostNotFound");
    azure.state.registries = [{ id: "", loginServer: host }];
    strictEqual((await ask(registry, `https://${host}/v2/app/manifests/latest`)).status, 404);
  });
});
