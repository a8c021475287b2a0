import { Application } from "@pulumi/azuread/application";
import { ApplicationFederatedIdentityCredential } from "@pulumi/azuread/applicationFederatedIdentityCredential";
import { getClientConfigOutput } from "@pulumi/azuread/getClientConfig";
import { ServicePrincipal } from "@pulumi/azuread/servicePrincipal";
import type * as pulumi from "@pulumi/pulumi";
import { NAME_RULES } from "../chain";
import { explainedRefusal } from "./directoryRights";
import { PodIdentity, type PodIdentityArgs, type Principal } from "./podIdentity";
import { checkName } from "./validate";

export interface ApplicationIdentityArgs extends PodIdentityArgs {
  /** Display name of application and service principal, 1 to 256 characters. Several may have the same. In place. */
  identityName: pulumi.Input<string>;
}

/**
 * An application registered in Microsoft Entra ID, with its service principal, that pods with a given ServiceAccount act as, without holding any credential:
 * the variant for directories in which a managed identity will not do, for example because the application is known by its client id already.
 *
 * Creates application and service principal, the principal's roles, the ServiceAccount with its annotations, and the federated credentials one after another.
 * Keeps the contract of `WorkloadIdentity`, whose place it takes when a stack changes from one to the other.
 * Creates no secret and no certificate. The deployer needs rights in Microsoft Graph, which no role in a subscription gives: Application.ReadWrite.OwnedBy,
 * or the directory role Application Developer. https://www.pulumi.com/registry/packages/azuread/api-docs/application/
 */
export class ApplicationIdentity extends PodIdentity {
  constructor(name: string, args: ApplicationIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      {
        component: "ApplicationIdentity",
        insteadOf: "WorkloadIdentity",
        prefix: `${name}-application-`,
        validate: (place) => checkName(place, "identityName", NAME_RULES.applicationDisplayName, args.identityName),
        create: (child) => createApplication(name, args.identityName, child),
      },
      name,
      args,
      opts,
    );
  }
}

function createApplication(name: string, displayName: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): Principal {
  // Whoever may only write what it owns must own both. The next deployer is not written over the first: Graph refuses the last owner's going.
  const owners = [getClientConfigOutput({}).objectId];
  const hooks = { onError: [explainedRefusal(name)] };
  const owned = { ...opts, ignoreChanges: ["owners"], hooks };
  const application = new Application(`${name}-application`, { displayName, signInAudience: "AzureADMyOrg", owners }, owned);
  const servicePrincipal = new ServicePrincipal(
    `${name}-service-principal`,
    { clientId: application.clientId, appRoleAssignmentRequired: false, owners },
    owned,
  );
  return {
    // The principal's, so that no pod is annotated with the id of an application that cannot sign in yet.
    clientId: servicePrincipal.clientId,
    principalId: servicePrincipal.objectId,
    tenantId: servicePrincipal.applicationTenantId,
    id: application.id,
    writeCredential: (credentialName, { name: graphName, issuer, subject, audience }, credentialOpts) =>
      new ApplicationFederatedIdentityCredential(
        credentialName,
        { applicationId: application.id, displayName: graphName, issuer, subject, audiences: [audience] },
        // The first write of all where the application was taken over.
        { ...credentialOpts, hooks },
      ),
  };
}
