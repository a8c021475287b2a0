// The control plane of the emulated Azure as a REST API: which part answers a request. docs/rest.md says what it covers.
import type { EmulatedResponse } from "../../network/handler";
import { missingApiVersion, subscriptionNotFound } from "../managementRefusals";
import { RESOURCE_GROUP, ROLE_ASSIGNMENT, ROLE_DEFINITION } from "../resourceTypes";
import { onAction, onCall } from "./actions";
import { type Address, parseAddress } from "./address";
import { refusal } from "./answers";
import { forbidden, type RestCall, type RestCloud, type RestContext } from "./context";
import { Limits } from "./limits";
import { everything, listOf } from "./lists";
import { LongRunning } from "./longRunning";
import { locations, offers, permissions } from "./offers";
import { onResource } from "./resources";
import { type SubscriptionFacts, subscriptionFacts } from "./subscriptionFacts";
import { providers, subscription, subscriptions, tenants } from "./subscriptions";

export type { RestCall, RestCloud } from "./context";

export interface RestOptions {
  /** How many resources a page of a list has at most. Defaults to 100; how many Azure gives is not documented for most types. */
  readonly pageSize?: number;
  /** What the subscription has besides resources. Defaults to one that may have everything that is emulated. */
  readonly facts?: SubscriptionFacts;
}

/** Undefined: this path, type or call is none of the API's; another part of the host may have it. */
export type RestApi = (call: Omit<RestCall, "apiVersion">) => Promise<EmulatedResponse | undefined>;

const API_VERSION = /^\d{4}-\d\d-\d\d(-preview)?$/;

/** Checked in this order, after the token: form of the path and type 501, api-version 400, subscription 404, role 403. */
export function restApi(cloud: RestCloud, { pageSize = 100, facts = subscriptionFacts() }: RestOptions = {}): RestApi {
  const { clock } = cloud.operations;
  const context: RestContext = { cloud, pageSize, facts, longRunning: new LongRunning(clock) };
  const limits = new Limits(clock);
  return async (request) => {
    const parsed = parseAddress(request.path);
    if (parsed === undefined) return undefined;
    const call = { ...request, apiVersion: request.url.searchParams.get("api-version") ?? "" };
    if (!API_VERSION.test(call.apiVersion)) return missingApiVersion();
    const { subscription: named, address } = parsed;
    if (named !== undefined && named.toLowerCase() !== cloud.subscriptionId.toLowerCase()) return subscriptionNotFound(named);
    const response = await answer(context, call, address).catch(refusal);
    if (response === undefined) return undefined;
    const left = limits.take(call.caller.principalId, call.method);
    return { ...response, headers: { ...left, ...response.headers } };
  };
}

async function answer(context: RestContext, call: RestCall, address: Address): Promise<EmulatedResponse | undefined> {
  if (isRoleList(call, address)) return undefined;
  const refused = withoutRight(context, call, address);
  if (refused !== undefined) return refused;
  const isGet = call.method === "GET";
  switch (address.kind) {
    case "tenants":
      return isGet ? tenants(context) : undefined;
    case "subscriptions":
      return isGet ? subscriptions(context, call) : undefined;
    case "subscription":
      return isGet ? subscription(context, call) : undefined;
    case "locations":
      return isGet ? locations(context, call) : undefined;
    case "permissions":
      return isGet ? permissions(context, call, address.scope) : undefined;
    case "provider":
      return isGet !== address.register ? providers(context, address.namespace) : undefined;
    case "collection":
      return isGet ? listOf(context, call, address.shape, address.scope) : undefined;
    case "resources":
      return isGet ? everything(context, call, address.scope) : undefined;
    case "resource":
      return onResource(context, call, address.shape, address.id);
    case "action":
      return onAction(context, call, address.shape, address.id, address.action);
    case "call":
      return (
        operation(context, call, address.path) ??
        (await offers(context, call, address.namespace, address.path)) ??
        onCall(context, call, address.namespace, address.path)
      );
  }
}

/** Whoever was given the address of an operation may ask for it: its id is a secret of its own. */
function operation(
  { longRunning }: RestContext,
  { method, path: whole }: RestCall,
  path: readonly string[],
): EmulatedResponse | undefined {
  const [locations, , kind, id = ""] = path;
  if (method !== "GET" || path.length !== 4 || locations !== "locations") return undefined;
  return kind === "operations" ? longRunning.status(id, whole) : kind === "operationresults" ? longRunning.result(id) : undefined;
}

/** Lists of roles have filters of their own, and built-in definitions are no resources: roleCalls.ts answers. */
function isRoleList({ method }: RestCall, address: Address): boolean {
  if (address.kind === "collection") return address.shape.type === ROLE_ASSIGNMENT || address.shape.type === ROLE_DEFINITION;
  return method === "GET" && address.kind === "resource" && address.shape.type === ROLE_DEFINITION;
}

const VERBS: Readonly<Record<string, string>> = { GET: "read", HEAD: "read", PUT: "write", PATCH: "write", DELETE: "delete" };

/** Actions: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations. What is left out checks for itself. */
function withoutRight(context: RestContext, call: RestCall, address: Address): EmulatedResponse | undefined {
  if (address.kind === "provider") {
    const { namespace, register } = address;
    const action = register ? `${namespace}/register/action` : "Microsoft.Resources/subscriptions/providers/read";
    return forbidden(context, call, action, `/subscriptions/${context.cloud.subscriptionId}`);
  }
  const verb = VERBS[call.method];
  if (verb === undefined) return undefined;
  const group = "Microsoft.Resources/subscriptions/resourceGroups";
  switch (address.kind) {
    case "resource":
      return forbidden(
        context,
        call,
        `${address.shape.type === RESOURCE_GROUP ? group : address.shape.type}/${verb}`,
        address.id,
      );
    case "collection":
      return forbidden(
        context,
        call,
        `${address.shape.type === RESOURCE_GROUP ? group : address.shape.type}/read`,
        address.scope,
      );
    case "resources":
      return forbidden(
        context,
        call,
        `${address.scope.includes("/resourceGroups/") ? group : "Microsoft.Resources/subscriptions"}/resources/read`,
        address.scope,
      );
    default:
      return undefined;
  }
}
