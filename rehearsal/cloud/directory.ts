// Applications of the emulated Entra ID, with their service principals and federated credentials. They lie in the tenant: in no group, at no scope
// and under no type of Resource Manager, whose ids and parents they do not share.
import { type FederatedCredentialLink, type IdentityLink, sameText } from "../../chain";
import { AzureError } from "./azureError";
import {
  type Application,
  type ApplicationCredential,
  applicationId,
  type Below,
  credentialResourceId,
  type DirectorySnapshot,
  type ServicePrincipal,
  type WrittenObject,
} from "./directoryObjects";
import { graphError, refuseCredential } from "./directoryRefusals";
import { Lives } from "./lives";
import { stableGuid } from "./resourceTypes";
import { Table } from "./table";

export {
  type Application,
  type ApplicationCredential,
  applicationId,
  credentialResourceId,
  type DirectorySnapshot,
  type ServicePrincipal,
} from "./directoryObjects";

export class Directory {
  readonly #applications = new Table<Application>();
  readonly #servicePrincipals = new Table<Below<ServicePrincipal>>();
  readonly #credentials = new Table<Below<ApplicationCredential>>();
  readonly #lives = new Lives();
  readonly #written = new Table<WrittenObject>();

  constructor(
    readonly tenantId: string,
    /** Makes ids the same in every run of the same stack. */
    readonly seed: string,
    /** Whether whoever runs the program may register applications. */
    readonly mayWrite: boolean,
    /** The emulated clock, in milliseconds since 1970. */
    readonly now: () => number,
  ) {}

  /** Names need not be the only ones of the tenant. With an object id: changes that application. */
  putApplication(displayName: string, declared: string, objectId?: string): Application {
    this.#refuseWithoutRights("ApplicationsClient");
    if (objectId !== undefined) {
      const changed = { ...this.#application(objectId), displayName, declared };
      this.#applications.set(objectId, changed);
      return changed;
    }
    const life = this.#lives.begin(`application|${declared}`);
    const id = (kind: string) => stableGuid(kind, life.replace("application|", `${this.seed}|`));
    const application = { objectId: id("application"), clientId: id("application client"), displayName, declared };
    this.#applications.set(application.objectId, application);
    return application;
  }

  // Texts: Microsoft365DSC#3390 and Azure/reliable-web-app-pattern-java#185
  putServicePrincipal(clientId: string, declared: string, objectId?: string): ServicePrincipal {
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
    if (other !== undefined && other.objectId !== objectId)
      throw graphError(
        "ServicePrincipalsClient",
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        `The service principal cannot be created, updated, or restored because the service principal name ${clientId} is already in use.`,
      );
    const life = objectId === undefined ? this.#lives.begin(application.clientId) : "";
    const made = {
      objectId: objectId ?? stableGuid("service principal", life),
      applicationId: application.objectId,
      declared,
    };
    this.#servicePrincipals.set(made.objectId, made);
    if (objectId === undefined) this.#written.set(made.objectId, { writtenMs: this.now() });
    return { ...made, application };
  }

  // Limits: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
  putCredential(
    objectId: string,
    given: Omit<ApplicationCredential, "application" | "credentialId">,
    existingId?: string,
  ): ApplicationCredential {
    this.#refuseWithoutRights("ApplicationsClient");
    const application = this.#application(objectId);
    const others = this.credentials().filter(
      (other) => other.application.objectId === application.objectId && other.credentialId !== existingId,
    );
    refuseCredential(given, others);
    const credentialId = existingId ?? stableGuid("application credential", `${application.objectId}|${given.displayName}`);
    this.#written.set(credentialId, { writtenMs: this.now(), before: this.#credentials.get(credentialId) });
    this.#credentials.set(credentialId, { ...given, applicationId: application.objectId, credentialId });
    return { ...given, application, credentialId };
  }

  /** An application goes with its service principal and its credentials. False: there was none. */
  deleteApplication(objectId: string): boolean {
    this.#refuseWithoutRights("ApplicationsClient");
    for (const [id, { applicationId }] of this.#servicePrincipals)
      if (applicationId === objectId) this.#servicePrincipals.delete(id);
    for (const [id, { applicationId }] of this.#credentials) if (applicationId === objectId) this.#credentials.delete(id);
    return this.#applications.delete(objectId);
  }
  deleteServicePrincipal(objectId: string): boolean {
    this.#refuseWithoutRights("ServicePrincipalsClient");
    return this.#servicePrincipals.delete(objectId);
  }
  deleteCredential(credentialId: string): boolean {
    this.#refuseWithoutRights("ApplicationsClient");
    return this.#credentials.delete(credentialId);
  }

  #application(objectId: string): Application {
    const application = this.applications().find((known) => sameText(known.objectId, objectId));
    if (application !== undefined) return application;
    throw graphError(
      "ApplicationsClient",
      404,
      "Request_ResourceNotFound",
      `Resource '${objectId}' does not exist or one of its queried reference-property objects are not present.`,
    );
  }

  applications(): readonly Application[] {
    return [...this.#applications.values()];
  }
  servicePrincipals(): readonly ServicePrincipal[] {
    return [...this.#servicePrincipals.values()].map(({ applicationId, ...rest }) => ({
      ...rest,
      application: this.#application(applicationId),
    }));
  }
  credentials(): readonly ApplicationCredential[] {
    return [...this.#credentials.values()].map(({ applicationId, ...rest }) => ({
      ...rest,
      application: this.#application(applicationId),
    }));
  }

  /** Of a service principal. */
  createdMs(objectId: string): number {
    return this.#written.get(objectId)?.writtenMs ?? 0;
  }

  /** The credentials as whoever checks tokens sees them: one that was written less than so long ago is still what it was. */
  #propagated(afterMs: number): readonly ApplicationCredential[] {
    return this.credentials().flatMap((credential) => {
      const { writtenMs = 0, before } = this.#written.get(credential.credentialId) ?? {};
      if (this.now() - writtenMs >= afterMs) return [credential];
      return before === undefined ? [] : [{ ...before, application: credential.application }];
    });
  }

  servicePrincipalOf({ objectId }: Application): ServicePrincipal | undefined {
    return this.servicePrincipals().find(({ application }) => application.objectId === objectId);
  }

  // Azure/azure-cli#5340: the application's own object id, where the service principal's belongs
  refuseAsPrincipal(principalId: unknown): void {
    if (!this.applications().some(({ objectId }) => objectId === principalId)) return;
    throw new AzureError(
      400,
      "PrincipalTypeNotSupported",
      "Principals of type Application cannot validly be used in role assignments.",
    );
  }

  /** As somebody does by hand who does not know what they are for: the applications stay. Tells how many there were. */
  deleteServicePrincipals(): number {
    const { size } = this.#servicePrincipals;
    this.#servicePrincipals.clear();
    return size;
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

  credentialLinks(propagationMs = 0): readonly FederatedCredentialLink[] {
    return this.#propagated(propagationMs).map((credential) => {
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

  snapshot(): DirectorySnapshot {
    return {
      applications: this.#applications.snapshot(),
      servicePrincipals: this.#servicePrincipals.snapshot(),
      credentials: this.#credentials.snapshot(),
      lives: this.#lives.snapshot(),
      written: this.#written.snapshot(),
    };
  }
  restore({ applications, servicePrincipals, credentials, lives, written }: DirectorySnapshot): void {
    this.#applications.restore(applications);
    this.#servicePrincipals.restore(servicePrincipals);
    this.#credentials.restore(credentials);
    this.#lives.restore(lives);
    this.#written.restore(written);
  }

  // Registering an application is a right in the directory, which no role of Azure gives. https://learn.microsoft.com/graph/api/application-post-applications
  #refuseWithoutRights(client: string): void {
    if (this.mayWrite) return;
    throw graphError(client, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  }
}
