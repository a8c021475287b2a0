// Who may read what a registry holds. A condition on an assignment is not looked at.
// https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview
import { REGISTRY_ROLE_MODES } from "../../chain";
import { mayDo } from "./deployer";
import type { RegistryGrant } from "./tokens";
import type { AzureView, RegistryLink } from "./view";

const PULL = "Microsoft.ContainerRegistry/registries/pull/read";
const REPOSITORIES = "Microsoft.ContainerRegistry/registries/repositories";

/** By what a token asks for. Nothing else is a program's identity given: no role that this project knows allows it. */
const NEEDED = new Map([
  ["pull", { legacy: PULL, abac: `${REPOSITORIES}/content/read` }],
  ["metadata_read", { legacy: PULL, abac: `${REPOSITORIES}/metadata/read` }],
]);

export function mayUse(
  view: AzureView,
  principalId: string,
  { id, roleAssignmentMode }: RegistryLink,
  { actions }: RegistryGrant,
): boolean {
  const isAbac = roleAssignmentMode === REGISTRY_ROLE_MODES.abac.azure;
  return actions.every((asked) => {
    const { legacy, abac } = NEEDED.get(asked) ?? { legacy: "", abac: "" };
    return isAbac ? mayDo(view, principalId, abac, "dataAction", id) : mayDo(view, principalId, legacy, "action", id);
  });
}
