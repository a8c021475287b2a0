// The links between the ServiceAccount and Microsoft Entra ID: which identity the pod goes by, and whether that identity trusts it.
import type { LinkCheck, PodContext } from "./check";
import { checkClientId, clientIds, identityOf } from "./checkClientId";
import { checkFederation } from "./checkFederation";
import type { ChainModel, IdentityInModel, PodLink, ServiceAccountLink } from "./model";
import { sameText } from "./rbac";
import { finding } from "./rules";
import { serviceAccountSubject, TENANT_ID_ANNOTATION } from "./workloadIdentity";

/** One context for each client id that containers of the pod go by. */
export function checkIdentity(model: ChainModel, pod: PodLink): { checks: LinkCheck[]; contexts: PodContext[] } {
  const serviceAccount = model.serviceAccounts.find(
    ({ namespace, name }) => namespace === pod.namespace && name === pod.serviceAccountName,
  );
  if (serviceAccount === undefined) return { checks: [], contexts: [] };
  const context = (containers: PodLink["containers"], identity: IdentityInModel | undefined): PodContext => ({
    model,
    pod: { ...pod, containers },
    serviceAccount,
    identity,
  });
  const ids = clientIds(model, pod, serviceAccount);
  const { issuer, oidcIssuerEnabled, resource } = model.cluster;
  if (oidcIssuerEnabled === false) {
    const place = { resource, property: "oidcIssuerProfile.enabled", expected: "true", actual: "false" };
    return {
      checks: [{ link: "issuer", expected: "an issuer URL", found: "none", finding: finding("WI008", place) }],
      contexts: [],
    };
  }
  const wanted = { issuer, subject: serviceAccountSubject(serviceAccount.namespace, serviceAccount.name) };
  const results = ids.map((clientId, index) => {
    // Nothing can be said about a value that is not known.
    if (clientId.unknown) return { checks: [], context: context(clientId.containers, undefined) };
    const { check, identity } = checkClientId(model, pod, serviceAccount, clientId, wanted);
    const unable = check.finding === undefined && identity !== undefined ? servicePrincipal(identity) : [];
    // Nothing can be granted to it either: what follows from this one mistake is not said again.
    if (unable.length > 0) return { checks: [check, ...unable], context: context(clientId.containers, undefined) };
    const holds = check.finding === undefined && identity !== undefined;
    // What is not the container's own is said once, whatever the number of containers.
    const isFirst = ids.findIndex(({ value }) => identityOf(model, value) === identity) === index;
    const checks = holds
      ? [
          check,
          ...(index === 0 ? tenant(serviceAccount, identity) : []),
          ...(isFirst ? checkFederation(model, identity, wanted) : []),
        ]
      : [check];
    return { checks, context: context(clientId.containers, identity) };
  });
  return { checks: results.flatMap(({ checks }) => checks), contexts: results.map((result) => result.context) };
}

function servicePrincipal({ application, resource, name }: IdentityInModel): LinkCheck[] {
  if (application === undefined || application.hasServicePrincipal) return [];
  const place = { resource, property: "service principal", expected: `one for the application ${name}`, actual: "none" };
  return [{ link: "service principal", expected: place.expected, found: place.actual, finding: finding("WI018", place) }];
}

function tenant(serviceAccount: ServiceAccountLink, { tenantId }: IdentityInModel): LinkCheck[] {
  const found = serviceAccount.annotations[TENANT_ID_ANNOTATION];
  if (found === undefined || tenantId === undefined) return [];
  const link = { link: "tenant", expected: tenantId, found };
  if (sameText(found, tenantId)) return [link];
  const place = {
    resource: serviceAccount.resource,
    property: `metadata.annotations["${TENANT_ID_ANNOTATION}"]`,
    expected: tenantId,
    actual: found,
  };
  return [{ ...link, finding: finding("WI013", place) }];
}
