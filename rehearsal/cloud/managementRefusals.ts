// How Resource Manager refuses over HTTP: no token or a wrong one, no right, nothing there.
import { azureError, type EmulatedResponse } from "../network/handler";
import { type AccessToken, RESOURCE_MANAGER_AUDIENCES, type Verification } from "./tokens";
import type { AzureView } from "./view";

interface Addressed {
  readonly type: string;
  readonly name: string;
  readonly resourceGroup: string;
}

/** The same words whether the right is missing or the scope does not exist. */
export function authorizationFailed({ clientId, principalId }: AccessToken, action: string, scope: string): EmulatedResponse {
  return azureError(
    403,
    "AuthorizationFailed",
    `The client '${clientId}' with object id '${principalId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

export function missingApiVersion(): EmulatedResponse {
  const text = "The api-version query parameter (?api-version=) is required for all requests.";
  return azureError(400, "MissingApiVersionParameter", text);
}

export function subscriptionNotFound(subscription: string): EmulatedResponse {
  return azureError(404, "SubscriptionNotFound", `The subscription '${subscription}' could not be found.`);
}

/** What Resource Manager says of a resource, or one below it, that is not there. */
export function resourceNotFound({ type, name, resourceGroup }: Addressed, below = ""): EmulatedResponse {
  return azureError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${name}${below}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

export function refusedToken(
  view: AzureView,
  { problem, found }: Extract<Verification, { readonly problem: unknown }>,
): EmulatedResponse {
  if (problem === "expired") return unauthorized(view, "ExpiredAuthenticationToken", "The access token has expired.");
  if (problem === "issuer") {
    const text = `The access token is from the wrong issuer '${found}'. It must match the tenant '${view.tenantId}' associated with this subscription.`;
    return unauthorized(view, "InvalidAuthenticationTokenTenant", text);
  }
  if (problem !== "audience") return unauthorized(view, "InvalidAuthenticationToken", "The access token is invalid.");
  const allowed = RESOURCE_MANAGER_AUDIENCES.toReversed().flatMap((audience) => [`'${audience}/'`, `'${audience}'`]);
  const text = `The access token has been obtained for wrong audience or resource '${found}'. It should exactly match with one of the allowed audiences ${allowed.join(",")}.`;
  return unauthorized(view, "InvalidAuthenticationTokenAudience", text);
}

export function unauthorized({ tenantId }: AzureView, code: string, message: string): EmulatedResponse {
  const header = `Bearer authorization_uri="https://login.windows.net/${tenantId}", error="invalid_token", error_description="${message}"`;
  return azureError(401, code, message, { headers: { "www-authenticate": header } });
}
