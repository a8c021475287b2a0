// What may stand behind a pod's identity in Microsoft Entra ID.
import { ApplicationIdentity } from "./applicationIdentity";
import { WorkloadIdentity } from "./workloadIdentity";

export const IdentityKind = {
  /** A managed identity of Azure: nothing in the directory to administer. */
  Managed: "managed",
  /** An application that is registered in Microsoft Entra ID, for which the deployer needs rights in Microsoft Graph. */
  Application: "application",
} as const;
export type IdentityKind = (typeof IdentityKind)[keyof typeof IdentityKind];

/** The component of each kind. They take the same arguments, but that only a managed identity has a place in Azure, and give the same outputs. */
export const IDENTITIES = {
  [IdentityKind.Managed]: WorkloadIdentity,
  [IdentityKind.Application]: ApplicationIdentity,
} as const satisfies Record<IdentityKind, unknown>;
