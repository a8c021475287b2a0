import * as pulumi from "@pulumi/pulumi";

export interface FederationArgs {
  resourceGroupName: pulumi.Input<string>;
  resourceName: pulumi.Input<string>;
  federatedIdentityCredentialResourceName: pulumi.Input<string>;
  issuer: pulumi.Input<string>;
  subject: pulumi.Input<string>;
  audiences: pulumi.Input<string>[];
}

/** The version of the API that the stack was first deployed with, as providers before 3.0 brought it. */
export class FederatedIdentityCredential extends pulumi.CustomResource {
  constructor(name: string, args: FederationArgs, opts?: pulumi.CustomResourceOptions) {
    super("azure-native:managedidentity/v20230131:FederatedIdentityCredential", name, { ...args }, opts);
  }
}
