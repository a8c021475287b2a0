import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { NAME_RULES } from "../chain";
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
  tags?: Record<string, string> | undefined;
}

/**
 * A container registry without an administrator's password, and the role to pull for each puller.
 *
 * Creates the registry, then an AcrPull assignment for each puller. Pushing takes a role of its own (AcrPush), which is not granted here: an owner or
 * contributor of the resource group has it.
 */
export class ContainerRegistry extends pulumi.ComponentResource {
  readonly registryId: pulumi.Output<string>;
  /** Host name of the registry; it may hold more than the name, so it is never put together from that. */
  readonly loginServer: pulumi.Output<string>;

  constructor(name: string, args: ContainerRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    const place = { component: "ContainerRegistry", name };
    checkName(place, "registryName", NAME_RULES.registry, args.registryName);
    super("aks-workload-identity:index:ContainerRegistry", name, {}, opts);
    const child = { parent: this };

    const { resourceGroupName, location, sku, pullers, tags } = args;
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
    for (const [key, principalId] of Object.entries(pullers)) {
      assignRole(`${name}-puller-${key}`, { scope: registry.id, principalId, role: "acrPull" }, child);
    }

    this.registryId = registry.id;
    this.loginServer = registry.loginServer;
    this.registerOutputs({ registryId: this.registryId, loginServer: this.loginServer });
  }
}
