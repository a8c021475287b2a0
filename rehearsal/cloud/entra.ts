// The token endpoint of Entra ID: a pod's service account token in, an access token out.
import { randomUUID } from "node:crypto";
import { GUID, type IdentityLink, sameText } from "../../chain";
import { azureError, type EmulatedHost, type EmulatedRequest, type EmulatedResponse } from "../network/handler";
import { type Assertion, checkTimes, matchCredentials, parseAssertion, type Refusal, verifySignature } from "./assertion";
import { discovery, knowsTenant } from "./entraDiscovery";
import { ENTRA_TEXTS, entraText } from "./entraTexts";
import { type FetchIssuer, IssuerKeys } from "./issuerKeys";
import type { TokenSigner } from "./tokens";
import type { AzureView } from "./view";

export { TokenSigner } from "./tokens";

/** One request for a token, as a report shows it. Null: the request had no such value that could be read. */
export interface Exchange {
  readonly client: string;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audience: string | null;
  readonly clientId: string | null;
  readonly result: "ok" | "refused";
  readonly code: string | null;
}

export interface EntraOptions {
  readonly onExchange?: (exchange: Exchange) => void;
}

interface Granted {
  readonly identity: IdentityLink;
  readonly audience: string;
}

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const SCOPE_SUFFIX = "/.default";
const OPENID_SCOPES = ["openid", "profile", "offline_access"];

/**
 * `POST /{tenant}/oauth2/v2.0/token` with a client assertion, and the documents that lead there; nothing else of Entra ID.
 *
 * The order of checks is ours (Microsoft documents none): tenant 90002; parameters 900144, 70003, 70011, 7000218; client 700016;
 * its service principal 7000229; form of the JWT 50027; any federated credential 70025; issuer 700211; subject 700213 or 7002138; audience 700212; the issuer's
 * metadata 50166; key 7000272; signature 50013; times 700024, with five minutes of tolerance.
 */
export function entraHost(
  view: AzureView,
  fetchIssuer: FetchIssuer,
  signer: TokenSigner,
  options: EntraOptions = {},
): EmulatedHost {
  const keys = new IssuerKeys(fetchIssuer);
  return {
    pattern: "login.microsoftonline.com",
    async handle(request) {
      const document = await discovery(view, signer, request);
      if (document !== undefined && "unknownTenant" in document)
        return refused({ code: "AADSTS90002", values: { tenant: document.unknownTenant } }, request, view.now());
      if (document !== undefined) return document;
      const tenant = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(request.url.pathname)?.[1];
      if (tenant === undefined)
        return azureError(404, "NotInRehearsal", "The rehearsal's Entra ID has only /{tenant}/oauth2/v2.0/token.");
      if (request.method !== "POST") return azureError(405, "MethodNotAllowed", "The token endpoint takes POST only.");
      const form = new URLSearchParams(request.body);
      const assertion = parseAssertion(form.get("client_assertion") ?? "");
      const outcome = await decide(view, keys, tenant, form, assertion);
      const code = "code" in outcome ? outcome.code : null;
      options.onExchange?.({
        client: request.client,
        issuer: assertion?.issuer ?? null,
        subject: assertion?.subject ?? null,
        audience: assertion?.audiences.join(",") ?? null,
        clientId: form.get("client_id"),
        result: code === null ? "ok" : "refused",
        code,
      });
      return "code" in outcome ? refused(outcome, request, view.now()) : granted(outcome, signer);
    },
  };
}

async function decide(
  view: AzureView,
  keys: IssuerKeys,
  tenant: string,
  form: URLSearchParams,
  assertion: Assertion | undefined,
): Promise<Granted | Refusal> {
  if (!knowsTenant(view, tenant)) return { code: "AADSTS90002", values: { tenant } };
  const badForm = checkForm(form);
  if (badForm !== undefined) return badForm;
  const client = form.get("client_id") ?? "";
  const identity = view.identities().find(({ clientId, tenantId }) => sameText(clientId, client) && sameText(tenantId, tenant));
  if (identity === undefined) return { code: "AADSTS700016", values: { client, tenant } };
  if (identity.application?.hasServicePrincipal === false) return { code: "AADSTS7000229", values: { client, tenant } };
  if (assertion === undefined) return { code: "AADSTS50027", values: {} };
  const credentials = view.federatedCredentials().filter(({ identityId }) => sameText(identityId, identity.id));
  if (credentials.length === 0) return { code: "AADSTS70025", values: { client, name: identity.name } };
  const refusal =
    matchCredentials(credentials, assertion) ?? (await verifySignature(assertion, keys)) ?? checkTimes(assertion, view.now());
  return refusal ?? { identity, audience: resourceOf(form.get("scope") ?? "") ?? "" };
}

/** The resource of a scope `<resource>/.default`, beside which some SDKs name OpenID's own scopes; undefined for any other scope. */
function resourceOf(scope: string): string | undefined {
  const [resource, ...more] = scope.split(" ").filter((word) => !OPENID_SCOPES.includes(word));
  return more.length === 0 && resource?.endsWith(SCOPE_SUFFIX) ? resource.slice(0, -SCOPE_SUFFIX.length) : undefined;
}

function checkForm(form: URLSearchParams): Refusal | undefined {
  for (const parameter of ["grant_type", "client_id", "scope"]) {
    if ((form.get(parameter) ?? "") === "") return { code: "AADSTS900144", values: { parameter } };
  }
  const grant = form.get("grant_type") ?? "";
  if (grant !== "client_credentials") return { code: "AADSTS70003", values: { grant } };
  const scope = form.get("scope") ?? "";
  if (resourceOf(scope) === undefined) return { code: "AADSTS70011", values: { scope } };
  const hasAssertion = (form.get("client_assertion") ?? "") !== "" && form.get("client_assertion_type") === JWT_BEARER;
  return hasAssertion ? undefined : { code: "AADSTS7000218", values: {} };
}

async function granted({ identity, audience }: Granted, signer: TokenSigner): Promise<EmulatedResponse> {
  const { tenantId, clientId, principalId } = identity;
  const accessToken = await signer.issue({ tenantId, audience, clientId, principalId });
  const expiresIn = signer.lifetimeSeconds;
  return {
    status: 200,
    body: { token_type: "Bearer", expires_in: expiresIn, ext_expires_in: expiresIn, access_token: accessToken },
  };
}

function refused({ code, values }: Refusal, request: EmulatedRequest, nowMs: number): EmulatedResponse {
  const number = Number(code.slice("AADSTS".length));
  const sent = request.headers["client-request-id"] ?? "";
  const correlationId = GUID.test(sent) ? sent : randomUUID();
  const traceId = randomUUID();
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace("T", " ")}Z`;
  const { error } = ENTRA_TEXTS[code];
  const body = {
    error,
    error_description: `${code}: ${entraText(code, values)} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
  return { status: error === "invalid_client" ? 401 : 400, body, code };
}
