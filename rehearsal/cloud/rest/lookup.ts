// Finding a resource, and what Azure says when it, its parent or its group is not there.
import { lastSegment } from "../../../chain";
import type { AzureResource } from "../resourceManager";
import { parentOf } from "../resourceManager";
import { RESOURCE_GROUP } from "../resourceTypes";
import { groupNotFound, notFound, parentNotFound } from "./answers";
import type { RestContext } from "./context";
import type { UnderWay } from "./longRunning";
import type { Shape } from "./shapes";

const GROUP = /^(\/subscriptions\/[^/]+\/resourceGroups\/([^/]+))(\/|$)/i;

/** Also what is still being created, with its state. */
export function find({ cloud, longRunning }: RestContext, id: string): Partial<UnderWay> {
  const underWay = longRunning.at(id);
  const resource = cloud.manager.get(id) ?? underWay?.resource;
  if (resource === undefined) return {};
  return underWay === undefined ? { resource } : { resource, state: underWay.state };
}

/** The resource, or 404 for the first of group, parent and itself that is not there. */
export function existing(
  context: RestContext,
  shape: Shape,
  id: string,
): { readonly resource: AzureResource; readonly state?: string } {
  const { resource, state } = find(context, id);
  if (resource !== undefined) return state === undefined ? { resource } : { resource, state };
  checkParents(context, id);
  throw shape.type === RESOURCE_GROUP ? groupNotFound(lastSegment(id)) : notFound(shape.type, id);
}

/** Throws 404 unless group and parent are there. */
export function checkParents(context: RestContext, id: string): void {
  const [, group, groupName] = GROUP.exec(id) ?? [];
  if (group !== undefined && groupName !== undefined && group !== id && find(context, group).resource === undefined)
    throw groupNotFound(groupName);
  const parent = parentOf(id);
  if (parent !== undefined && find(context, parent).resource === undefined) throw parentNotFound(parent);
}

/** The id as Azure would write it: what is above a new resource is spelt as it was when it was created. */
export function spelt({ cloud }: RestContext, id: string): string {
  const parent = parentOf(id);
  const known = parent === undefined ? undefined : cloud.manager.get(parent);
  return known === undefined || parent === undefined ? id : known.id + id.slice(parent.length);
}
