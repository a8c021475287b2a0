// Whoever runs the program. Its own rights are not what a rehearsal looks at: it may do everything.
import { type ActionKind, isAllowed } from "../../chain";
import type { AzureView } from "./view";

/** What the deployer's tokens say of it. No identity of a program can have these ids: they are no GUIDs. */
export const DEPLOYER = { clientId: "deployer", principalId: "deployer" } as const;

/** Whether Azure lets this principal do this: by its role assignments, which the deployer does not need. */
export function mayDo(view: AzureView, principalId: string, action: string, kind: ActionKind, scopeId: string): boolean {
  if (principalId === DEPLOYER.principalId) return true;
  return isAllowed(view.roleAssignments(), principalId, action, kind, scopeId, view.customRoles());
}
