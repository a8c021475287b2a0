// Roles as they are listed, apart from any SDK.

export interface ListedRole {
  /** Name of the role; the GUID of its definition where that was not found. */
  readonly name: string;
  /** Resource id of where it counts. */
  readonly scope: string;
  readonly assignmentId: string;
}

export interface RoleList {
  readonly roles: readonly ListedRole[];
}

/** The same roles always in the same order, whatever order Azure gives them in and whatever the language of the machine. */
export function inOrder(roles: readonly ListedRole[]): readonly ListedRole[] {
  const key = ({ name, scope, assignmentId }: ListedRole) => [name, scope, assignmentId].join("\n");
  return [...roles].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** A scope as a person names it: the resource by type and name, without the subscription and the group that it is in. */
export function shortScope(scope: string): string {
  const [, provider] = /^.*\/providers\/(.+)$/i.exec(scope) ?? [];
  if (provider !== undefined) {
    const [namespace = "", ...parts] = provider.split("/");
    const types = parts.filter((_, index) => index % 2 === 0);
    const names = parts.filter((_, index) => index % 2 === 1);
    return `${[namespace, ...types].join("/")} ${names.join("/")}`;
  }
  const [, group] = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)$/i.exec(scope) ?? [];
  if (group !== undefined) return `resource group ${group}`;
  const [, subscription] = /^\/subscriptions\/([^/]+)$/i.exec(scope) ?? [];
  return subscription === undefined ? scope : `subscription ${subscription}`;
}
