// What lies in the directory, and how it is kept.
import type { TableSnapshot } from "./table";

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

/** What belongs to an application, as it is kept: the application may change its name meanwhile. */
export type Below<T> = Omit<T, "application"> & { readonly applicationId: string };

/** When a service principal or a credential was written, and what the credential was before. */
export interface WrittenObject {
  readonly writtenMs: number;
  readonly before?: Below<ApplicationCredential> | undefined;
}

export interface DirectorySnapshot {
  readonly applications: TableSnapshot<Application>;
  readonly servicePrincipals: TableSnapshot<Below<ServicePrincipal>>;
  readonly credentials: TableSnapshot<Below<ApplicationCredential>>;
  readonly lives: TableSnapshot<number>;
  readonly written: TableSnapshot<WrittenObject>;
}

export function applicationId(objectId: string): string {
  return `/applications/${objectId}`;
}

/** As the provider makes it up: `pulumi import` of azuread's ApplicationFederatedIdentityCredential. */
export function credentialResourceId({ application, credentialId }: ApplicationCredential): string {
  return `${application.objectId}/federatedIdentityCredential/${credentialId}`;
}
