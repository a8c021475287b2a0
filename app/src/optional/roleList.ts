// The roles of one identity, through the SDK of Resource Manager's authorization.
import { AuthorizationManagementClient, type RoleAssignment } from "@azure/arm-authorization";
import { isRestError } from "@azure/core-rest-pipeline";
import type { AzureAccess } from "../azureAccess";
import type { RoleListSettings } from "../config";
import { NO_RETRIES } from "../credential";
import { inOrder, type ListedRole, type RoleList } from "../roles";
import type { Source, Try } from "../source";

export class RoleListSource implements Source<RoleList> {
  readonly #access: AzureAccess;
  readonly #client: AuthorizationManagementClient;
  readonly #settings: RoleListSettings;
  /** By the definition's GUID. A definition that was not found is asked for again, since it may be new. */
  readonly #names = new Map<string, string>();

  constructor(settings: RoleListSettings, access: AzureAccess) {
    this.#access = access;
    this.#settings = settings;
    this.#client = new AuthorizationManagementClient(access.credential, settings.subscriptionId, {
      retryOptions: NO_RETRIES,
      additionalPolicies: [access.watch],
    });
  }

  read(signal: AbortSignal): Promise<Try<RoleList>> {
    return this.#access.attempt("roles", signal, async () => {
      const { scope, principal } = this.#settings;
      const roles: ListedRole[] = [];
      // Without it the list holds everybody's roles; with it also those of the principal's groups, which are its own as well.
      const options = { filter: `assignedTo('${principal}')`, abortSignal: signal };
      for await (const assignment of this.#client.roleAssignments.listForScope(withoutSlash(scope), options))
        if (isOf(principal, assignment)) roles.push(await this.#listed(assignment, signal));
      return { roles: inOrder(roles) };
    });
  }

  async #listed({ id = "", scope = "", roleDefinitionId = "" }: RoleAssignment, signal: AbortSignal): Promise<ListedRole> {
    const guid = roleDefinitionId.slice(roleDefinitionId.lastIndexOf("/") + 1);
    const name = this.#names.get(guid) ?? (await this.#nameOf(guid, signal));
    return { name: name ?? guid, scope, assignmentId: id };
  }

  /** Asked for at the listed scope: the identity may read definitions there, not in the whole subscription. */
  async #nameOf(guid: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const { roleName } = await this.#client.roleDefinitions.get(withoutSlash(this.#settings.scope), guid, {
        abortSignal: signal,
      });
      if (roleName !== undefined) this.#names.set(guid, roleName);
      return roleName;
    } catch (error) {
      if (isRestError(error) && error.statusCode === 404) return undefined;
      throw error;
    }
  }
}

/** The SDK writes the slash itself. */
function withoutSlash(scope: string): string {
  return scope.replace(/^\//, "");
}

function isOf(principal: string, { principalId, principalType }: RoleAssignment): boolean {
  return principalType === "Group" || principalId?.toLowerCase() === principal.toLowerCase();
}
