// The caller may create what the stack creates, and write the role assignments that it writes.
import type { Check } from "../check";
import { ASSIGNMENTS_ACTION, DEFINITIONS_ACTION, onlyUnderCondition } from "../conditions";
import { fail, type Outcome, pass, unknown } from "../outcome";
import { mayDo, PERMISSIONS_ACTION } from "../permissions";
import type { Plan, PlannedResource } from "../plan";
import { CLUSTER } from "../pools";

const GROUP = "Microsoft.Resources/resourceGroups";
const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";
const REGISTRY = "Microsoft.ContainerRegistry/registries";
const ASSIGNMENT = "Microsoft.Authorization/roleAssignments";
const DEFINITION = "Microsoft.Authorization/roleDefinitions";
const OF_ROLES = [ASSIGNMENT, DEFINITION];

interface Needed {
  readonly action: string;
  readonly resource: PlannedResource;
}

function rightsToCreate({ resources, calls, builds }: Plan): readonly Needed[] {
  return resources
    .filter(({ type }) => !OF_ROLES.includes(type))
    .flatMap((resource) => actionsFor(resource, calls, builds.registry).map((action) => ({ action, resource })));
}

function actionsFor({ type, properties }: PlannedResource, calls: readonly string[], builds: boolean): readonly string[] {
  if (type === GROUP) return ["Microsoft.Resources/subscriptions/resourceGroups/write"];
  const actions = [`${type}/write`];
  const called = (name: string) => calls.some((token) => token.endsWith(`:${name}`));
  if (type === CLUSTER) {
    if (JSON.stringify(properties.identity ?? {}).includes("userAssignedIdentities")) actions.push(`${IDENTITY}/assign/action`);
    if (called("listManagedClusterUserCredentials")) actions.push(`${CLUSTER}/listClusterUserCredential/action`);
    if (called("listManagedClusterAdminCredentials")) actions.push(`${CLUSTER}/listClusterAdminCredential/action`);
  }
  if (type === REGISTRY && builds) actions.push(`${REGISTRY}/listBuildSourceUploadUrl/action`, `${REGISTRY}/scheduleRun/action`);
  return actions;
}

export const CREATE_RIGHTS: Check = {
  id: "right-to-create",
  asks: "whether your roles allow to write each planned type where it lies (in a group that is not there yet: at the subscription)",
  rights: [PERMISSIONS_ACTION],
  source: "https://learn.microsoft.com/azure/role-based-access-control/permissions/containers",
  async run({ azure, plan }) {
    const needed = rightsToCreate(plan);
    const missing = new Map<string, Set<string>>();
    await Promise.all(
      needed.map(async ({ action, resource }) => {
        // A group is written at the subscription, also one that is there.
        const { scope, allowed } = await mayDo(azure, resource.type === GROUP ? "" : resource.id, action);
        if (!allowed) missing.set(scope, (missing.get(scope) ?? new Set()).add(action));
      }),
    );
    if (needed.length === 0) return [];
    if (missing.size === 0) return [pass(`${new Set(needed.map(({ action }) => action)).size} rights, all there`)];
    return [...missing].map(([scope, actions]) =>
      fail(
        `at ${scope} you lack ${[...actions].sort().join(", ")}`,
        `az role assignment create --assignee YOU --role Contributor --scope ${scope}`,
      ),
    );
  },
};

export const ROLE_RIGHTS: Check = {
  id: "right-to-assign-roles",
  asks: "whether your roles allow to write role assignments, and roles of the stack's own, at their scopes, and not under a condition only",
  rights: [PERMISSIONS_ACTION, ASSIGNMENTS_ACTION, DEFINITIONS_ACTION],
  source: "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps",
  async run({ azure, plan }) {
    const planned = plan.resources.filter(({ type }) => OF_ROLES.includes(type));
    const asked = await Promise.all(
      planned.map(async ({ type, id }) => {
        const action = `${type}/write`;
        return { action, ...(await mayDo(azure, scopeOf(id), action)) };
      }),
    );
    const byScope = new Map(asked.map((each) => [`${each.action} at ${each.scope} ${each.allowed}`, each]));
    return Promise.all(
      [...byScope.values()].map(async ({ action, scope, allowed }): Promise<Outcome> => {
        if (!allowed)
          return fail(
            `at ${scope} you lack ${action}`,
            `have an owner run: az role assignment create --assignee YOU --role "Role Based Access Control Administrator" --scope ${scope}`,
          );
        // A condition is a matter of delegating role assignments.
        if (action === `${ASSIGNMENT}/write` && (await onlyUnderCondition(azure, scope, action)))
          return unknown(
            `at ${scope} you have ${action} under a condition, which this command does not evaluate`,
            `az role assignment list --assignee YOU --scope ${scope} --include-inherited shows it`,
          );
        return pass(`${action} at ${scope}`);
      }),
    );
  },
};

/** The scope that an assignment or definition lies at. */
function scopeOf(id: string): string {
  return id.slice(0, id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/"));
}
