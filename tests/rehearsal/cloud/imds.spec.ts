// The node's metadata service, asked as a function; through an SDK it stands in defaultCredential.spec.ts.
import { deepStrictEqual, strictEqual } from "node:assert";
import { decodeJwt } from "jose";
import { imdsHost } from "../../../rehearsal/cloud/imds";
import type { EmulatedResponse } from "../../../rehearsal/network/handler";
import { type Emulation, IDENTITY, KUBELET_IDENTITY, startEmulation } from "../../support/emulation";

import { ask, fields, text } from "./ask";

const VAULT_AUDIENCE = "https://vault.azure.net";

describe("the metadata service", () => {
  let azure: Emulation;

  before(async () => {
    azure = await startEmulation();
  });
  beforeEach(() => azure.reset());
  after(() => azure.close());

  const url = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net";
  const get = (target: string, headers: Readonly<Record<string, string>> = { metadata: "true" }) =>
    ask(
      imdsHost(() => azure.state.nodeIdentities, azure.signer),
      target,
      { headers },
    );
  const description = (response: EmulatedResponse) => text(response, "error_description");

  it("gives the only identity's token, which other hosts accept", async () => {
    const response = await get(url);
    const { iat, exp, oid } = decodeJwt(text(response, "access_token"));
    const rest = fields(response);
    strictEqual(response.status, 200);
    deepStrictEqual(
      [rest.client_id, rest.resource, rest.expires_in, oid],
      [KUBELET_IDENTITY.clientId, VAULT_AUDIENCE, "3600", KUBELET_IDENTITY.principalId],
    );
    deepStrictEqual([rest.not_before, rest.expires_on], [String(iat), String(exp)]);
  });

  it("finds one of several by client id, object id or resource id, and none without", async () => {
    azure.state.nodeIdentities = [KUBELET_IDENTITY, IDENTITY];
    for (const query of [
      `client_id=${IDENTITY.clientId}`,
      `object_id=${IDENTITY.principalId}`,
      `msi_res_id=${encodeURIComponent(IDENTITY.id)}`,
    ]) {
      const response = await get(`${url}&${query}`);
      strictEqual(text(response, "client_id"), IDENTITY.clientId);
    }
    strictEqual(
      description(await get(url)),
      "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
    );
  });

  it("refuses a request without its header, without a resource, for another identity, on another path", async () => {
    strictEqual(description(await get(url, {})), "Required metadata header not specified");
    strictEqual(
      description(await get("http://169.254.169.254/metadata/identity/oauth2/token")),
      "Required query variable 'resource' is missing",
    );
    strictEqual(description(await get(`${url}&client_id=${IDENTITY.clientId}`)), "Identity not found");
    azure.state.nodeIdentities = [];
    strictEqual(description(await get(url)), "Identity not found");
    strictEqual((await get("http://169.254.169.254/metadata/instance")).status, 404);
  });
});
