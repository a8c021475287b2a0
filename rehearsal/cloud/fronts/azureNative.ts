// Translates azure-native's resources into Resource Manager's ids and properties, and the answers back.

import { z } from "zod";
import { lastSegment } from "../../../chain";
import { AzureError } from "../azureError";
import type { AzureResource, Properties } from "../resourceManager";
import { accessPolicyInputs, accessPolicyTarget } from "./accessPolicy";
import { roleAssignmentTarget, roleDefinitionTarget } from "./authorization";
import { type AzureNativeContext, groupId, KINDS, kindOf } from "./azureKinds";
import { alreadyThere, type Front, notEmulated, type ResourceAnswer, type ResourceRequest } from "./front";
import { refuseBlob } from "./storage";

/** What a resource of the program is in Resource Manager's terms. */
export interface AzureTarget {
  readonly id: string;
  readonly properties: Properties;
  /** The provider's outputs beside the inputs that it keeps. */
  outputsOf(resource: AzureResource): Properties;
}

const text = z.string().min(1);
const groupInputs = z.looseObject({
  resourceGroupName: text.optional(),
  location: text.optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
const body = z.record(z.string(), z.unknown());

export function azureFront(context: AzureNativeContext): Front {
  const { manager } = context;
  const put = (request: ResourceRequest, target: AzureTarget): ResourceAnswer => {
    const resource = manager.put(target.id, target.properties, request.declared);
    return { id: resource.id, state: { ...target.outputsOf(resource), name: resource.name } };
  };
  return {
    create(request) {
      const target = azureTarget(context, request);
      const existing = manager.get(target.id);
      if (existing !== undefined) throw alreadyThere(target.id, existing.declared);
      // Since pulumi/pulumi-azure-native#4759 the provider recovers a deleted secret of this name, and then writes it.
      if (kindOf(request.type) === "keyvault:Secret") manager.softDeleted.takeSecret(target.id);
      return put(request, target);
    },
    update: (id, request) => put(request, { ...azureTarget(context, request), id }),
    read(type, id) {
      const resource = manager.get(id);
      if (resource === undefined) return undefined;
      const state = { ...readOutputs(type, resource), name: resource.name };
      return { id: resource.id, state, inputs: inputsOf(type, resource) };
    },
    delete: (_type, id) => void manager.delete(id),
  };
}

/** The resource that a program's inputs mean; one without a name of its own is given one. */
export function azureTarget(context: AzureNativeContext, request: ResourceRequest): AzureTarget {
  const { manager } = context;
  const { type, name: pulumiName, inputs, declared } = request;
  const kindName = kindOf(type);
  const base = groupInputs.parse(inputs);
  const autoName = `${pulumiName}${Buffer.from(pulumiName).toString("hex").slice(-8)}`;
  if (kindName === "resources:ResourceGroup") {
    const location = requireLocation(base.location ?? context.defaultLocation, declared);
    return {
      id: groupId(context, base.resourceGroupName ?? autoName),
      properties: { location, tags: base.tags ?? {} },
      outputsOf: () => ({ ...inputs, location }),
    };
  }
  if (kindName === "authorization:RoleAssignment") return roleAssignmentTarget(inputs, declared);
  if (kindName === "keyvault:AccessPolicy") return accessPolicyTarget(context, inputs);
  if (kindName === "storage:Blob") return refuseBlob(manager, inputs);
  if (kindName === "authorization:RoleDefinition") return roleDefinitionTarget(inputs, declared);

  const kind = kindName === undefined ? undefined : KINDS[kindName];
  if (kind === undefined) throw notEmulated(type);
  const { resourceGroupName: group } = z.looseObject({ resourceGroupName: text }).parse(inputs);
  const groupLocation = manager.get(groupId(context, group))?.properties.location;
  const location = base.location ?? context.defaultLocation ?? (typeof groupLocation === "string" ? groupLocation : undefined);
  const path = kind.levels
    .map(([level, input], index) => {
      // Only the resource itself is given a name; its parents must be named.
      const shape = z.looseObject({ [input]: index === kind.levels.length - 1 ? text.default(autoName) : text });
      return `${level}/${shape.parse(inputs)[input]}`;
    })
    .join("/");
  const pathInputs = new Set<string>(["resourceGroupName", ...kind.levels.map(([, input]) => input)]);
  const own = Object.fromEntries(Object.entries(inputs).filter(([key]) => !pathInputs.has(key)));
  const { properties: nested, ...flat } = own;
  const given = kind.nested === undefined ? own : { ...flat, ...body.parse(nested ?? {}) };
  const topLevel = kind.levels.length === 1 ? { location: requireLocation(location, declared) } : {};
  return {
    id: `${groupId(context, group)}/providers/${kind.provider}/${path}`,
    properties: { ...given, ...topLevel },
    outputsOf: (resource) => ({ ...own, ...topLevel, ...readOutputs(type, resource) }),
  };
}

function readOutputs(type: string, resource: AzureResource): Properties {
  if (kindOf(type) === "keyvault:AccessPolicy") return { policy: resource.properties };
  const kind = KINDS[kindOf(type) ?? ""];
  return kind?.nested === undefined ? resource.properties : { properties: kind.nested(resource) };
}

// The way back: what the id says, and what was sent.
function inputsOf(type: string, { id, name, given }: AzureResource): Record<string, unknown> {
  const kindName = kindOf(type) ?? "";
  if (kindName === "resources:ResourceGroup") return { ...given, resourceGroupName: name };
  const scope = id.slice(0, id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/"));
  if (kindName === "authorization:RoleAssignment") return { ...given, roleAssignmentName: name };
  if (kindName === "authorization:RoleDefinition") return { ...given, scope, roleDefinitionId: name };
  if (kindName === "keyvault:AccessPolicy") return accessPolicyInputs(id, given);
  const kind = KINDS[kindName];
  const segments = id.split("/");
  const after = (key: string) => segments[segments.findIndex((segment) => segment.toLowerCase() === key.toLowerCase()) + 1];
  const names = (kind?.levels ?? []).map(([level, input]) => [input, after(lastSegment(level))]);
  const path = { resourceGroupName: after("resourceGroups"), ...Object.fromEntries(names) };
  if (kind?.nested === undefined) return { ...given, ...path };
  const { location, tags, value: _neverTold, ...properties } = given;
  return { ...path, ...(location === undefined ? {} : { location }), ...(tags === undefined ? {} : { tags }), properties };
}

function requireLocation(location: string | undefined, declared: string): string {
  if (location !== undefined) return location;
  throw new AzureError(400, "LocationRequired", `The location property is required for this definition (${declared}).`);
}
