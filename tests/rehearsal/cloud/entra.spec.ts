// Every refusal of Entra ID as an application sees it, through the unmodified SDK in a process of its own. One thing is wrong in each.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { AUDIENCE, POD_ENVIRONMENT } from "../../../chain";
import { CREDENTIAL, type Emulation, IDENTITY, ISSUER_URL, SECRET_VALUE, SUBJECT, startEmulation } from "../../support/emulation";
import { SdkPod } from "../../support/sdkPod";
import { REFUSAL_CASES } from "./refusalCases";

const HOUR_MS = 3_600_000;
const UNKNOWN_ID = "99999999-9999-4999-8999-999999999999";

describe("Entra ID, through the real SDK", () => {
  let azure: Emulation;
  let pod: SdkPod;

  before(async () => {
    azure = await startEmulation();
    pod = await SdkPod.start(azure, "web/web-0");
  });
  beforeEach(async () => {
    azure.reset();
    await pod.writeToken(await azure.mint());
  });
  after(async () => {
    await pod.stop();
    await azure.close();
  });

  for (const { title, number, error, text, arrange, env } of REFUSAL_CASES) {
    it(`refuses ${title} with AADSTS${number}`, async () => {
      await arrange(azure, pod);
      const refusal = await pod.refusal({ env: env ?? {} });
      strictEqual(refusal.name, "AuthenticationRequiredError");
      strictEqual(refusal.number, number);
      ok(refusal.message.startsWith(`${error}: Error(s): ${number} `), refusal.message);
      ok(refusal.message.includes(`AADSTS${number}: `) && refusal.message.includes(text), refusal.message);
      strictEqual(azure.network.calls.at(-1)?.code, `AADSTS${number}`);
    });
  }

  it("refuses a tenant that does not exist with AADSTS90002, when the vault sends the SDK there", async () => {
    azure.state.vaults = azure.state.vaults.map((vault) => ({ ...vault, tenantId: UNKNOWN_ID }));
    const refusal = await pod.refusal({ env: { [POD_ENVIRONMENT.tenantId]: UNKNOWN_ID } });
    strictEqual(refusal.number, 90002);
    match(refusal.message, new RegExp(`^invalid_request: .*AADSTS90002: Tenant '${UNKNOWN_ID}' not found\\.`));
  });

  it("accepts the token of the pod's own ServiceAccount, and records the exchange", async () => {
    strictEqual((await pod.read()).value, SECRET_VALUE);
    deepStrictEqual(azure.exchanges.at(-1), {
      client: "web/web-0",
      issuer: ISSUER_URL,
      subject: SUBJECT,
      audience: AUDIENCE,
      clientId: IDENTITY.clientId,
      result: "ok",
      code: null,
    });
  });

  it("records a refused exchange with its code", async () => {
    await pod.writeToken(await azure.mint({ subject: "system:serviceaccount:web:other" }));
    await pod.refusal();
    const exchange = azure.exchanges.at(-1);
    deepStrictEqual(
      [exchange?.subject, exchange?.result, exchange?.code],
      ["system:serviceaccount:web:other", "refused", "AADSTS700213"],
    );
  });

  it("logs calls and exchanges without the secret, the pod's token or an access token", async () => {
    const token = await azure.mint();
    await pod.writeToken(token);
    await pod.read();
    const logged = JSON.stringify([azure.network.calls, azure.exchanges]);
    for (const hidden of [SECRET_VALUE, token.slice(token.lastIndexOf(".")), "eyJ"]) ok(!logged.includes(hidden));
  });

  it("reports the nearest of several federated credentials", async () => {
    const foreign = { ...CREDENTIAL, id: `${CREDENTIAL.id}-2`, issuer: "https://eastus.oic.prod-aks.azure.com/other/" };
    azure.state.federatedCredentials = [foreign, { ...CREDENTIAL, audiences: ["api://other"] }];
    strictEqual((await pod.refusal()).number, 700212);
    azure.state.federatedCredentials = [foreign, { ...CREDENTIAL, subject: "system:serviceaccount:default:web" }];
    strictEqual((await pod.refusal()).number, 700213);
  });

  it("takes a federated credential that comes late into account at the next request, with the same client", async () => {
    azure.state.federatedCredentials = [];
    const reading = { keepAs: "late" };
    strictEqual((await pod.refusal(reading)).number, 70025);
    azure.state.federatedCredentials = [CREDENTIAL];
    strictEqual((await pod.read(reading)).value, SECRET_VALUE);
  });

  it("tolerates a clock that is five minutes off, and no more", async () => {
    azure.state.clockOffsetMs = HOUR_MS + 290_000;
    strictEqual((await pod.read()).value, SECRET_VALUE);
    azure.state.clockOffsetMs = HOUR_MS + 310_000;
    strictEqual((await pod.refusal()).number, 700024);
  });

  it("serves fifty pods at once", async () => {
    const secrets = await Promise.all(Array.from({ length: 50 }, () => pod.read()));
    deepStrictEqual(new Set(secrets.map(({ value }) => value)), new Set([SECRET_VALUE]));
  });
});
