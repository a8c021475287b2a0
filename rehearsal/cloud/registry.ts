// The part of a container registry that signs a builder in: an Entra ID token for the registry's own refresh token. Images are not stored.
// https://azure.github.io/acr/AAD-OAuth.html
import { azureError, type EmulatedHost, type EmulatedResponse, HOST_REFUSED } from "../network/handler";
import type { TokenSigner } from "./tokens";
import type { AzureView } from "./view";

const AUDIENCES = ["https://management.azure.com", "https://management.core.windows.net", "https://containerregistry.azure.net"];

export function registryHost(view: AzureView, signer: TokenSigner): EmulatedHost {
  return {
    pattern: "*.azurecr.io",
    async handle({ method, url, body }) {
      const host = url.hostname;
      if (!view.registries().some(({ loginServer }) => loginServer.toLowerCase() === host)) {
        const message = `HostNotFound: no container registry of this rehearsal has the host name ${host}. In Azure the name would not resolve.`;
        return { ...azureError(403, HOST_REFUSED, message), code: "HostNotFound" };
      }
      if (method === "GET" && url.pathname === "/v2/") return unauthorized(host);
      if (method !== "POST" || url.pathname !== "/oauth2/exchange") {
        return azureError(404, "NotInRehearsal", "The rehearsal's registry has only GET /v2/ and POST /oauth2/exchange.");
      }
      return exchange(new URLSearchParams(body), host, view, signer);
    },
  };
}

async function exchange(form: URLSearchParams, host: string, view: AzureView, signer: TokenSigner): Promise<EmulatedResponse> {
  const tenantId = form.get("tenant") ?? view.tenantId;
  const isForm = form.get("grant_type") === "access_token" && form.get("service") === host;
  if (!isForm || tenantId !== view.tenantId) return unauthorized(host);
  const verified = await signer.verify(form.get("access_token") ?? "", { tenantId, audiences: AUDIENCES });
  if (!("token" in verified)) return unauthorized(host);
  const { clientId, principalId } = verified.token;
  return { status: 200, body: { refresh_token: await signer.issue({ tenantId, audience: host, clientId, principalId }) } };
}

function unauthorized(host: string): EmulatedResponse {
  const error = {
    code: "UNAUTHORIZED",
    message: "authentication required, visit https://aka.ms/acr/authorization for more information.",
  };
  const header = `Bearer realm="https://${host}/oauth2/token",service="${host}"`;
  return { status: 401, body: { errors: [error] }, headers: { "www-authenticate": header }, code: error.code };
}
