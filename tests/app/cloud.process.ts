import { deepStrictEqual, match, strictEqual } from "node:assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ASSIGNMENT, CREDENTIAL, IDENTITY, SECRET, SECRET_VALUE, SECRET_VERSION } from "../support/emulation";
import { emulatedAzure, isEntra, isVault, redLinks } from "./cloudPod";

describe("The application against the emulated Azure", () => {
  const azure = emulatedAzure();
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "app-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("reads the secret, becomes ready and proves it", async () => {
    const { app } = await azure.start();
    await app.secretRead();
    const { ok, secret, links } = await app.status();
    strictEqual(ok, true);
    deepStrictEqual([secret.version, secret.length, secret.fingerprint], [SECRET_VERSION, SECRET_VALUE.length, "d31ab170"]);
    deepStrictEqual(
      links.map((link) => link.ok),
      [true, true, true, true, true, true],
    );
    strictEqual((await app.get("/readyz")).status, 200);
    match(await app.text("/"), /✓ The chain works/);
    match(await app.metrics(), /^app_chain_working 1$/m);
  });

  it("asks Entra ID once and the vault again and again", async () => {
    const { client } = await azure.start();
    const { calls, onCall } = azure.cloud.network;
    const readsOf = () => calls.filter((call) => call.client === client && call.status === 200 && call.method === "GET").length;
    await new Promise<void>((resolve) => {
      const end = onCall(() => {
        if (readsOf() < 4) return;
        end();
        resolve();
      });
    });
    strictEqual(azure.cloud.exchanges.filter((exchange) => exchange.client === client).length, 1);
  });

  it("shows a new version of the secret without a restart", async () => {
    const { app } = await azure.start();
    await app.secretRead();
    const version = "f".repeat(32);
    const value = azure.hide("another value that nobody may print");
    azure.cloud.state.secrets = { greeting: [SECRET, { ...SECRET, version, value }] };
    await app.line((line) => line.version === version);
    strictEqual((await app.status()).secret.version, version);
  });

  it("works as soon as a late federated credential is there", async () => {
    azure.cloud.state.federatedCredentials = [];
    const { app } = await azure.start();
    await app.refused("AADSTS70025");
    azure.cloud.state.federatedCredentials = [CREDENTIAL];
    await app.secretRead();
    strictEqual((await app.get("/readyz")).status, 200);
  });

  it("is refused with an expired token, and takes up the rotated one five minutes after it read the old one", async () => {
    const clockFile = join(folder, "clock");
    await writeFile(clockFile, "0");
    const env = { CLOCK_OFFSET_FILE: clockFile, NODE_OPTIONS: `--import ${pathToFileURL(join(__dirname, "clock.mts")).href}` };
    const claims = { issuedAtMs: Date.now() - 7_200_000, lifetimeSeconds: 3600 };
    const { app, tokenFile } = await azure.start({ claims, env });
    await app.refused("AADSTS700024");
    const status = await app.status();
    deepStrictEqual([status.token?.minutesLeft, redLinks(status)], [-61, ["token exchange: AADSTS700024"]]);
    // The page shows the rotated token at once; the SDK keeps the old one for five minutes.
    await writeFile(tokenFile, azure.hide(await azure.cloud.mint()));
    strictEqual((await app.status()).token?.minutesLeft, 59);
    await app.refused("AADSTS700024", app.lines.length + 1);
    await writeFile(clockFile, "301000");
    await app.secretRead();
  });

  it("goes on, and shows the new claims, when the kubelet rotates the token", async () => {
    const { app, tokenFile } = await azure.start({ claims: { lifetimeSeconds: 600 } });
    await app.secretRead();
    strictEqual((await app.status()).token?.minutesLeft, 9);
    await azure.cloud.issuer.rotate();
    await writeFile(tokenFile, azure.hide(await azure.cloud.mint()));
    const { ok, token } = await app.status();
    deepStrictEqual([ok, token?.minutesLeft], [true, 59]);
  });

  it("keeps its proof and stays ready while its role is revoked, and recovers when it is back", async () => {
    const { app } = await azure.start();
    await app.secretRead();
    const from = app.lines.length;
    azure.cloud.state.roleAssignments = [];
    await app.refused("ForbiddenByRbac", from);
    const { secret, links } = await app.status();
    strictEqual(secret.version, SECRET_VERSION);
    deepStrictEqual(
      links.map(({ ok }) => ok),
      [true, true, true, true, true, false],
    );
    strictEqual(links.at(-1)?.found, `caller appid ${IDENTITY.clientId}, oid ${IDENTITY.principalId}`);
    strictEqual((await app.get("/readyz")).status, 200);
    azure.cloud.state.roleAssignments = [ASSIGNMENT];
    await app.secretRead(from);
  });

  const JSON_TYPE = { "content-type": "application/json" };
  const MALFORMED = [
    {
      status: 200,
      headers: JSON_TYPE,
      body: `{"value":"${SECRET_VALUE}","token_type":"Bearer","access_token":"eyJhbGciOiJSUzI1NiJ9.eyJ`,
    },
    { status: 200, body: SECRET_VALUE },
    { status: 200, body: "" },
    { status: 200, body: [SECRET_VALUE] },
    { status: 200, body: { value: { inner: SECRET_VALUE }, id: 7 } },
    { status: 400, body: "" },
    { status: 400, body: `bad ${SECRET_VALUE}` },
    { status: 418, headers: JSON_TYPE, body: `{"error":{"code":${JSON.stringify(SECRET_VALUE)},"message":["${SECRET_VALUE}"]}}` },
  ];
  for (const [service, link, fits] of [
    ["Entra ID", "token exchange", isEntra],
    ["Key Vault", "secret", isVault],
  ] as const) {
    it(`waits as long as ${service} asks with 429`, async () => {
      const body = { error: { code: "Throttled", message: SECRET_VALUE } };
      azure.answer(fits, [{ status: 429, headers: { "retry-after": "1" }, body }]);
      const { app } = await azure.start();
      strictEqual((await app.refused("Throttled")).nextTryInMs, 1000);
      deepStrictEqual(redLinks(await app.status()), [`${link}: Throttled`]);
      await app.secretRead();
      strictEqual(app.lines.filter(({ event }) => event === "link broken").length, 1);
    });

    it(`goes on after a 503 of ${service}`, async () => {
      azure.answer(fits, [{ status: 503, body: SECRET_VALUE }]);
      const { app } = await azure.start();
      await app.refused("ServiceUnavailable");
      await app.secretRead();
    });

    it(`goes on after every kind of malformed answer of ${service}`, async () => {
      azure.answer(fits, MALFORMED);
      const { app } = await azure.start();
      await app.secretRead();
      deepStrictEqual(
        app.lines.filter(({ event }) => event === "link broken").map((line) => `${line.link}: ${line.code}, ${line.found}`),
        MALFORMED.map(({ status }) =>
          status === 200
            ? `${link}: ServiceUnavailable, HTTP 200 with an answer that cannot be read`
            : `${link}: ServiceUnavailable, HTTP ${status}`,
        ),
      );
    });
  }
});
