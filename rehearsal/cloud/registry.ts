// A container registry's own host: the sign-in of a builder, and what is known of an image. Layers are not stored.
// https://azure.github.io/acr/AAD-OAuth.html
import { azureError, type EmulatedHost, type EmulatedRequest, type EmulatedResponse, HOST_REFUSED } from "../network/handler";
import type { ImageStore } from "./images";
import { readMetadata, registryError, unauthorized } from "./registryMetadata";
import { mayUse } from "./registryRights";
import { RESOURCE_MANAGER_AUDIENCES, type RegistryGrant, type TokenSigner } from "./tokens";
import type { AzureView, RegistryLink } from "./view";

const AUDIENCES = [...RESOURCE_MANAGER_AUDIENCES, "https://containerregistry.azure.net"];

export function registryHost(view: AzureView, signer: TokenSigner, images: ImageStore): EmulatedHost {
  return {
    pattern: "*.azurecr.io",
    async handle(request) {
      const { method, url, body } = request;
      const host = url.hostname;
      const registry = view.registries().find(({ loginServer }) => loginServer.toLowerCase() === host);
      if (registry === undefined) {
        const message = `HostNotFound: no container registry of this rehearsal has the host name ${host}. In Azure the name would not resolve.`;
        return { ...azureError(403, HOST_REFUSED, message), code: "HostNotFound" };
      }
      switch (`${method} ${url.pathname}`) {
        case "GET /v2/":
          return unauthorized(host);
        case "POST /oauth2/exchange":
          return exchange(new URLSearchParams(body), host, view, signer);
        case "POST /oauth2/token":
          return issueAccess(new URLSearchParams(body), registry, view, signer);
        default:
          return metadata(request, view, signer, images);
      }
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

/** Everything that is asked for, or 401: Azure does not say which role is missing. */
async function issueAccess(
  form: URLSearchParams,
  registry: RegistryLink,
  view: AzureView,
  signer: TokenSigner,
): Promise<EmulatedResponse> {
  const { tenantId } = view;
  const host = registry.loginServer.toLowerCase();
  const grants = form
    .getAll("scope")
    .flatMap((scope) => scope.split(" "))
    .map(grantOf);
  if (form.get("grant_type") !== "refresh_token" || form.get("service") !== host || grants.length === 0)
    return unauthorized(host);
  if (grants.includes(undefined)) return registryError(400, "DENIED", `The scope '${form.get("scope")}' is not valid.`);
  const verified = await signer.verify(form.get("refresh_token") ?? "", { tenantId, audiences: [host] });
  if (!("token" in verified) || verified.token.access !== undefined) return unauthorized(host);
  const { clientId, principalId } = verified.token;
  const access = grants.filter((grant) => grant !== undefined);
  if (!access.every((grant) => mayUse(view, principalId, registry, grant))) return unauthorized(host);
  return { status: 200, body: { access_token: await signer.issue({ tenantId, audience: host, clientId, principalId, access }) } };
}

function grantOf(scope: string): RegistryGrant | undefined {
  const [, type, name, actions] = /^(repository|registry):([^:]+):([a-z_,*]+)$/.exec(scope) ?? [];
  return type === undefined || name === undefined || actions === undefined
    ? undefined
    : { type, name, actions: actions.split(",") };
}

async function metadata(
  { method, url, headers }: EmulatedRequest,
  { tenantId }: AzureView,
  signer: TokenSigner,
  images: ImageStore,
): Promise<EmulatedResponse> {
  const host = url.hostname;
  const read = method === "GET" ? readMetadata(url, images) : undefined;
  if (read === undefined) return azureError(404, "NotInRehearsal", `The rehearsal's registry has no ${method} ${url.pathname}.`);
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
  const verified = await signer.verify(token, { tenantId, audiences: [host] });
  const grants = "token" in verified ? (verified.token.access ?? []) : [];
  const granted = grants.some(({ name, actions }) => name === read.repository && actions.includes("metadata_read"));
  return granted ? read.answer() : unauthorized(host, { repository: read.repository, action: "metadata_read" });
}
