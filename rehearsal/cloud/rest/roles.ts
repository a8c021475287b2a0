// Role assignments and definitions one at a time: they lie at a scope, which their bodies do not repeat. Lists are in roleCalls.ts.
import { roleOf } from "../../../chain";
import type { CloudState } from "../cloudState";
import { assignmentLink } from "../links";
import type { AzureResource, Properties } from "../resourceManager";
import { ROLE_ASSIGNMENT, ROLE_DEFINITION } from "../resourceTypes";
import { assignmentResource, definitionResource } from "../roleCalls";

/** What a body means for the emulated cloud, which wants the scope. */
export function roleProperties(id: string, properties: Properties): Properties {
  const scope = id.slice(0, id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/"));
  return id.toLowerCase().includes("/roleassignments/") ? { ...properties, scope } : properties;
}

/** As in a list; undefined for another type. */
export function roleBody(cloud: CloudState, resource: AzureResource): object | undefined {
  if (resource.type === ROLE_ASSIGNMENT) return assignmentResource(cloud, assignmentLink(resource));
  const role = resource.type === ROLE_DEFINITION ? roleOf(resource.name, cloud.customRoles()) : undefined;
  return role === undefined ? undefined : definitionResource(cloud, role);
}
