// What the emulated Azure holds, as the data plane and the chain's rules look at it: always the present state.
import type {
  BlobContainerLink,
  CustomRoleLink,
  FederatedCredentialLink,
  IdentityLink,
  RoleAssignmentLink,
  VaultLink,
} from "../../chain";
import {
  ACCESS_POLICY,
  BEHAVIOURS,
  BLOB_CONTAINER,
  CLUSTER,
  FEDERATED_CREDENTIAL,
  IDENTITY,
  REGISTRY,
  ROLE_ASSIGNMENT,
  ROLE_DEFINITION,
  SECRET,
  STORAGE_ACCOUNT,
  VAULT,
} from "./behaviours";
import { BlobStore, type BlobsSnapshot } from "./blobStore";
import { nodeGroup } from "./clusterBehaviours";
import { Directory, type DirectorySnapshot } from "./directory";
import { ImageStore, type ImagesSnapshot } from "./images";
import {
  accessPolicyLink,
  assignmentLink,
  blobContainerLink,
  credentialLink,
  customRoleLink,
  identityLink,
  registryLink,
  secretVersion,
  storageAccountLink,
  vaultLink,
} from "./links";
import { type AzureResource, type ManagerSnapshot, ResourceManager } from "./resourceManager";
import type { AzureView, RegistryLink, SecretVersion, StorageAccountLink } from "./view";

/**
 * How long Azure takes to apply what it has taken, in milliseconds of the clock; 0, the default of each, is at once. What changes within that time is
 * still seen as it was. A deletion counts at once.
 */
export interface Propagation {
  /**
   * Until then the token endpoint knows no such credential. https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations says
   * several minutes.
   */
  readonly federatedCredentialMs?: number;
  /** Until then the role counts for nobody. https://learn.microsoft.com/azure/role-based-access-control/troubleshooting says up to ten minutes. */
  readonly roleAssignmentMs?: number;
}

export interface CloudStateOptions {
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** Makes generated names and values the same in every run of the same stack. */
  readonly seed: string;
  /** Whether whoever runs the program may register applications in the tenant. Defaults to yes. */
  readonly directoryRights?: boolean;
  /** Names of vaults, registries and storage accounts that somebody else in Azure has: each is a host name. Defaults to none. */
  readonly takenNames?: readonly string[];
  readonly propagation?: Propagation;
  /** Time, in milliseconds since 1970. Where a test moves it, it is to be the clock of the operations too. */
  now(): number;
}

export interface StateSnapshot {
  readonly manager: ManagerSnapshot;
  readonly directory: DirectorySnapshot;
  readonly images: ImagesSnapshot;
  readonly blobs: BlobsSnapshot;
}

export class CloudState implements AzureView {
  readonly manager: ResourceManager;
  readonly directory: Directory;
  readonly images: ImageStore;
  /** What the storage accounts hold. A program declares no blob: whoever rehearses puts what is there already. */
  readonly blobs: BlobStore;
  #withheld: (assignment: RoleAssignmentLink) => boolean = () => false;

  constructor(readonly options: CloudStateOptions) {
    this.images = new ImageStore(() => this.now());
    this.blobs = new BlobStore(() => this.now());
    this.manager = new ResourceManager(options.tenantId, options.subscriptionId, BEHAVIOURS, {
      now: () => this.now(),
      takenNames: options.takenNames ?? [],
      companions: (resource) => (resource.type === CLUSTER ? [nodeGroup(resource)] : []),
    });
    this.directory = new Directory(options.tenantId, options.seed, options.directoryRights ?? true, () => this.now());
  }

  get tenantId() {
    return this.options.tenantId;
  }
  get subscriptionId() {
    return this.options.subscriptionId;
  }
  now() {
    return this.options.now();
  }
  identities(): readonly IdentityLink[] {
    return [...this.manager.list(IDENTITY).map(identityLink), ...this.directory.identityLinks()];
  }
  federatedCredentials(): readonly FederatedCredentialLink[] {
    const { federatedCredentialMs = 0 } = this.options.propagation ?? {};
    return [
      ...this.#applied(FEDERATED_CREDENTIAL, federatedCredentialMs).map(credentialLink),
      ...this.directory.credentialLinks(federatedCredentialMs),
    ];
  }
  roleAssignments(): readonly RoleAssignmentLink[] {
    const { roleAssignmentMs = 0 } = this.options.propagation ?? {};
    return this.#applied(ROLE_ASSIGNMENT, roleAssignmentMs)
      .map(assignmentLink)
      .filter((assignment) => !this.#withheld(assignment));
  }
  #applied(type: string, afterMs: number): readonly AzureResource[] {
    return this.manager.list(type).flatMap((resource) => {
      const written = this.manager.written(resource.id);
      if (written === undefined || this.now() - written.writtenMs >= afterMs) return [resource];
      return written.before === undefined ? [] : [written.before];
    });
  }
  #everyAssignment(): readonly RoleAssignmentLink[] {
    return this.manager.list(ROLE_ASSIGNMENT).map(assignmentLink);
  }

  /**
   * Role assignments that match count for nobody until `give()`, those that come later included: Azure takes up to ten minutes to apply a new
   * one. https://learn.microsoft.com/azure/role-based-access-control/troubleshooting - returns how many there are by now.
   */
  withhold(matches: (assignment: RoleAssignmentLink) => boolean): number {
    this.#withheld = matches;
    return this.#everyAssignment().filter(matches).length;
  }

  /** Every role assignment counts from the next request on. Returns how many were held back. */
  give(): number {
    const held = this.#everyAssignment().filter(this.#withheld).length;
    this.#withheld = () => false;
    return held;
  }
  customRoles(): readonly CustomRoleLink[] {
    return this.manager.list(ROLE_DEFINITION).map(customRoleLink);
  }
  vaults(): readonly VaultLink[] {
    return this.manager.list(VAULT).map((vault) => {
      const apart = this.manager.childrenOf(vault.id, ACCESS_POLICY);
      const { accessPolicies = [], ...link } = vaultLink(vault);
      return { ...link, accessPolicies: [...accessPolicies, ...apart.map(accessPolicyLink)] };
    });
  }
  registries(): readonly RegistryLink[] {
    return this.manager.list(REGISTRY).map(registryLink);
  }
  storageAccounts(): readonly StorageAccountLink[] {
    return this.manager.list(STORAGE_ACCOUNT).map(storageAccountLink);
  }
  blobContainers(): readonly BlobContainerLink[] {
    return this.manager.list(BLOB_CONTAINER).map(blobContainerLink);
  }
  secretVersions(vaultId: string, name: string): readonly SecretVersion[] {
    return this.manager
      .childrenOf(vaultId, SECRET)
      .filter((resource) => resource.name.toLowerCase() === name.toLowerCase())
      .map((resource) => secretVersion(resource, this.now()));
  }

  /** What Azure holds at this moment. What a test holds back (`withhold`) is no part of it. */
  stateSnapshot(): StateSnapshot {
    const { manager, directory, images, blobs } = this;
    return {
      manager: manager.snapshot(),
      directory: directory.snapshot(),
      images: images.snapshot(),
      blobs: blobs.snapshot(),
    };
  }
  restoreState(snapshot: StateSnapshot): void {
    this.manager.restore(snapshot.manager);
    this.directory.restore(snapshot.directory);
    this.images.restore(snapshot.images);
    this.blobs.restore(snapshot.blobs);
  }
}
