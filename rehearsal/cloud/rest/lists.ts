// Lists of resources: of one type at a subscription, in a group or below a parent, or of every type.
import { sameText } from "../../../chain";
import type { EmulatedResponse } from "../../network/handler";
import type { AzureResource } from "../resourceManager";
import { RESOURCE_GROUP } from "../resourceTypes";
import { notInRehearsal } from "./answers";
import { perform, type RestCall, type RestContext } from "./context";
import { toBody } from "./envelope";
import { checkParents, find } from "./lookup";
import { pageOf } from "./paging";
import { type Shape, shapeOf } from "./shapes";

interface Item {
  readonly id: string;
  readonly shape: Shape;
  readonly resource: AzureResource;
  readonly state: string | undefined;
}

/** What is there, and what is still being created. */
function items(context: RestContext, accepts: (resource: AzureResource) => boolean): Item[] {
  const { cloud, longRunning } = context;
  const there = cloud.manager.all();
  const coming = longRunning.all().filter(({ resource }) => cloud.manager.get(resource.id) === undefined);
  return [...there, ...coming.map(({ resource }) => resource)].filter(accepts).flatMap((resource) => {
    const shape = shapeOf(resource.type);
    return shape === undefined ? [] : [{ id: resource.id, shape, resource, state: find(context, resource.id).state }];
  });
}

/** Children of children are not in it: a list of vaults has no secrets. */
export async function listOf(context: RestContext, call: RestCall, shape: Shape, scope: string): Promise<EmulatedResponse> {
  return perform(context, "read", shape.type, scope, () => {
    checkParents(context, `${scope}/providers/x/y/z`);
    const prefix = `${scope.toLowerCase()}/`;
    const found = items(context, ({ id, type }) => type === shape.type && id.toLowerCase().startsWith(prefix));
    const { value, ...next } = pageOf(found, call.url, context.pageSize);
    return { status: 200, body: { value: value.map((item) => bodyOf(context, call, item)), ...next } };
  });
}

/** The filters by which the Azure CLI finds a resource of which it knows the name only. */
const OF_TYPE = /^resourceType eq '(?<type>[^']+)'(?: and name eq '(?<name>[^']+)')?$/i;

/** Of each resource what does not depend on its type: https://learn.microsoft.com/rest/api/resources/resources/list */
export async function everything(context: RestContext, call: RestCall, scope: string): Promise<EmulatedResponse> {
  const filter = call.url.searchParams.get("$filter");
  const { type: wanted, name: called } = OF_TYPE.exec(filter ?? "")?.groups ?? {};
  if (filter !== null && wanted === undefined) throw notInRehearsal(call.method, `${call.path} with the filter ${filter}`);
  return perform(context, "read", "Microsoft.Resources/resources", scope, () => {
    if (scope.includes("/resourceGroups/")) checkParents(context, `${scope}/providers/x/y/z`);
    const prefix = scope.includes("/resourceGroups/") ? `${scope.toLowerCase()}/` : `${scope.toLowerCase()}/resourcegroups/`;
    const found = items(context, ({ id, type, name }) => {
      const topLevel = type.split("/").length === 2 && type !== RESOURCE_GROUP && !id.includes("/Microsoft.Authorization/");
      const asked = (wanted === undefined || sameText(wanted, type)) && (called === undefined || sameText(called, name));
      return topLevel && asked && id.toLowerCase().startsWith(prefix);
    });
    const { value, ...next } = pageOf(found, call.url, context.pageSize);
    return { status: 200, body: { value: value.map((item) => summary(bodyOf(context, call, item))), ...next } };
  });
}

const SUMMARY = ["id", "name", "type", "location", "tags", "sku", "kind", "identity"];

function summary(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([key]) => SUMMARY.includes(key)));
}

function bodyOf({ cloud }: RestContext, { apiVersion }: RestCall, { shape, resource, state }: Item): object {
  return toBody(cloud, shape, resource, { state, apiVersion });
}
