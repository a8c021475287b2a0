// Applications of the emulated Entra ID, with their service principals and federated credentials. They lie in the tenant: in no group, at no scope
// and under no type of Resource Manager, whose ids and parents they do not share.
import { type FederatedCredentialLink, type IdentityLink, sameText } from "../../chain";
import { graphError, refuseCredential } from "./directoryRefusals";
import { stableGuid } from "./resourceTypes";

export interface Application {
  readonly objectId: string;
  readonly clientId: string;
  readonly displayName: string;
  readonly declared: string;
}

export interface ServicePrincipal {
  readonly objectId: string;
  readonly application: Application;
  readonly declared: string;
}

export interface ApplicationCredential {
  readonly credentialId: string;
  readonly application: Application;
  readonly displayName: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly declared: string;
}

export class Directory {
  /** By who declares them: a second registration of the same resource changes it. */
  readonly #applications = new Map<string, Application>();
  readonly #servicePrincipals = new Map<string, ServicePrincipal>();
  readonly #credentials = new Map<string, ApplicationCredential>();

  constructor(
    readonly tenantId: string,
    /** Makes ids the same in every run of the same stack. */
    readonly seed: string,
    /** Whether whoever runs the program may register applications. */
    readonly mayWrite: boolean,
  ) {}

  /** Names need not be the only ones of the tenant. */
  putApplication(displayName: string, declared: string): Application {
    this.#refuseWithoutRights("ApplicationsClient");
    const id = (kind: string) => stableGuid(kind, `${this.seed}|${declared}`);
    const application = { objectId: id("application"), clientId: id("application client"), displayName, declared };
    this.#applications.set(declared, application);
    return application;
  }

  // Texts: Microsoft365DSC#3390 and Azure/reliable-web-app-pattern-java#185
  putServicePrincipal(clientId: string, declared: string): ServicePrincipal {
    this.#refuseWithoutRights("ServicePrincipalsClient");
    const application = this.applications().find((known) => sameText(known.clientId, clientId));
    if (application === undefined)
      throw graphError(
        "ServicePrincipalsClient",
        400,
        "NoBackingApplicationObject",
        `The appId '${clientId}' of the service principal does not reference a valid application object.`,
      );
    const other = this.servicePrincipalOf(application);
    if (other !== undefined && other.declared !== declared)
      throw graphError(
        "ServicePrincipalsClient",
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        `The service principal cannot be created, updated, or restored because the service principal name ${clientId} is already in use.`,
      );
    const made = { objectId: stableGuid("service principal", application.clientId), application, declared };
    this.#servicePrincipals.set(declared, made);
    return made;
  }

  // Limits: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
  putCredential(objectId: string, given: Omit<ApplicationCredential, "application" | "credentialId">): ApplicationCredential {
    this.#refuseWithoutRights("ApplicationsClient");
    const application = this.applications().find((known) => sameText(known.objectId, objectId));
    if (application === undefined)
      throw graphError(
        "ApplicationsClient",
        404,
        "Request_ResourceNotFound",
        `Resource '${objectId}' does not exist or one of its queried reference-property objects are not present.`,
      );
    const others = this.credentials().filter(
      (other) => other.application.objectId === application.objectId && other.declared !== given.declared,
    );
    refuseCredential(given, others);
    const credentialId = stableGuid("application credential", `${application.objectId}|${given.displayName}`);
    const made = { ...given, application, credentialId };
    this.#credentials.set(given.declared, made);
    return made;
  }

  applications(): readonly Application[] {
    return [...this.#applications.values()];
  }
  servicePrincipals(): readonly ServicePrincipal[] {
    return [...this.#servicePrincipals.values()];
  }
  credentials(): readonly ApplicationCredential[] {
    return [...this.#credentials.values()];
  }

  servicePrincipalOf({ objectId }: Application): ServicePrincipal | undefined {
    return this.servicePrincipals().find(({ application }) => application.objectId === objectId);
  }

  /** Roles are granted to the service principal: an application without one has nobody that they could be granted to. */
  identityLinks(): readonly IdentityLink[] {
    return this.applications().map((application) => {
      const { objectId, clientId, displayName, declared } = application;
      const principal = this.servicePrincipalOf(application);
      return {
        resource: declared,
        id: applicationId(objectId),
        name: displayName,
        clientId,
        principalId: principal?.objectId ?? "",
        tenantId: this.tenantId,
        application: { objectId, hasServicePrincipal: principal !== undefined },
      };
    });
  }

  credentialLinks(): readonly FederatedCredentialLink[] {
    return this.credentials().map((credential) => {
      const { application, displayName, issuer, subject, audiences, declared } = credential;
      const identityId = applicationId(application.objectId);
      return {
        resource: declared,
        id: credentialResourceId(credential),
        name: displayName,
        identityId,
        issuer,
        subject,
        audiences,
      };
    });
  }

  // Registering an application is a right in the directory, which no role of Azure gives. https://learn.microsoft.com/graph/api/application-post-applications
  #refuseWithoutRights(client: string): void {
    if (this.mayWrite) return;
    throw graphError(client, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  }
}

export function applicationId(objectId: string): string {
  return `/applications/${objectId}`;
}

/** As the provider makes it up: `pulumi import` of azuread's ApplicationFederatedIdentityCredential. */
export function credentialResourceId({ application, credentialId }: ApplicationCredential): string {
  return `${application.objectId}/federatedIdentityCredential/${credentialId}`;
}
