// Every refusal of Entra ID as an application sees it, through the unmodified SDK in a process of its own. One thing is wrong in each.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { decodeJwt } from "jose";
import { AUDIENCE, POD_ENVIRONMENT, serviceAccountSubject } from "../../../chain";
import { Issuer } from "../../../rehearsal/cloud/oidc";
import {
  CREDENTIAL,
  type Emulation,
  IDENTITY,
  ISSUER_URL,
  KUBELET_IDENTITY,
  SECRET_VALUE,
  SUBJECT,
  startEmulation,
  TENANT_ID,
} from "../../support/emulation";
import { SdkPod } from "../../support/sdkPod";

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

  interface Case {
    readonly title: string;
    readonly number: number;
    readonly error: string;
    /** A part of Entra's text that holds the values of this case. */
    readonly text: string;
    readonly arrange: () => void | Promise<void>;
    readonly env?: Readonly<Record<string, string>>;
  }

  const cases: readonly Case[] = [
    {
      title: "another ServiceAccount's token",
      number: 700213,
      error: "invalid_client",
      text: "assertion subject 'system:serviceaccount:web:other'. Check your federated identity credential Subject",
      arrange: async () => pod.writeToken(await azure.mint({ subject: serviceAccountSubject("web", "other") })),
    },
    {
      title: "a federated credential whose subject differs in case only",
      number: 7002138,
      error: "invalid_client",
      text: `assertion subject '${SUBJECT}'. The subject matches with case-insensitive comparison`,
      arrange: () => {
        azure.state.federatedCredentials = [{ ...CREDENTIAL, subject: SUBJECT.replace("web:web", "web:Web") }];
      },
    },
    {
      title: "a foreign issuer's token with the same subject",
      number: 700211,
      error: "invalid_client",
      text: "assertion issuer 'https://eastus.oic.prod-aks.azure.com/foreign/'.",
      arrange: async () => {
        const foreign = new Issuer("https://eastus.oic.prod-aks.azure.com/foreign/", azure.view.now);
        azure.state.issuers = [...azure.state.issuers, foreign];
        await pod.writeToken(await azure.mint({}, foreign));
      },
    },
    {
      title: "a federated credential whose issuer lost its trailing slash",
      number: 700211,
      error: "invalid_client",
      text: `assertion issuer '${ISSUER_URL}'.`,
      arrange: () => {
        azure.state.federatedCredentials = [{ ...CREDENTIAL, issuer: ISSUER_URL.slice(0, -1) }];
      },
    },
    {
      title: "a token for another audience",
      number: 700212,
      error: "invalid_client",
      text: "assertion audience 'https://kubernetes.default.svc'.",
      arrange: async () => pod.writeToken(await azure.mint({ audience: "https://kubernetes.default.svc" })),
    },
    {
      title: "an identity without federated credentials",
      number: 70025,
      error: "invalid_client",
      text: `The client '${KUBELET_IDENTITY.clientId}'(id-kubelet) has no configured federated identity credentials.`,
      arrange: () => undefined,
      env: { [POD_ENVIRONMENT.clientId]: KUBELET_IDENTITY.clientId },
    },
    {
      title: "an expired token",
      number: 700024,
      error: "invalid_client",
      text: "Client assertion is not within its valid time range. Current time: ",
      arrange: () => {
        azure.state.clockOffsetMs = 2 * HOUR_MS;
      },
    },
    {
      title: "a token from the future",
      number: 700024,
      error: "invalid_client",
      text: "Client assertion is not within its valid time range.",
      arrange: async () => pod.writeToken(await azure.mint({ issuedAtMs: Date.now() + HOUR_MS })),
    },
    {
      title: "a token whose claims were edited",
      number: 50013,
      error: "invalid_client",
      text: "Assertion failed signature validation.",
      arrange: async () =>
        pod.writeToken(withClaims(await azure.mint({ subject: serviceAccountSubject("web", "other") }), { sub: SUBJECT })),
    },
    {
      title: "a token of an issuer whose cluster is gone",
      number: 50166,
      error: "invalid_request",
      text: "Request to External OIDC endpoint failed.",
      arrange: async () => {
        const gone = new Issuer("https://westeurope.oic.prod-aks.azure.com/gone/", azure.view.now);
        azure.state.federatedCredentials = [{ ...CREDENTIAL, issuer: gone.url }];
        await pod.writeToken(await azure.mint({}, gone));
      },
    },
    {
      title: "the principal id in place of the client id",
      number: 700016,
      error: "unauthorized_client",
      text: `Application with identifier '${IDENTITY.principalId}' was not found in the directory '${TENANT_ID}'.`,
      arrange: () => undefined,
      env: { [POD_ENVIRONMENT.clientId]: IDENTITY.principalId },
    },
    {
      title: "a token file that holds no token",
      number: 50027,
      error: "invalid_request",
      text: "JWT token is invalid or malformed.",
      arrange: () => pod.writeToken("garbage"),
    },
  ];

  for (const { title, number, error, text, arrange, env } of cases) {
    it(`refuses ${title} with AADSTS${number}`, async () => {
      await arrange();
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

/** The same token with other claims under the old signature. */
function withClaims(jwt: string, claims: Readonly<Record<string, unknown>>): string {
  const [header = "", , signature = ""] = jwt.split(".");
  const payload = Buffer.from(JSON.stringify({ ...decodeJwt(jwt), ...claims })).toString("base64url");
  return [header, payload, signature].join(".");
}
