// The resource group of a stack: its own, or one that is there already.
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

export interface ResourceGroupSpec {
  /** Name of an existing group. Undefined: one is created. */
  existing?: pulumi.Input<string> | undefined;
  /** Name of the group that is created, 1 to 90 characters. Changing it replaces everything in it. */
  resourceGroupName: string;
  /** Azure region of the group that is created. A change is refused, unless the name changes with it: then it replaces everything in it. */
  location: pulumi.Input<string>;
  tags: Record<string, string>;
}

export interface StackResourceGroup {
  name: pulumi.Output<string>;
  id: pulumi.Output<string>;
}

export function stackResourceGroup(name: string, { existing, ...own }: ResourceGroupSpec): StackResourceGroup {
  // Read and not imported: for people who have rights inside one group only, it must stay when the stack goes.
  if (existing !== undefined)
    return pulumi.output(existing).apply((resourceGroupName) => resources.getResourceGroupOutput({ resourceGroupName }));
  // Its name is fixed, so azure-native would delete the old group first, with all that is in it. In another region Azure now refuses the name instead.
  return new resources.ResourceGroup(name, own, { deleteBeforeReplace: false });
}
