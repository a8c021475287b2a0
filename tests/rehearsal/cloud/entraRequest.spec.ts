// Requests that no SDK makes, and the whole form of an error.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { entraHost } from "../../../rehearsal/cloud/entra";
import { type Emulation, IDENTITY, startEmulation, TENANT_ID } from "../../support/emulation";

import { ask, fields, text } from "./ask";

const TOKEN_URL = `https://login.microsoftonline.com/${TENANT_ID}/oauth2/v2.0/token`;
const VAULT_AUDIENCE = "https://vault.azure.net";
const CORRELATION_ID = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

describe("the token endpoint of Entra ID", () => {
  let azure: Emulation;

  before(async () => {
    azure = await startEmulation();
  });
  beforeEach(() => azure.reset());
  after(() => azure.close());

  const never = () => Promise.reject(new Error("no document is read"));
  const good = {
    client_id: IDENTITY.clientId,
    scope: `${VAULT_AUDIENCE}/.default`,
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: "garbage",
  };
  const post = (form: Readonly<Record<string, string>>, url = TOKEN_URL) =>
    ask(entraHost(azure.view, never, azure.signer), url, {
      method: "POST",
      headers: { "client-request-id": CORRELATION_ID },
      body: new URLSearchParams(form).toString(),
    });

  it("answers as Entra does: one error in all of its fields, with the caller's correlation id", async () => {
    azure.state.clockOffsetMs = Date.UTC(2026, 10, 2, 8, 0, 0) - Date.now();
    const response = await post({ ...good, client_id: "nobody" });
    deepStrictEqual([response.status, response.code], [400, "AADSTS700016"]);
    const { trace_id, error_description, timestamp, ...rest } = fields(response);
    deepStrictEqual(rest, {
      error: "unauthorized_client",
      error_codes: [700016],
      correlation_id: CORRELATION_ID,
      error_uri: "https://login.microsoftonline.com/error?code=700016",
    });
    match(String(timestamp), /^2026-11-02 08:00:0\dZ$/);
    ok(
      String(error_description).startsWith("AADSTS700016: Application with identifier 'nobody' was not found in the directory "),
    );
    ok(String(error_description).endsWith(` Trace ID: ${trace_id} Correlation ID: ${CORRELATION_ID} Timestamp: ${timestamp}`));
  });

  const wrong: Readonly<Record<string, readonly [Readonly<Record<string, string>>, string, string]>> = {
    "no grant type": [{ grant_type: "" }, "AADSTS900144", "invalid_request"],
    "no client id": [{ client_id: "" }, "AADSTS900144", "invalid_request"],
    "no scope": [{ scope: "" }, "AADSTS900144", "invalid_request"],
    "another grant type": [{ grant_type: "password" }, "AADSTS70003", "unsupported_grant_type"],
    "a scope that is not the default one": [{ scope: `${VAULT_AUDIENCE}/read` }, "AADSTS70011", "invalid_scope"],
    "scopes of two resources": [{ scope: "https://a/.default https://b/.default" }, "AADSTS70011", "invalid_scope"],
    "no assertion": [{ client_assertion: "" }, "AADSTS7000218", "invalid_client"],
    "another kind of assertion": [{ client_assertion_type: "urn:other" }, "AADSTS7000218", "invalid_client"],
    "an assertion that is no JWT": [{}, "AADSTS50027", "invalid_request"],
  };
  for (const [what, [change, expected, error]] of Object.entries(wrong)) {
    it(`refuses ${what}: ${expected}`, async () => {
      const response = await post({ ...good, ...change });
      deepStrictEqual([response.code, text(response, "error")], [expected, error]);
    });
  }

  it("knows no other tenant, path and verb", async () => {
    strictEqual((await post(good, TOKEN_URL.replace(TENANT_ID, "contoso.example"))).code, "AADSTS90002");
    strictEqual((await post(good, `https://login.microsoftonline.com/${TENANT_ID}/oauth2/token`)).status, 404);
    strictEqual((await ask(entraHost(azure.view, never, azure.signer), TOKEN_URL)).status, 405);
  });
});
