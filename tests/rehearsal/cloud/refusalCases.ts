import { decodeJwt } from "jose";
import { POD_ENVIRONMENT, serviceAccountSubject } from "../../../chain";
import { Issuer } from "../../../rehearsal/cloud/oidc";
import { CREDENTIAL, type Emulation, IDENTITY, ISSUER_URL, KUBELET_IDENTITY, SUBJECT, TENANT_ID } from "../../support/emulation";
import type { SdkPod } from "../../support/sdkPod";

const HOUR_MS = 3_600_000;

export interface RefusalCase {
  readonly title: string;
  readonly number: number;
  readonly error: string;
  /** A part of Entra's text that holds the values of this case. */
  readonly text: string;
  readonly arrange: (azure: Emulation, pod: SdkPod) => void | Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

export const REFUSAL_CASES: readonly RefusalCase[] = [
  {
    title: "another ServiceAccount's token",
    number: 700213,
    error: "invalid_client",
    text: "assertion subject 'system:serviceaccount:web:other'. Check your federated identity credential Subject",
    arrange: async (azure, pod) => pod.writeToken(await azure.mint({ subject: serviceAccountSubject("web", "other") })),
  },
  {
    title: "a federated credential whose subject differs in case only",
    number: 7002138,
    error: "invalid_client",
    text: `assertion subject '${SUBJECT}'. The subject matches with case-insensitive comparison`,
    arrange: (azure) => {
      azure.state.federatedCredentials = [{ ...CREDENTIAL, subject: SUBJECT.replace("web:web", "web:Web") }];
    },
  },
  {
    title: "a foreign issuer's token with the same subject",
    number: 700211,
    error: "invalid_client",
    text: "assertion issuer 'https://eastus.oic.prod-aks.azure.com/foreign/'.",
    arrange: async (azure, pod) => {
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
    arrange: (azure) => {
      azure.state.federatedCredentials = [{ ...CREDENTIAL, issuer: ISSUER_URL.slice(0, -1) }];
    },
  },
  {
    title: "a token for another audience",
    number: 700212,
    error: "invalid_client",
    text: "assertion audience 'https://kubernetes.default.svc'.",
    arrange: async (azure, pod) => pod.writeToken(await azure.mint({ audience: "https://kubernetes.default.svc" })),
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
    arrange: (azure) => {
      azure.state.clockOffsetMs = 2 * HOUR_MS;
    },
  },
  {
    title: "a token from the future",
    number: 700024,
    error: "invalid_client",
    text: "Client assertion is not within its valid time range.",
    arrange: async (azure, pod) => pod.writeToken(await azure.mint({ issuedAtMs: Date.now() + HOUR_MS })),
  },
  {
    title: "a token whose claims were edited",
    number: 50013,
    error: "invalid_client",
    text: "Assertion failed signature validation.",
    arrange: async (azure, pod) =>
      pod.writeToken(withClaims(await azure.mint({ subject: serviceAccountSubject("web", "other") }), { sub: SUBJECT })),
  },
  {
    title: "a token of an issuer whose cluster is gone",
    number: 50166,
    error: "invalid_request",
    text: "Request to External OIDC endpoint failed.",
    arrange: async (azure, pod) => {
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
    arrange: (_azure, pod) => pod.writeToken("garbage"),
  },
];

/** The same token with other claims under the old signature. */
function withClaims(jwt: string, claims: Readonly<Record<string, unknown>>): string {
  const [header = "", , signature = ""] = jwt.split(".");
  const payload = Buffer.from(JSON.stringify({ ...decodeJwt(jwt), ...claims })).toString("base64url");
  return [header, payload, signature].join(".");
}
