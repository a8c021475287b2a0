// The chain of one cluster as data: what a rule looks at. Filled from planned resources, from an emulated or from a real Azure alike.
// `undefined` means that the value is not known (a preview) or not there; rules stay silent about what they cannot know. A label, annotation or variable
// whose value is undefined is there, with a value that is not known.
import type { RoleDefinition } from "./roles";

export type Texts = Readonly<Record<string, string | undefined>>;

/** A link of which a preview may lack these values. */
export type Unsure<Link, Keys extends keyof Link> = Omit<Link, Keys> & { readonly [Key in Keys]: Link[Key] | undefined };

/** The resource that declares a link: what a person has to change. */
export interface Declared {
  /** `type::name` of the Pulumi resource, or another address that a person can find. */
  readonly resource: string;
}

export interface ClusterLink extends Declared {
  readonly id: string;
  readonly tenantId: string;
  /** Exactly as Azure returns it, with its trailing slash; undefined while the OIDC issuer is off. */
  readonly issuer: string | undefined;
  readonly oidcIssuerEnabled: boolean | undefined;
  readonly workloadIdentityEnabled: boolean | undefined;
}

export interface IdentityLink extends Declared {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly principalId: string;
  readonly tenantId: string;
  /** Set for an application of Microsoft Entra ID; absent for a managed identity. */
  readonly application?: {
    /** Object id of the application itself, which is not the one that roles are granted to. */
    readonly objectId: string;
    /** False: nothing can sign in as it, and `principalId` is empty. */
    readonly hasServicePrincipal: boolean;
  };
}

export interface FederatedCredentialLink extends Declared {
  readonly id: string;
  readonly name: string;
  /** Resource id of the identity that it belongs to. */
  readonly identityId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

export interface RoleAssignmentLink extends Declared {
  readonly id: string;
  readonly scope: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
  /** Narrows what the role gives; nothing here evaluates it. https://learn.microsoft.com/azure/role-based-access-control/conditions-overview */
  readonly condition?: string | undefined;
}

/** A role that the program defines itself. */
export interface CustomRoleLink extends Declared, RoleDefinition {
  /** Scopes at which, and below which, it may be assigned. */
  readonly assignableScopes: readonly string[];
}

/** A container of a storage account. */
export interface BlobContainerLink extends Declared {
  readonly id: string;
  readonly name: string;
  /** Name of the storage account. */
  readonly account: string;
  /** Address of the account's blob service, with its trailing slash. */
  readonly endpoint: string;
}

export interface VaultLink extends Declared {
  readonly id: string;
  readonly name: string;
  /** With its trailing slash. */
  readonly uri: string;
  readonly tenantId: string;
  /** False: the vault uses access policies, and role assignments do not count. */
  readonly rbac: boolean;
  /** Who may do what where it uses them. Default: nobody. */
  readonly accessPolicies?: readonly AccessPolicyLink[];
}

/** https://learn.microsoft.com/azure/key-vault/general/assign-access-policy */
export interface AccessPolicyLink {
  /** The resource that declares it apart from the vault. Default: the vault does. */
  readonly resource?: string;
  /** Undefined while it is not known, as is `objectId`: it then counts as the right one. */
  readonly tenantId: string | undefined;
  /** Of the principal, in Microsoft Entra ID. */
  readonly objectId: string | undefined;
  /** What it may do with secrets, in any case; `all` is everything. */
  readonly secrets: readonly string[];
}

export interface SecretLink extends Declared {
  readonly vaultId: string;
  readonly name: string;
  readonly enabled: boolean;
}

export interface ServiceAccountLink extends Declared {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Texts;
  readonly labels: Texts;
}

export interface ContainerLink {
  readonly name: string;
  readonly image: string;
  /** Undefined for a variable from a Secret or field. */
  readonly env: Texts;
  /** The words of command and arguments. Default: none. */
  readonly commandLine?: readonly string[];
  /** Folders that the program itself mounts something in. Default: none. */
  readonly mountPaths?: readonly string[];
  /** It runs before the others. Default: no. */
  readonly init?: boolean;
}

/** A SecretProviderClass of the Secrets Store CSI driver that signs in with the pod's token. https://learn.microsoft.com/azure/aks/csi-secrets-store-identity-access */
export interface SecretProviderLink extends Declared {
  readonly namespace: string;
  readonly name: string;
  /** `parameters.clientID`. */
  readonly clientId: string | undefined;
  /** `parameters.keyvaultName`. */
  readonly vaultName: string | undefined;
  /** Names of the secrets that it mounts. */
  readonly secrets: readonly string[];
}

/** A pod template and the object that holds it. */
export interface PodLink extends Declared {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Texts;
  readonly annotations: Texts;
  /** Labels of the object that holds the template: a near miss for the pod's own. */
  readonly ownerLabels: Texts;
  readonly serviceAccountName: string;
  /** Those that run before the others stand last. */
  readonly containers: readonly ContainerLink[];
  /** Names of the SecretProviderClasses that it mounts. Default: none. */
  readonly secretProviders?: readonly string[];
  /** Where the template stands in its object, with dots; empty for a pod, which is its own. Default: `spec.template`. */
  readonly template?: string;
}

export type CredentialInModel = Unsure<FederatedCredentialLink, "identityId" | "issuer" | "subject" | "audiences"> & {
  /** False where `name` only stands for a name that is not known yet. Default: true. */
  readonly nameIsKnown?: boolean;
  /** Of an application, whose credentials' names follow other rules. Default: false. */
  readonly application?: boolean;
  /** Ids of all credentials that are written before this one. Default: not known. */
  readonly after?: readonly string[];
};
export type RoleInModel = Unsure<RoleAssignmentLink, "scope" | "principalId" | "roleDefinitionId"> & {
  /** What Azure is told that the principal is. Default: not known. */
  readonly principalType?: string | undefined;
};
export type IdentityInModel = Unsure<IdentityLink, "tenantId">;
export type VaultInModel = Unsure<VaultLink, "tenantId" | "rbac">;

export interface RegistryInModel extends Declared {
  readonly id: string;
  /** Whether it decides by repository permissions, which older roles do not give. */
  readonly abac: boolean | undefined;
}

/** Labels and annotations as they are written, which need not be texts. */
export interface MetadataInModel {
  /** Path from the object, such as `spec.template.metadata`. */
  readonly path: string;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** A Kubernetes object with its own metadata and that of the pod templates in it. */
export interface ObjectInModel extends Declared {
  /** For example `Service`. */
  readonly kind: string;
  readonly metadata: readonly MetadataInModel[];
}

/** What a program need not declare to use it. */
export type Elsewhere = "identities" | "vaults" | "blobContainers" | "serviceAccounts";

export interface ChainModel {
  readonly cluster: ClusterLink;
  /** Of what there may be more than the model holds: what is not found among these says nothing. Default: the model holds everything. */
  readonly elsewhere?: readonly Elsewhere[];
  /** Issuers of the program's other clusters: a credential that names one of them is theirs, and no mistake here. Default: none. */
  readonly otherIssuers?: readonly string[];
  readonly identities: readonly IdentityInModel[];
  readonly federatedCredentials: readonly CredentialInModel[];
  readonly roleAssignments: readonly RoleInModel[];
  /** Roles that the program defines. Default: none. */
  readonly customRoles?: readonly CustomRoleLink[];
  readonly vaults: readonly VaultInModel[];
  readonly secrets: readonly Unsure<SecretLink, "vaultId" | "name" | "enabled">[];
  /** Default: none. */
  readonly blobContainers?: readonly BlobContainerLink[];
  readonly serviceAccounts: readonly ServiceAccountLink[];
  readonly pods: readonly PodLink[];
  /** Default: none. */
  readonly secretProviders?: readonly SecretProviderLink[];
  /** Default: none. */
  readonly registries?: readonly RegistryInModel[];
  /** All Kubernetes objects of the cluster. Default: none. */
  readonly objects?: readonly ObjectInModel[];
}

/** What is wrong, where, and what to do: one line of a report and one object of `--json`. */
export interface Finding {
  readonly rule: string;
  readonly severity: "error" | "warning";
  readonly code: string | null;
  readonly message: string;
  readonly resource: string;
  readonly property: string;
  readonly expected: string;
  readonly actual: string;
  readonly fix: string;
}
