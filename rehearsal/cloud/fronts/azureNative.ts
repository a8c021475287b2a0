// Translates azure-native's resources into Resource Manager's ids and properties, and the answers back.
import { z } from "zod";
import { AzureError } from "../azureError";
import type { Properties } from "../resourceManager";
import { registerRoleAssignment, registerRoleDefinition } from "./authorization";
import { type AzureNativeContext, groupId, KINDS, kindOf } from "./azureKinds";
import { refuseBlob } from "./storage";

const text = z.string().min(1);
const groupInputs = z.looseObject({
  resourceGroupName: text.optional(),
  location: text.optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
const body = z.record(z.string(), z.unknown());

export function registerAzure(
  context: AzureNativeContext,
  type: string,
  pulumiName: string,
  inputs: Properties,
  declared: string,
) {
  const { manager } = context;
  const kindName = kindOf(type);
  const base = groupInputs.parse(inputs);
  const autoName = `${pulumiName}${Buffer.from(pulumiName).toString("hex").slice(-8)}`;
  if (kindName === "resources:ResourceGroup") {
    const name = base.resourceGroupName ?? autoName;
    const location = requireLocation(base.location ?? context.defaultLocation, declared);
    const group = manager.put(groupId(manager, name), { location, tags: base.tags ?? {} }, declared);
    return { id: group.id, state: { ...inputs, location, name } };
  }
  if (kindName === "authorization:RoleAssignment") return registerRoleAssignment(manager, inputs, declared);
  if (kindName === "storage:Blob") return refuseBlob(manager, inputs);
  if (kindName === "authorization:RoleDefinition") return registerRoleDefinition(manager, inputs, declared);

  const kind = kindName === undefined ? undefined : KINDS[kindName];
  if (kind === undefined) throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type}`);
  const { resourceGroupName: group } = z.looseObject({ resourceGroupName: text }).parse(inputs);
  const groupLocation = manager.get(groupId(manager, group))?.properties.location;
  const location = base.location ?? context.defaultLocation ?? (typeof groupLocation === "string" ? groupLocation : undefined);
  const path = kind.levels
    .map(([level, input], index) => {
      // Only the resource itself is given a name; its parents must be named.
      const shape = z.looseObject({ [input]: index === kind.levels.length - 1 ? text.default(autoName) : text });
      return `${level}/${shape.parse(inputs)[input]}`;
    })
    .join("/");
  const id = `${groupId(manager, group)}/providers/${kind.provider}/${path}`;
  const pathInputs = new Set<string>(["resourceGroupName", ...kind.levels.map(([, input]) => input)]);
  const own = Object.fromEntries(Object.entries(inputs).filter(([key]) => !pathInputs.has(key)));
  const { properties: nested, ...flat } = own;
  const given = kind.nested === undefined ? own : { ...flat, ...body.parse(nested ?? {}) };
  const topLevel = kind.levels.length === 1 ? { location: requireLocation(location, declared) } : {};
  const resource = manager.put(id, { ...given, ...topLevel }, declared);
  const outputs = kind.nested === undefined ? resource.properties : { properties: kind.nested(resource) };
  return { id: resource.id, state: { ...own, ...topLevel, ...outputs, name: resource.name } };
}

/** What a program reads of a resource by its id, as it does with `get()`. */
export function readAzure({ manager }: AzureNativeContext, type: string, id: string) {
  const resource = manager.get(id);
  if (resource === undefined)
    throw new AzureError(
      404,
      "ResourceNotFound",
      `'${id}' was not found: a rehearsal knows only what the program itself creates`,
    );
  const kind = KINDS[kindOf(type) ?? ""];
  const outputs = kind?.nested === undefined ? resource.properties : { properties: kind.nested(resource) };
  return { id: resource.id, state: { ...outputs, name: resource.name } };
}

function requireLocation(location: string | undefined, declared: string): string {
  if (location !== undefined) return location;
  throw new AzureError(400, "LocationRequired", `The location property is required for this definition (${declared}).`);
}
