// Reading, writing and deleting one resource. https://learn.microsoft.com/rest/api/resources/resources
import { lastSegment } from "../../../chain";
import type { EmulatedResponse } from "../../network/handler";
import { AzureError } from "../azureError";
import type { AzureResource, Properties } from "../resourceManager";
import { RESOURCE_GROUP, ROLE_ASSIGNMENT, ROLE_DEFINITION } from "../resourceTypes";
import { notInRehearsal } from "./answers";
import { checkConditions } from "./conditions";
import { perform, type RestCall, type RestContext } from "./context";
import { etagOf, fromBody, tagsFromBody, toBody } from "./envelope";
import { waiting } from "./headers";
import { checkParents, existing, find, spelt } from "./lookup";
import { roleBody, roleProperties } from "./roles";
import type { Shape } from "./shapes";

export async function onResource(
  context: RestContext,
  call: RestCall,
  shape: Shape,
  id: string,
): Promise<EmulatedResponse | undefined> {
  switch (call.method) {
    case "GET":
      return perform(context, "read", shape.type, id, () => shown(context, call, shape, existing(context, shape, id)));
    case "HEAD":
      // 204 for what is there: https://learn.microsoft.com/rest/api/resources/resource-groups/check-existence
      return perform(context, "read", shape.type, id, () => ({ status: find(context, id).resource === undefined ? 404 : 204 }));
    case "PUT":
      return write(context, call, shape, id, written(context, call, shape, id));
    case "PATCH":
      return write(context, call, shape, id, retagged(context, call, shape, id));
    case "DELETE":
      return remove(context, call, shape, id);
    default:
      return undefined;
  }
}

function shown(
  { cloud }: RestContext,
  { apiVersion }: RestCall,
  shape: Shape,
  { resource, state }: { readonly resource: AzureResource; readonly state?: string },
  status = 200,
): EmulatedResponse {
  const body = roleBody(cloud, resource) ?? toBody(cloud, shape, resource, { state, apiVersion });
  return { status, body, ...(shape.etag === undefined ? {} : { headers: { etag: `"${etagOf(resource.properties)}"` } }) };
}

function written(context: RestContext, call: RestCall, shape: Shape, id: string): Properties {
  const properties = fromBody(shape, call.body);
  if (shape.type === ROLE_ASSIGNMENT || shape.type === ROLE_DEFINITION) return roleProperties(id, properties);
  checkParents(context, id);
  refuseToMove(find(context, id).resource, shape, properties);
  return properties;
}

function retagged(context: RestContext, call: RestCall, shape: Shape, id: string): Properties {
  if (!shape.beside.includes("tags")) throw notInRehearsal(call.method, call.path);
  const tags = tagsFromBody(call.body);
  return { ...existing(context, shape, id).resource.given, tags };
}

// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors: InvalidResourceLocation,
// InvalidResourceGroupLocation
function refuseToMove(there: AzureResource | undefined, { type }: Shape, { location }: Properties): void {
  const region = (value: unknown) => String(value).toLowerCase().replaceAll(" ", "");
  const held = there?.properties.location;
  if (there === undefined || held === undefined || region(held) === region(location)) return;
  const isGroup = type === RESOURCE_GROUP;
  const what = isGroup ? `resource group '${there.name}'` : `resource '${there.name}'`;
  throw new AzureError(
    409,
    isGroup ? "InvalidResourceGroupLocation" : "InvalidResourceLocation",
    `The ${what} already exists in location '${held}'. It cannot be created in location '${location}' as well.`,
  );
}

async function write(
  context: RestContext,
  call: RestCall,
  shape: Shape,
  given: string,
  properties: Properties,
): Promise<EmulatedResponse> {
  const { cloud, longRunning } = context;
  const id = spelt(context, given);
  const before = cloud.manager.get(id);
  checkConditions(shape, before, call.headers);
  const declared = before?.declared ?? `${shape.type}::${lastSegment(id)}`;
  if (shape.type === ROLE_ASSIGNMENT) cloud.directory.refuseAsPrincipal(properties.principalId);
  const prepared = cloud.manager.prepare(id, properties, declared);
  // A vault that is created is answered with 200 as well: recorded in Azure/azure-cli (test_keyvault_mgmt.yaml).
  const status = before === undefined && shape.put !== "state" ? 201 : 200;
  const work = () =>
    perform(context, before === undefined ? "create" : "update", shape.type, id, () =>
      shown(context, call, shape, { resource: cloud.manager.put(id, properties, declared) }, status),
    );
  if (shape.put === undefined) return work();
  const state = before === undefined ? (shape.creating ?? "Creating") : "Updating";
  const answer = await longRunning.start(work, () => ({ resource: prepared, state }));
  if (typeof answer !== "string") return answer;
  const accepted = shown(context, call, shape, { resource: prepared, state }, status);
  return waiting(call, shape, prepared, answer, shape.put, accepted);
}

async function remove(context: RestContext, call: RestCall, shape: Shape, id: string): Promise<EmulatedResponse> {
  const { cloud, longRunning } = context;
  if (shape.kept) throw notInRehearsal(call.method, call.path);
  const there = cloud.manager.get(id);
  checkConditions(shape, there, call.headers);
  // Of a group that is not there, 404; of anything else, 204.
  if (there === undefined && shape.type === RESOURCE_GROUP) existing(context, shape, id);
  if (there === undefined) return { status: 204 };
  const work = () =>
    perform(context, "delete", shape.type, id, (): EmulatedResponse => {
      // An assignment or a definition that was deleted is shown once more: https://learn.microsoft.com/rest/api/authorization/role-assignments/delete
      const body = roleBody(cloud, there);
      cloud.manager.delete(id);
      return { status: 200, ...(body === undefined ? {} : { body }) };
    });
  if (shape.delete === undefined) return work();
  const answer = await longRunning.start(work, () => ({ resource: there, state: "Deleting" }));
  if (typeof answer !== "string") return answer;
  return waiting(call, shape, there, answer, shape.delete, { status: 202 });
}
