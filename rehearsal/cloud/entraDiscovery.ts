// What clients read of Entra ID before they ask for a token: a tenant's OpenID documents, and which hosts are one cloud.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
import { sameText } from "../../chain";
import { azureError, type EmulatedRequest, type EmulatedResponse } from "../network/handler";
import { type TokenSigner, tokenIssuer } from "./tokens";
import type { AzureView } from "./view";

const HOST = "login.microsoftonline.com";
const DOCUMENT = /^\/(?<tenant>[^/]+)(?<version>\/v2\.0)?\/\.well-known\/openid-configuration$/;
const KEYS = /^\/(?<tenant>[^/]+)\/discovery\/(?:v2\.0\/)?keys$/;
/** Names that stand for whichever tenant somebody signs in to; a service principal has one. */
const NO_TENANT = /^(common|organizations|consumers)$/i;

export function knowsTenant(view: AzureView, tenant: string): boolean {
  return [view.tenantId, ...view.identities().map(({ tenantId }) => tenantId)].some((known) => sameText(known, tenant));
}

/** Undefined: the request is for no such document. A tenant that does not exist is left to the caller, whose refusal it is. */
export async function discovery(
  view: AzureView,
  signer: TokenSigner,
  { method, url }: EmulatedRequest,
): Promise<EmulatedResponse | { readonly unknownTenant: string } | undefined> {
  const { pathname } = url;
  if (pathname === "/common/discovery/instance") return method === "GET" ? instances(url) : notGet();
  const { tenant, version } = (DOCUMENT.exec(pathname) ?? KEYS.exec(pathname))?.groups ?? {};
  if (tenant === undefined || NO_TENANT.test(tenant)) return undefined;
  if (method !== "GET") return notGet();
  if (!knowsTenant(view, tenant)) return { unknownTenant: tenant };
  if (KEYS.test(pathname)) return { status: 200, body: await signer.jwks() };
  return { status: 200, body: version === undefined ? configuration(tenant, "") : configuration(tenant, "/v2.0") };
}

/** The token endpoint of version 2.0 is the only one of these addresses, beside the keys, that the emulation answers. */
function configuration(tenant: string, version: "" | "/v2.0"): object {
  const root = `https://${HOST}/${tenant}`;
  return {
    issuer: version === "" ? tokenIssuer(tenant) : `${root}/v2.0`,
    token_endpoint: `${root}/oauth2${version}/token`,
    authorization_endpoint: `${root}/oauth2${version}/authorize`,
    device_authorization_endpoint: `${root}/oauth2${version}/devicecode`,
    jwks_uri: `${root}/discovery${version}/keys`,
    token_endpoint_auth_methods_supported: ["private_key_jwt"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    cloud_instance_name: "microsoftonline.com",
    tenant_region_scope: null,
  };
}

/** The hosts of the public cloud, as recorded in Azure/azure-sdk-for-js (recordings of keyvault-keys). Other clouds are none of the emulation's. */
function instances(url: URL): EmulatedResponse {
  const endpoint = url.searchParams.get("authorization_endpoint") ?? "";
  const tenant = new RegExp(`^https://${HOST}/([^/]+)/`).exec(endpoint)?.[1];
  if (tenant === undefined)
    return azureError(400, "NotInRehearsal", `The rehearsal's Entra ID knows no authority but ${HOST}, got "${endpoint}".`);
  const aliases = [HOST, "login.windows.net", "login.microsoft.com", "sts.windows.net"];
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `https://${HOST}/${tenant}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [{ preferred_network: HOST, preferred_cache: "login.windows.net", aliases }],
    },
  };
}

function notGet(): EmulatedResponse {
  return azureError(405, "MethodNotAllowed", "Documents of Entra ID are read with GET.");
}
