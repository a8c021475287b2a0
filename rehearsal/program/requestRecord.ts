// What a program asks for when it registers a resource, as a record: mocks pass only a part of it on.
import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { type AliasRecord, type ResourceRecord, secretKeysOf, unwrapRecord } from "./recording";

/** A program may bring an older Pulumi, whose requests have fewer options. */
export function recordOf(request: RegisterResourceRequest, urn: string): ResourceRecord {
  const raw: unknown = request.getObject()?.toJavaScript() ?? {};
  const inputs = unwrapRecord(raw);
  const propertyDependencies = Object.fromEntries(
    [...request.getPropertydependenciesMap().entries()].map(([key, value]) => [key, value.getUrnsList()]),
  );
  const fromInputs = new Set(Object.values(propertyDependencies).flat());
  const timeouts = request.getCustomtimeouts();
  const identity = { urn, type: request.getType(), name: request.getName(), parent: request.getParent() || undefined };
  return {
    ...identity,
    custom: request.getCustom(),
    inputs,
    secretInputs: secretKeysOf(raw),
    dependsOn: request
      .getDependenciesList()
      .filter((dependency) => !fromInputs.has(dependency))
      .sort(),
    dependencies: [...request.getDependenciesList()].sort(),
    propertyDependencies,
    provider: request.getProvider(),
    protect: request.getProtect() ?? false,
    deletedWith: request.getDeletedwith?.() || undefined,
    retainOnDelete: request.getRetainondelete?.() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    aliases: (request.getAliasesList?.() ?? []).map((alias) => aliasOf(alias, request.getParent())),
    hooks: hooksOf(request),
    customTimeouts: Object.fromEntries(
      Object.entries({ create: timeouts?.getCreate(), update: timeouts?.getUpdate(), delete: timeouts?.getDelete() }).flatMap(
        ([key, value]) => (value ? [[key, value]] : []),
      ),
    ),
  };
}

/** Reference of the provider, its own or its package's; empty: the default one. */
export function providerOf(request: RegisterResourceRequest): string {
  const [kind = ""] = request.getType().split(":");
  return request.getProvider() || (request.getProvidersMap().get(kind) ?? "");
}

// In the request an empty text stands for "as it is", and so does the resource's own parent.
function aliasOf(alias: Alias, ownParent: string): AliasRecord {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  const parent = spec.getNoparent() ? "" : spec.getParenturn() || ownParent;
  const given = { type: spec.getType(), name: spec.getName(), project: spec.getProject(), stack: spec.getStack() };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")),
    ...(parent === ownParent ? {} : { parent }),
  };
}

function hooksOf(request: RegisterResourceRequest): Record<string, readonly string[]> {
  const hooks = Object.entries(request.getHooks?.()?.toObject() ?? {});
  return Object.fromEntries(
    hooks.filter(([, names]) => names.length > 0).map(([when, names]) => [when.replace(/List$/, ""), names]),
  );
}
