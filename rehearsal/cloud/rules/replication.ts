// What was created a moment ago is not yet everywhere: Resource Manager may not find the parent, and the directory not the principal.
import { z } from "zod";
import { sameText } from "../../../chain";
import { AzureError } from "../azureError";
import type { CloudState } from "../cloudState";
import type { OperationRule } from "../operations";
import { parentNotFound, parentOf } from "../resourceIds";
import type { PutCheck, ResourceManager } from "../resourceManager";
import { IDENTITY, ROLE_ASSIGNMENT } from "../resourceTypes";

/**
 * 404 for what is created below a parent that is younger than `lagMs`. hashicorp/terraform-provider-azurerm#18268 for groups, #32179 for
 * identities; how long it takes Azure says nowhere.
 */
export function youngParents(manager: ResourceManager, { lagMs }: { readonly lagMs: number }): OperationRule {
  return {
    before({ verb, type, id }) {
      const parent = verb === "create" ? parentOf(id) : undefined;
      const created = parent === undefined ? undefined : manager.written(parent)?.createdMs;
      if (parent !== undefined && created !== undefined && manager.now() - created < lagMs) throw parentNotFound(type, parent);
    },
  };
}

export interface DirectoryLag {
  /** How old a principal is when the directory knows it everywhere. */
  readonly lagMs: number;
  /** Object ids of principals that the program did not create: people, groups, the deployer. */
  readonly principals?: readonly string[];
}

const assignmentShape = z.looseObject({ principalId: z.string(), principalType: z.string().optional() });

/**
 * `PrincipalNotFound` for a role assignment to a principal that the directory does not know, or not yet. For a service principal, said to be one,
 * Azure does not insist: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting, and the service's own team in
 * hashicorp/terraform-provider-azurerm#4168: with that type, and only with it, the assignment is made though no principal was found.
 * The words: Azure/avdaccelerator#76.
 */
export function directoryLag(cloud: CloudState, { lagMs, principals = [] }: DirectoryLag): PutCheck {
  return ({ type, properties, existing }) => {
    if (type !== ROLE_ASSIGNMENT || existing !== undefined) return;
    const { principalId, principalType } = assignmentShape.parse(properties);
    if (principalType === "ServicePrincipal" || principals.some((known) => sameText(known, principalId))) return;
    if (isKnown(cloud, principalId, lagMs)) return;
    const plain = (id: string) => id.replaceAll("-", "");
    throw new AzureError(
      400,
      "PrincipalNotFound",
      `Principal ${plain(principalId)} does not exist in the directory ${cloud.tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
    );
  };
}

function isKnown({ manager, directory }: CloudState, principalId: string, lagMs: number): boolean {
  const identity = manager.list(IDENTITY).find(({ properties }) => properties.principalId === principalId);
  if (identity !== undefined) return manager.now() - (manager.written(identity.id)?.createdMs ?? 0) >= lagMs;
  const principal = directory.servicePrincipals().find(({ objectId }) => objectId === principalId);
  return principal !== undefined && manager.now() - directory.createdMs(principalId) >= lagMs;
}
