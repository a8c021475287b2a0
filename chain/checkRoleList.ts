// The link between the identity and the list of its roles. It applies to a pod whose container is given a scope to list.

import type { LinkCheck, PodContext } from "./check";
import { checkAccess } from "./checkAccess";
import { lastSegment } from "./lastSegment";
import { sameText } from "./rbac";
import { ROLE_LIST_ACTIONS } from "./roles";
import { finding } from "./rules";
import { envProperty } from "./told";
import { APP_ENVIRONMENT } from "./workloadIdentity";

export function checkRoleList({ model, pod, identity }: PodContext): LinkCheck[] {
  return pod.containers.flatMap((container) => {
    const scope = container.env[APP_ENVIRONMENT.roleListScope];
    const principal = container.env[APP_ENVIRONMENT.roleListPrincipal];
    if (scope === undefined || principal === undefined || identity === undefined) return [];
    if (!sameText(principal, identity.principalId)) {
      const { principalId: expected } = identity;
      const property = envProperty(pod, container, APP_ENVIRONMENT.roleListPrincipal);
      const own = finding("WI051", { resource: pod.resource, property, expected, actual: principal });
      return [{ link: "role list", expected, found: principal, finding: own }];
    }
    return [
      checkAccess(model, identity, {
        link: "role list",
        place: lastSegment(scope),
        scope,
        target: scope,
        actions: ROLE_LIST_ACTIONS,
        kind: "action",
        role: "a role that reads role assignments and role definitions",
        family: "Microsoft.Authorization/",
        rules: { none: "WI050", wrongRole: "WI050", wrongScope: "WI050" },
        code: "AuthorizationFailed",
      }),
    ];
  });
}
