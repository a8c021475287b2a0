// The ServiceAccount that ties pods to an identity by its annotations.
import { type Namespace, ServiceAccount, ServiceAccountPatch } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import { CLIENT_ID_ANNOTATION, NAME_RULES, TENANT_ID_ANNOTATION, TOKEN_EXPIRATION_ANNOTATION } from "../chain";
import type { Principal } from "./podIdentity";
import { RANGES } from "./rules";
import { checkInteger, checkName, type Place } from "./validate";

export interface ServiceAccountSpec {
  /** Name of the ServiceAccount. Changing it replaces it, changes the subject in place, and pods must follow. */
  name: string;
  /** Takes a ServiceAccount that is there already and only annotates it. Defaults to `false`: it is created. */
  existing?: boolean | undefined;
  /** Tenant that the pods sign in to, as an annotation. Defaults to the identity's own, which is the only one that knows it. Pods must be recreated. */
  tenantId?: pulumi.Input<string> | undefined;
  /** Life of the pods' tokens in seconds, 3600 to 86400. Defaults to 3600. Pods must be recreated. https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations */
  tokenExpirationSeconds?: number | undefined;
}

export function checkServiceAccount(place: Place, field: string, { name, tokenExpirationSeconds }: ServiceAccountSpec): void {
  checkName(place, field === "serviceAccount" ? "serviceAccount" : `${field}.name`, NAME_RULES.serviceAccount, name);
  checkInteger(place, `${field}.tokenExpirationSeconds`, RANGES.tokenExpirationSeconds, tokenExpirationSeconds);
}

export function createServiceAccount(
  pulumiName: string,
  { namespace, name, existing = false, tenantId, tokenExpirationSeconds }: ServiceAccountSpec & { namespace: Namespace },
  identity: Pick<Principal, "clientId" | "tenantId">,
  opts: pulumi.CustomResourceOptions,
) {
  const metadata = {
    namespace: namespace.metadata.name,
    name,
    annotations: {
      [CLIENT_ID_ANNOTATION]: identity.clientId,
      [TENANT_ID_ANNOTATION]: tenantId ?? identity.tenantId,
      ...(tokenExpirationSeconds === undefined ? {} : { [TOKEN_EXPIRATION_ANNOTATION]: String(tokenExpirationSeconds) }),
    },
  };
  if (existing) return new ServiceAccountPatch(pulumiName, { metadata }, opts);
  // The pods' token for Azure is a volume of its own: they need none for the Kubernetes API.
  return new ServiceAccount(pulumiName, { metadata, automountServiceAccountToken: false }, opts);
}
