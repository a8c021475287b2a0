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
  BEHAVIOURS,
  BLOB_CONTAINER,
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
import { Directory, type DirectorySnapshot } from "./directory";
import { ImageStore, type ImagesSnapshot } from "./images";
import {
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
import { type ManagerSnapshot, ResourceManager } from "./resourceManager";
import type { AzureView, RegistryLink, SecretVersion, StorageAccountLink } from "./view";

export interface CloudStateOptions {
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** Makes generated names and values the same in every run of the same stack. */
  readonly seed: string;
  /** Whether whoever runs the program may register applications in the tenant. Defaults to yes. */
  readonly directoryRights?: boolean;
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
    this.manager = new ResourceManager(options.tenantId, options.subscriptionId, BEHAVIOURS);
    this.directory = new Directory(options.tenantId, options.seed, options.directoryRights ?? true);
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
    return [...this.manager.list(FEDERATED_CREDENTIAL).map(credentialLink), ...this.directory.credentialLinks()];
  }
  roleAssignments(): readonly RoleAssignmentLink[] {
    return this.#everyAssignment().filter((assignment) => !this.#withheld(assignment));
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
    return this.manager.list(VAULT).map(vaultLink);
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
