// The issuer's keys and the pod's token over time: rotation, unknown keys, documents that are broken, and the file that the SDK reads again.
import { deepStrictEqual, strictEqual } from "node:assert";
import { type Emulation, ISSUER_URL, SECRET_VALUE, startEmulation } from "../../support/emulation";
import { SdkPod } from "../../support/sdkPod";

const OIDC = new URL(ISSUER_URL);
const HOUR_MS = 3_600_000;

describe("keys and tokens over time", () => {
  let azure: Emulation;
  let pod: SdkPod;
  let alreadyLogged: number;

  before(async () => {
    azure = await startEmulation();
    pod = await SdkPod.start(azure, "web/web-0");
  });
  beforeEach(async () => {
    azure.reset();
    await azure.issuer.rotate();
    await pod.writeToken(await azure.mint());
    alreadyLogged = azure.network.calls.length;
  });
  after(async () => {
    await pod.stop();
    await azure.close();
  });

  const documentsRead = () =>
    azure.network.calls
      .slice(alreadyLogged)
      .filter(({ host }) => host === OIDC.hostname)
      .map(({ client, path }) => `${client} ${path.slice(OIDC.pathname.length)}`);

  it("reads discovery document and keys over HTTP once, and again for a key that is new", async () => {
    await pod.read();
    await pod.read();
    const once = ["entra .well-known/openid-configuration", "entra openid/v1/jwks"];
    deepStrictEqual(documentsRead(), once);
    const old = await azure.mint();
    await azure.issuer.rotate();
    await pod.writeToken(await azure.mint());
    strictEqual((await pod.read()).value, SECRET_VALUE);
    deepStrictEqual(documentsRead(), [...once, ...once]);
    await pod.writeToken(old);
    strictEqual((await pod.read()).value, SECRET_VALUE);
    deepStrictEqual(documentsRead(), [...once, ...once]);
  });

  it("shares one reading among requests that come at once", async () => {
    await Promise.all(Array.from({ length: 10 }, () => pod.read()));
    deepStrictEqual(documentsRead(), ["entra .well-known/openid-configuration", "entra openid/v1/jwks"]);
  });

  it("refuses a token whose key the issuer has withdrawn: AADSTS7000272, with the key's id", async () => {
    const old = await azure.mint();
    await azure.issuer.rotate({ revokeOld: true });
    await pod.writeToken(old);
    const { number, message } = await pod.refusal();
    strictEqual(number, 7000272);
    const kid = JSON.parse(Buffer.from(old.split(".")[0] ?? "", "base64url").toString()).kid;
    strictEqual(message.includes(`The certificate with identifier ${kid} used to sign the federated credential`), true, message);
  });

  it("refuses while the documents cannot be read, are no JSON, name another issuer or lack keys, and recovers", async () => {
    const documents = [
      { status: 503, body: "" },
      { status: 200, body: "<html>" },
      { status: 200, body: { issuer: ISSUER_URL.slice(0, -1), jwks_uri: `${ISSUER_URL}openid/v1/jwks` } },
      { status: 200, body: { issuer: ISSUER_URL } },
      { status: 200, body: { issuer: ISSUER_URL, jwks_uri: "https://example.com/keys" } },
      { status: 200, body: { issuer: ISSUER_URL, jwks_uri: "http://169.254.169.254/keys" } },
    ];
    for (const document of documents) {
      azure.fault = ({ url }) => (url.pathname.endsWith("openid-configuration") ? document : undefined);
      strictEqual((await pod.refusal()).number, 50166, JSON.stringify(document));
    }
    azure.fault = ({ url }) => (url.pathname.endsWith("jwks") ? { status: 200, body: { keys: "none" } } : undefined);
    strictEqual((await pod.refusal()).number, 50166);
    azure.fault = undefined;
    strictEqual((await pod.read()).value, SECRET_VALUE);
  });

  it("sees a rotated token file when the SDK reads it again, five minutes after the last time", async () => {
    const reading = { keepAs: "rotating" };
    await pod.writeToken(await azure.mint({ subject: "system:serviceaccount:web:other" }));
    strictEqual((await pod.refusal(reading)).number, 700213);
    await pod.writeToken(await azure.mint());
    strictEqual((await pod.refusal({ ...reading, clockOffsetMs: 299_000 })).number, 700213);
    strictEqual((await pod.read({ ...reading, clockOffsetMs: 301_000 })).value, SECRET_VALUE);
  });

  it("refuses a pod whose token file was not rotated in time, and accepts it once it is", async () => {
    const reading = { keepAs: "stale", clockOffsetMs: 2 * HOUR_MS };
    await pod.read({ keepAs: "stale" });
    azure.state.clockOffsetMs = reading.clockOffsetMs;
    strictEqual((await pod.refusal(reading)).number, 700024);
    await pod.writeToken(await azure.mint());
    strictEqual((await pod.read({ ...reading, clockOffsetMs: 2 * HOUR_MS + 301_000 })).value, SECRET_VALUE);
  });
});
