// The instance metadata service of a node, which an SDK asks when the webhook did not touch the pod: it hands out the NODE's identity.
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
import { decodeJwt } from "jose";
import type { IdentityLink } from "../../chain";
import type { EmulatedHost, EmulatedResponse } from "../network/handler";
import type { TokenSigner } from "./tokens";

const MULTIPLE =
  "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request";

/** `nodeIdentities` are the identities that the node carries: in AKS the kubelet's, and those of some add-ons. */
export function imdsHost(nodeIdentities: () => readonly IdentityLink[], signer: TokenSigner): EmulatedHost {
  return {
    pattern: "169.254.169.254",
    scheme: "http",
    async handle({ method, url, headers }) {
      if (headers.metadata?.toLowerCase() !== "true") return refused("invalid_request", "Required metadata header not specified");
      if (method !== "GET" || url.pathname !== "/metadata/identity/oauth2/token") {
        return {
          status: 404,
          body: { error: "not_found", error_description: "The rehearsal's metadata service only issues tokens" },
          code: "not_found",
        };
      }
      const resource = url.searchParams.get("resource") ?? "";
      if (resource === "") return refused("invalid_request", "Required query variable 'resource' is missing");
      const found = chosen(nodeIdentities(), url.searchParams);
      if (typeof found === "string") return refused("invalid_request", found);
      const { tenantId, clientId, principalId } = found;
      const accessToken = await signer.issue({ tenantId, audience: resource, clientId, principalId });
      // The token's own times: a second may have passed since it was issued.
      const { iat = 0, exp = 0 } = decodeJwt(accessToken);
      const body = {
        access_token: accessToken,
        client_id: clientId,
        expires_in: String(signer.lifetimeSeconds),
        expires_on: String(exp),
        not_before: String(iat),
        resource,
        token_type: "Bearer",
      };
      return { status: 200, body };
    },
  };
}

/** The identity that the query names, or why there is none. */
function chosen(identities: readonly IdentityLink[], query: URLSearchParams): IdentityLink | string {
  const wanted: readonly (readonly [string | null, (identity: IdentityLink) => string])[] = [
    [query.get("client_id"), ({ clientId }) => clientId],
    [query.get("object_id"), ({ principalId }) => principalId],
    [query.get("msi_res_id") ?? query.get("mi_res_id"), ({ id }) => id],
  ];
  for (const [value, idOf] of wanted) {
    if (value !== null)
      return identities.find((identity) => idOf(identity).toLowerCase() === value.toLowerCase()) ?? "Identity not found";
  }
  const [only, ...more] = identities;
  if (more.length > 0) return MULTIPLE;
  return only ?? "Identity not found";
}

function refused(error: string, description: string): EmulatedResponse {
  return { status: 400, body: { error, error_description: description }, code: error };
}
