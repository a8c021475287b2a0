// Between the flat properties of the emulated cloud, which are azure-native's, and the bodies of Resource Manager.
import { createHash } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../azureError";
import { secretVersion } from "../links";
import type { AzureResource, Properties } from "../resourceManager";
import { CLUSTER, ROLE_DEFINITION, SECRET } from "../resourceTypes";
import type { AzureView } from "../view";
import type { Shape } from "./shapes";

const record = z.record(z.string(), z.unknown());
const tags = z.record(z.string(), z.string());
const bodyShape = z.looseObject({
  location: z.string().min(1).optional(),
  tags: tags.nullish(),
  properties: record.nullish(),
  identity: z.looseObject({ userAssignedIdentities: record.nullish() }).nullish(),
});
const tagsShape = z.strictObject({ tags: tags.default({}) });
const listShape = z.looseObject({ userAssignedIdentities: z.union([z.array(z.string()), record]).optional() });

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AzureError(
      400,
      "InvalidRequestContent",
      "The request content was invalid and could not be deserialized: it is not JSON.",
    );
  }
}

/** The flat properties that a PUT means. Read-only state that a client sends back is left out. */
export function fromBody(shape: Shape, body: string): Properties {
  const content = bodyShape.safeParse(parsed(body));
  if (!content.success) throw new AzureError(400, "InvalidRequestContent", z.prettifyError(content.error));
  const { properties, ...envelope } = content.data;
  if (shape.located && envelope.location === undefined)
    throw new AzureError(400, "LocationRequired", "The location property is required for this definition.");
  const beside = shape.beside.flatMap((key) => {
    const value: unknown = key === "identity" ? identityIn(shape, envelope.identity) : envelope[key];
    return value === undefined || value === null ? [] : [[key, value] as const];
  });
  const { provisioningState: _, eTag: __, ...own } = properties ?? {};
  return { ...(shape.type === ROLE_DEFINITION ? roleIn(own) : own), ...Object.fromEntries(beside) };
}

/** The only thing that a PATCH changes here. */
export function tagsFromBody(body: string): Readonly<Record<string, string>> {
  const content = tagsShape.safeParse(parsed(body));
  if (content.success) return content.data.tags;
  throw new AzureError(501, "NotInRehearsal", "The rehearsal's Resource Manager changes nothing but `tags` with PATCH.");
}

export interface Reading {
  /** Where it stands, if an operation of it is not done. */
  readonly state?: string | undefined;
  readonly apiVersion: string;
}

/** The body of a resource. */
export function toBody(
  view: AzureView,
  shape: Shape,
  resource: AzureResource,
  { state = "Succeeded", apiVersion }: Reading,
): object {
  const { id, name, properties } = resource;
  const flat = visible(view, resource);
  const beside = shape.beside.flatMap((key) => {
    const value = key === "identity" ? identityOut(view, flat.identity) : flat[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const own = Object.entries(flat).filter(([key]) => !shape.beside.includes(key) && (shape.since?.[key] ?? "") <= apiVersion);
  const etag = { eTag: etagOf(properties) };
  return {
    id,
    type: shape.type,
    name,
    ...Object.fromEntries(beside),
    ...(shape.etag === "beside" ? etag : {}),
    properties: {
      ...Object.fromEntries(own),
      ...(shape.provisioned ? { provisioningState: state } : {}),
      ...(shape.etag === "properties" ? etag : {}),
    },
  };
}

/** Changes exactly when the resource does; its form is ours. */
export function etagOf(properties: Properties): string {
  return createHash("sha256").update(JSON.stringify(properties)).digest("hex").slice(0, 32);
}

/** Resource Manager never returns a secret's value. https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/get */
function visible(view: AzureView, resource: AzureResource): Properties {
  if (resource.type !== SECRET) return resource.properties;
  const { value: _, ...rest } = resource.properties;
  const vault = /\/vaults\/([^/]+)\//i.exec(resource.id)?.[1] ?? "";
  const secretUri = `https://${vault.toLowerCase()}.vault.azure.net/secrets/${resource.name}`;
  return { ...rest, secretUri, secretUriWithVersion: `${secretUri}/${secretVersion(resource, view.now()).version}` };
}

/** The kind of a custom role is `type` over REST, and `roleType` in azure-native. */
function roleIn({ type, ...rest }: Properties): Properties {
  return type === undefined ? rest : { ...rest, roleType: type };
}

// Azure-native lists a cluster's identities, and Resource Manager has them as keys; of a registry both have keys.
function identityIn({ type }: Shape, identity: z.infer<typeof bodyShape>["identity"]): unknown {
  const ids = identity?.userAssignedIdentities;
  return type === CLUSTER && ids ? { ...identity, userAssignedIdentities: Object.keys(ids) } : identity;
}

function identityOut(view: AzureView, identity: unknown): unknown {
  const found = listShape.safeParse(identity);
  if (!found.success || found.data.userAssignedIdentities === undefined) return identity;
  const { userAssignedIdentities: given } = found.data;
  const ids = Array.isArray(given) ? given : Object.keys(given);
  const entry = (id: string) => {
    const known = view.identities().find((each) => each.id.toLowerCase() === id.toLowerCase());
    return known === undefined ? {} : { clientId: known.clientId, principalId: known.principalId };
  };
  return { ...found.data, userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, entry(id)])) };
}
