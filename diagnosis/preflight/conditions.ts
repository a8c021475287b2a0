// Conditions on the caller's own role assignments: they narrow which roles it may give, and to whom.
// https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview
import { z } from "zod";
import { RESOURCE_MANAGER_SCOPE } from "../signIn";
import { type Azure, all } from "./azure";
import { allows } from "./permissions";

export const ASSIGNMENTS_ACTION = "Microsoft.Authorization/roleAssignments/read";
export const DEFINITIONS_ACTION = "Microsoft.Authorization/roleDefinitions/read";

const claimsShape = z.looseObject({ oid: z.string() });

/** Whether the action is given at this scope under a condition only. Asked of role assignments: an answer about permissions may leave conditions out. */
export async function onlyUnderCondition(azure: Azure, scope: string, action: string): Promise<boolean> {
  const caller = await azure.ask({ action: ASSIGNMENTS_ACTION, what: "who you are" }, () => objectId(azure));
  const filter = `atScope() and assignedTo('${caller}')`;
  const assignments = await azure.ask({ action: ASSIGNMENTS_ACTION, what: `your role assignments at ${scope}` }, (abortSignal) =>
    all(azure.authorization.roleAssignments.listForScope(scope, { filter, abortSignal })),
  );
  if (!assignments.some(({ condition }) => isCondition(condition))) return false;
  const free = assignments.filter(({ condition }) => !isCondition(condition));
  const given = await Promise.all(free.map(({ roleDefinitionId = "" }) => gives(azure, roleDefinitionId, action)));
  return !given.includes(true);
}

function isCondition(condition: string | null | undefined): boolean {
  return condition !== undefined && condition !== null && condition.trim() !== "";
}

async function gives(azure: Azure, roleDefinitionId: string, action: string): Promise<boolean> {
  const { permissions = [] } = await azure.ask(
    { action: DEFINITIONS_ACTION, what: `the role ${roleDefinitionId}` },
    (abortSignal) => azure.authorization.roleDefinitions.getById(roleDefinitionId, { abortSignal }),
  );
  return allows(
    permissions.map(({ actions = [], notActions = [] }) => ({ actions, notActions })),
    action,
  );
}

/** As the token says it. It is read here, not checked: Azure does that. */
async function objectId({ credential }: Azure): Promise<string> {
  const token = (await credential.getToken(RESOURCE_MANAGER_SCOPE))?.token ?? "";
  const claims = claimsShape.safeParse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")));
  if (!claims.success) throw new Error("the access token names no object id");
  return claims.data.oid;
}
