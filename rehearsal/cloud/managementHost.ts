// Azure Resource Manager over HTTP: who calls, which resource is meant, and the resource provider that answers. A further provider is a further entry.
import { randomUUID } from "node:crypto";
import { azureError, type EmulatedHost, type EmulatedRequest, type EmulatedResponse } from "../network/handler";
import { mayDo } from "./deployer";
import { authorizationFailed, missingApiVersion, refusedToken, subscriptionNotFound, unauthorized } from "./managementRefusals";
import type { RestApi } from "./rest/restApi";
import { type RoleCall, roleAnswer } from "./roleCalls";
import { type AccessToken, RESOURCE_MANAGER_AUDIENCES, type TokenSigner } from "./tokens";
import type { AzureView } from "./view";

export interface ManagementCall {
  readonly method: string;
  /** For example `Microsoft.ContainerRegistry/registries`, as the caller spells it. */
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  /** What follows the resource's own name, such as `["runs", "cb1", "cancel"]`. */
  readonly rest: readonly string[];
  readonly apiVersion: string;
  readonly body: string;
  readonly caller: AccessToken;
}

/** Undefined: there is no such call. */
export type ResourceProvider = (call: ManagementCall) => EmulatedResponse | undefined | Promise<EmulatedResponse | undefined>;

const PATH =
  /^(?<id>\/subscriptions\/(?<subscription>[^/]+)\/resourceGroups\/(?<resourceGroup>[^/]+)\/providers\/(?<type>[^/]+\/[^/]+)\/(?<name>[^/]+))(?<rest>(?:\/[^/]+)*)\/?$/i;
/** Roles are read at any scope: what stands before the provider is one. */
const ROLES_PATH =
  /^(?<scope>\/subscriptions\/(?<subscription>[^/]+)(?:\/[^/]+)*?)\/providers\/Microsoft\.Authorization\/(?<kind>roleAssignments|roleDefinitions)(?:\/(?<name>[^/]+))?\/?$/i;
const API_VERSION = /^\d{4}-\d\d-\d\d(-preview)?$/;

/**
 * `providers` by type in lower case; `rest`, where there is one, is asked before them. Checked in this order: token 401, form of the path 501,
 * api-version 400, subscription 404, type 501, role 403.
 */
export function managementHost(
  view: AzureView,
  signer: TokenSigner,
  providers: Readonly<Record<string, ResourceProvider>>,
  rest?: RestApi,
): EmulatedHost {
  return {
    pattern: "management.azure.com",
    async handle(request) {
      const response = await answer(request, view, signer, providers, rest);
      const requestId = randomUUID();
      const ids = { "x-ms-request-id": requestId, "x-ms-correlation-request-id": requestId };
      return { ...response, headers: { "cache-control": "no-cache", ...ids, ...response.headers } };
    },
  };
}

async function answer(
  { method, url, headers, body }: EmulatedRequest,
  view: AzureView,
  signer: TokenSigner,
  providers: Readonly<Record<string, ResourceProvider>>,
  restOfApi: RestApi | undefined,
): Promise<EmulatedResponse> {
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (token === undefined)
    return unauthorized(view, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
  const verified = await signer.verify(token, { tenantId: view.tenantId, audiences: RESOURCE_MANAGER_AUDIENCES });
  if ("problem" in verified) return refusedToken(view, verified);
  const path = decodeURIComponent(url.pathname);
  const own = await restOfApi?.({ method, path, url, headers, body, caller: verified.token });
  if (own !== undefined) return own;
  const roles = method === "GET" ? ROLES_PATH.exec(path)?.groups : undefined;
  const found = roles ?? PATH.exec(path)?.groups;
  const { id = "", subscription = "", resourceGroup = "", type = "", name = "", rest = "" } = found ?? {};
  const apiVersion = url.searchParams.get("api-version") ?? "";
  const notThere = azureError(501, "NotInRehearsal", `The rehearsal's Resource Manager has no ${method} ${url.pathname}.`);
  if (found === undefined) return notThere;
  if (!API_VERSION.test(apiVersion)) return missingApiVersion();
  if (subscription.toLowerCase() !== view.subscriptionId.toLowerCase()) return subscriptionNotFound(subscription);
  if (roles !== undefined) return roleAnswer(view, verified.token, roleCall(roles, url)) ?? notThere;
  const call = {
    method,
    type,
    id,
    name,
    resourceGroup,
    rest: rest.split("/").slice(1),
    apiVersion,
    body,
    caller: verified.token,
  };
  const provider = providers[type.toLowerCase()];
  if (provider === undefined) return notThere;
  return forbidden(view, call) ?? (await provider(call)) ?? notThere;
}

function roleCall({ scope = "", kind = "", name }: Readonly<Record<string, string | undefined>>, url: URL): RoleCall {
  const isDefinitions = kind.toLowerCase() === "roledefinitions";
  return {
    scope,
    kind: isDefinitions ? "roleDefinitions" : "roleAssignments",
    name,
    filter: url.searchParams.get("$filter"),
  };
}

/** Before anything is looked up: who has no right does not learn whether the resource exists. */
function forbidden(view: AzureView, call: ManagementCall): EmulatedResponse | undefined {
  const { id, rest, caller } = call;
  const action = actionOf(call);
  if (mayDo(view, caller.principalId, action, "action", id)) return undefined;
  // A call such as `scheduleRun` is no resource, and has none of its own.
  return authorizationFailed(caller, action, [id, ...rest.slice(0, rest.length - (rest.length % 2))].join("/"));
}

const VERBS: Readonly<Record<string, string>> = { POST: "action", GET: "read", HEAD: "read", DELETE: "delete" };

/** `POST …/registries/acr/runs/cb1/cancel` is `Microsoft.ContainerRegistry/registries/runs/cancel/action`: names of resources are left out. */
function actionOf({ method, type, rest }: ManagementCall): string {
  return [type, ...rest.filter((_, index) => index % 2 === 0), VERBS[method] ?? "write"].join("/");
}
