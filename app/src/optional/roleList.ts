// The roles of one identity, through the SDK of Resource Manager's authorization.
import { AuthorizationManagementClient, type RoleAssignment } from "@azure/arm-authorization";
import { isRestError } from "@azure/core-rest-pipeline";
import type { AzureAccess } from "../azureAccess";
import type { RoleListSettings } from "../config";
import { NO_RETRIES } from "../credential";
import { inOrder, type ListedRole, type RoleList } from "../roles";
import type { Source, Try } from "../source";

/** What a role may be called wrongly after it was renamed, and what may have no name after it was made. Between them nobody is asked. */
const NAME_LIMIT_MS = 60_000;
const MISS_LIMIT_MS = 5000;

/** What was last told of a definition: its name, or that there is none. */
interface Told {
  readonly name: string | undefined;
  readonly at: number;
}

export class RoleListSource implements Source<RoleList> {
  readonly #access: AzureAccess;
  readonly #client: AuthorizationManagementClient;
  readonly #settings: RoleListSettings;
  /** By the definition's GUID. */
  readonly #told = new Map<string, Told>();

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
    return { name: (await this.#nameOf(guid, signal)) ?? guid, scope, assignmentId: id };
  }

  async #nameOf(guid: string, signal: AbortSignal): Promise<string | undefined> {
    const told = this.#told.get(guid);
    const limitMs = told?.name === undefined ? MISS_LIMIT_MS : NAME_LIMIT_MS;
    // A clock that was set back makes it old as well.
    if (told !== undefined && Math.abs(Date.now() - told.at) < limitMs) return told.name;
    const name = await this.#askName(guid, signal);
    this.#told.set(guid, { name, at: Date.now() });
    return name;
  }

  /** Asked for at the listed scope: the identity may read definitions there, not in the whole subscription. */
  async #askName(guid: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const { roleName } = await this.#client.roleDefinitions.get(withoutSlash(this.#settings.scope), guid, {
        abortSignal: signal,
      });
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
