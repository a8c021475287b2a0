import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import { NAME_RULES } from "../chain";
import { PodIdentity, type PodIdentityArgs, type Principal } from "./podIdentity";
import { checkName } from "./validate";

export interface WorkloadIdentityArgs extends PodIdentityArgs {
  /** Resource group of the identity. Changing it replaces identity, credentials and roles. */
  resourceGroupName: pulumi.Input<string>;
  /**
   * Azure region. Defaults to `azure-native:location`. Changing it replaces the identity. Some regions cannot federate:
   * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
   */
  location?: pulumi.Input<string> | undefined;
  /** Name of the identity, 3 to 128 letters, digits, `-` and `_`. Changing it replaces identity, credentials and roles. */
  identityName: pulumi.Input<string>;
  tags?: Record<string, string> | undefined;
}

/**
 * A managed identity of Azure that pods with a given ServiceAccount act as, without holding any credential.
 *
 * Creates the identity with its roles, the ServiceAccount with its annotations, and the federated credentials one after another, because Azure refuses
 * two at once. Subject and audience come from the ServiceAccount and from `chain/`, the issuer goes through untouched.
 * Creates no namespace and no cluster. `deletedWith` and a Kubernetes provider in `opts` count for the ServiceAccounts only: the identity neither waits
 * for the cluster nor goes with it. Takes the place of an `ApplicationIdentity` of the same name; a stack has one of the two under a name.
 */
export class WorkloadIdentity extends PodIdentity {
  constructor(name: string, args: WorkloadIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      {
        component: "WorkloadIdentity",
        insteadOf: "ApplicationIdentity",
        prefix: `${name}-`,
        validate: (place) => checkName(place, "identityName", NAME_RULES.identity, args.identityName),
        create: (child) => createIdentity(`${name}-identity`, args, child),
      },
      name,
      args,
      opts,
    );
  }
}

function createIdentity(
  name: string,
  { resourceGroupName, location, identityName, tags }: WorkloadIdentityArgs,
  opts: pulumi.CustomResourceOptions,
): Principal {
  const identity = new managedidentity.UserAssignedIdentity(
    name,
    { resourceGroupName, location, resourceName: identityName, tags },
    opts,
  );
  return {
    clientId: identity.clientId,
    principalId: identity.principalId,
    tenantId: identity.tenantId,
    id: identity.id,
    writeCredential: (credentialName, { name: azureName, issuer, subject, audience }, credentialOpts) =>
      new managedidentity.FederatedIdentityCredential(
        credentialName,
        {
          resourceGroupName,
          resourceName: identity.name,
          federatedIdentityCredentialResourceName: azureName,
          issuer,
          subject,
          audiences: [audience],
        },
        credentialOpts,
      ),
  };
}
