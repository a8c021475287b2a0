import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { NAME_RULES, REGISTRY_ROLE_MODES, RegistryRoleMode } from "../chain";
import { assignRole } from "./roleAssignment";
import { checkName, gatedName } from "./validate";

/** https://learn.microsoft.com/azure/container-registry/container-registry-skus */
export const RegistrySku = { Basic: "Basic", Standard: "Standard", Premium: "Premium" } as const;
export type RegistrySku = (typeof RegistrySku)[keyof typeof RegistrySku];

export interface ContainerRegistryArgs {
  /** Resource group that holds the registry. Changing it replaces the registry and loses its images. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. Defaults to `azure-native:location`. Changing it replaces the registry. */
  location?: pulumi.Input<string> | undefined;
  /** Name, unique in all of Azure, 5 to 50 letters and digits. Changing it replaces the registry. */
  registryName: pulumi.Input<string>;
  sku: RegistrySku;
  /** Object ids of identities that may pull, by keys of the caller's choice; a key is identity. */
  pullers: Record<string, pulumi.Input<string>>;
  /**
   * The mode in which the registry decides who may pull, `legacy` or `abac`; it chooses the role that the pullers get. Defaults to `legacy`. It says what
   * the registry is and does not make it so, because azure-native's version of the API (2023-01-01-preview) has no such property: a new registry is in
   * Azure's default mode, and a build in the registry refuses one that is in another mode than stated here. Changing it replaces the pullers' assignments.
   * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
   */
  roleMode?: RegistryRoleMode | undefined;
  tags?: Record<string, string> | undefined;
}

/**
 * A container registry without an administrator's password, and the role to pull for each puller.
 *
 * Creates the registry, then an assignment of the role to pull that goes with `roleMode` for each puller: AcrPull, or Container Registry Repository Reader.
 * Pushing and building take roles of their own, which are not granted here: in `legacy` mode an owner or contributor of the resource group has them.
 */
export class ContainerRegistry extends pulumi.ComponentResource {
  readonly registryId: pulumi.Output<string>;
  /** Host name of the registry; it may hold more than the name, so it is never put together from that. */
  readonly loginServer: pulumi.Output<string>;
  /** As stated; whoever builds in the registry compares it with Azure's. */
  readonly roleMode: RegistryRoleMode;

  constructor(name: string, args: ContainerRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    const place = { component: "ContainerRegistry", name };
    checkName(place, "registryName", NAME_RULES.registry, args.registryName);
    super("aks-workload-identity:index:ContainerRegistry", name, {}, opts);
    const child = { parent: this };

    const { resourceGroupName, location, sku, pullers, roleMode = RegistryRoleMode.Legacy, tags } = args;
    const registry = new containerregistry.Registry(
      `${name}-registry`,
      {
        resourceGroupName,
        location,
        registryName: gatedName(this, place, "registryName", NAME_RULES.registry, args.registryName),
        sku: { name: sku },
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        publicNetworkAccess: "Enabled",
        tags,
      },
      child,
    );
    const role = REGISTRY_ROLE_MODES[roleMode].pull;
    for (const [key, principalId] of Object.entries(pullers)) {
      assignRole(`${name}-puller-${key}`, { scope: registry.id, principalId, role }, child);
    }

    this.registryId = registry.id;
    this.loginServer = registry.loginServer;
    this.roleMode = roleMode;
    this.registerOutputs({ registryId: this.registryId, loginServer: this.loginServer });
  }
}
