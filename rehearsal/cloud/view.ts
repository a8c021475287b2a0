// What the data plane (Entra ID, Key Vault, registry) sees of the emulated Azure: always the present state, never a copy.
import type {
  BlobContainerLink,
  CustomRoleLink,
  FederatedCredentialLink,
  IdentityLink,
  RoleAssignmentLink,
  VaultLink,
} from "../../chain";

export interface SecretVersion {
  /** 32 hexadecimal digits, as in Key Vault. */
  readonly version: string;
  readonly value: string;
  readonly contentType: string | undefined;
  readonly enabled: boolean;
  /** Seconds since 1970. */
  readonly created: number;
}

export interface RegistryLink {
  readonly id: string;
  readonly loginServer: string;
  readonly location?: string | undefined;
  readonly sku?: string | undefined;
  /** `LegacyRegistryPermissions` or `AbacRepositoryPermissions`. Undefined: Azure's default, which is the first. */
  readonly roleAssignmentMode?: string | undefined;
}

export interface StorageAccountLink {
  readonly id: string;
  readonly name: string;
  /** Address of its blob service, with its trailing slash. */
  readonly endpoint: string;
  /** Whether its keys, and signatures made with them, open it. Azure's default is yes. */
  readonly sharedKeys: boolean;
  /** Whether its containers may be opened to everybody. Azure's default is no. */
  readonly publicAccess: boolean;
}

export interface AzureView {
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** Milliseconds since 1970 by the emulated clock. */
  now(): number;
  identities(): readonly IdentityLink[];
  federatedCredentials(): readonly FederatedCredentialLink[];
  roleAssignments(): readonly RoleAssignmentLink[];
  /** Roles that the program defines itself. */
  customRoles(): readonly CustomRoleLink[];
  vaults(): readonly VaultLink[];
  registries(): readonly RegistryLink[];
  storageAccounts(): readonly StorageAccountLink[];
  blobContainers(): readonly BlobContainerLink[];
  /** Versions of a secret, newest last; empty where there is none. Secret names are compared without case. */
  secretVersions(vaultId: string, name: string): readonly SecretVersion[];
}
