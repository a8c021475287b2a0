// The links between the ServiceAccount and Microsoft Entra ID: which identity it names, and whether that identity trusts it.
import type { LinkCheck, PodContext } from "./check";
import type { ChainModel, FederatedCredentialLink, IdentityLink, PodLink, ServiceAccountLink } from "./model";
import { sameText } from "./rbac";
import { finding } from "./rules";
import { AUDIENCE, CLIENT_ID_ANNOTATION, serviceAccountSubject, TENANT_ID_ANNOTATION } from "./workloadIdentity";

interface Wanted {
  readonly issuer: string;
  readonly subject: string;
}

export function checkIdentity(model: ChainModel, pod: PodLink): { checks: LinkCheck[]; context: PodContext | undefined } {
  const serviceAccount = model.serviceAccounts.find(
    ({ namespace, name }) => namespace === pod.namespace && name === pod.serviceAccountName,
  );
  if (serviceAccount === undefined) return { checks: [], context: undefined };
  const named = model.identities.find(({ clientId }) =>
    sameText(clientId, serviceAccount.annotations[CLIENT_ID_ANNOTATION] ?? ""),
  );
  if (model.cluster.issuer === undefined) {
    // Not known yet: whom an identity trusts cannot be compared, what it may do can.
    if (model.cluster.oidcIssuerEnabled) return { checks: [], context: { model, pod, serviceAccount, identity: named } };
    const place = {
      resource: model.cluster.resource,
      property: "oidcIssuerProfile.enabled",
      expected: "true",
      actual: String(model.cluster.oidcIssuerEnabled),
    };
    return {
      checks: [{ link: "issuer", expected: "an issuer URL", found: "none", finding: finding("WI008", place) }],
      context: undefined,
    };
  }
  const wanted = { issuer: model.cluster.issuer, subject: serviceAccountSubject(serviceAccount.namespace, serviceAccount.name) };
  const trusting = model.identities.find(({ id }) => credentialsOf(model, id).some((credential) => trusts(credential, wanted)));
  const annotation = checkAnnotation(model, pod, serviceAccount, trusting, wanted);
  // After a wrong annotation the question is what the right identity may do.
  const identity = annotation.finding === undefined ? (named ?? trusting) : trusting;
  const context = { model, pod, serviceAccount, identity };
  if (annotation.finding !== undefined || named === undefined) return { checks: [annotation], context };
  return { checks: [annotation, ...tenant(serviceAccount, named), ...federation(model, named, wanted)], context };
}

function credentialsOf(model: ChainModel, identityId: string): readonly FederatedCredentialLink[] {
  return model.federatedCredentials.filter((credential) => sameText(credential.identityId, identityId));
}

function trusts(credential: FederatedCredentialLink, { issuer, subject }: Wanted): boolean {
  return credential.issuer === issuer && credential.subject === subject;
}

function checkAnnotation(
  model: ChainModel,
  pod: PodLink,
  serviceAccount: ServiceAccountLink,
  trusting: IdentityLink | undefined,
  wanted: Wanted,
): LinkCheck {
  const value = serviceAccount.annotations[CLIENT_ID_ANNOTATION];
  const expected = trusting?.clientId ?? "the clientId of an identity";
  const link = {
    link: "client id",
    expected: value !== undefined && trusting === undefined ? value : expected,
    found: value ?? "none",
  };
  const place = {
    resource: serviceAccount.resource,
    property: `metadata.annotations["${CLIENT_ID_ANNOTATION}"]`,
    expected,
    actual: value === "" ? "an empty text" : (value ?? "none"),
  };
  if (value === undefined || value === "") {
    const other = model.serviceAccounts.find(
      ({ namespace, annotations }) => namespace === pod.namespace && annotations[CLIENT_ID_ANNOTATION] !== undefined,
    );
    // A pod that names no ServiceAccount gets this one.
    if (other !== undefined && serviceAccount.name === "default") {
      const named = {
        resource: pod.resource,
        property: "spec.template.spec.serviceAccountName",
        expected: other.name,
        actual: serviceAccount.name,
      };
      return { ...link, finding: finding("WI017", named) };
    }
    const near = Object.keys(serviceAccount.annotations).find(
      (key) => key !== CLIENT_ID_ANNOTATION && (key.startsWith("azure.workload.identity/client") || /client[-_]?id$/i.test(key)),
    );
    return {
      ...link,
      finding: finding("WI010", near === undefined ? place : { ...place, actual: `none, but there is "${near}"` }),
    };
  }
  const named = model.identities.find(({ clientId }) => sameText(clientId, value));
  if (named === undefined) {
    const mistaken = model.identities.find(({ id, principalId }) => sameText(id, value) || sameText(principalId, value));
    const what =
      mistaken === undefined
        ? value
        : `${value} (the ${sameText(mistaken.id, value) ? "resource id" : "principalId"} of ${mistaken.name})`;
    return { ...link, finding: finding("WI011", { ...place, expected: mistaken?.clientId ?? expected, actual: what }) };
  }
  if (trusting === undefined || trusting === named) return link;
  const own = credentialsOf(model, named.id);
  if (own.some((credential) => trusts(credential, wanted))) return { ...link, expected: value };
  const code =
    own.length === 0 ? "AADSTS70025" : own.some(({ issuer }) => issuer === wanted.issuer) ? "AADSTS700213" : "AADSTS700211";
  return {
    ...link,
    finding: finding("WI012", { ...place, expected: trusting.clientId, actual: `${value} (${named.name})`, code }),
  };
}

function tenant(serviceAccount: ServiceAccountLink, { tenantId }: IdentityLink): LinkCheck[] {
  const found = serviceAccount.annotations[TENANT_ID_ANNOTATION];
  if (found === undefined) return [];
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

// Entra ID names the most specific mismatch: issuer first, then subject, then audience. The findings follow it.
function federation(model: ChainModel, identity: IdentityLink, { issuer, subject }: Wanted): LinkCheck[] {
  const own = credentialsOf(model, identity.id);
  if (own.length === 0) {
    const place = {
      resource: identity.resource,
      property: "federatedIdentityCredentials",
      expected: `one for ${subject}`,
      actual: "none",
    };
    return [{ link: "federated credential", expected: place.expected, found: "none", finding: finding("WI005", place) }];
  }
  const sameSubject = own.filter((credential) => sameText(credential.subject, subject));
  const sameIssuer = own.filter((credential) => credential.issuer === issuer);
  const right = own.find((credential) => trusts(credential, { issuer, subject }));
  const meant =
    right ?? sameIssuer.find((credential) => sameText(credential.subject, subject)) ?? sameSubject[0] ?? sameIssuer[0] ?? own[0];
  if (meant === undefined) return [];
  const issuerLink = { link: "issuer", expected: issuer, found: meant.issuer };
  if (meant.issuer !== issuer) {
    // Entra ID looks for the issuer among all credentials: one for another ServiceAccount makes it name the subject.
    const code = sameIssuer.length > 0 ? "AADSTS700213" : "AADSTS700211";
    const place = { resource: meant.resource, property: "issuer", expected: issuer, actual: meant.issuer, code } as const;
    return [{ ...issuerLink, finding: finding("WI001", place) }];
  }
  const subjectLink = { link: "subject", expected: subject, found: meant.subject };
  if (meant.subject !== subject) {
    const place = { resource: meant.resource, property: "subject", expected: subject, actual: meant.subject };
    return [issuerLink, { ...subjectLink, finding: finding(sameText(meant.subject, subject) ? "WI004" : "WI003", place) }];
  }
  const audienceLink = { link: "audience", expected: AUDIENCE, found: meant.audiences.join(", ") };
  if (meant.audiences.includes(AUDIENCE)) return [issuerLink, subjectLink, audienceLink];
  const place = { resource: meant.resource, property: "audiences", expected: AUDIENCE, actual: meant.audiences.join(", ") };
  return [issuerLink, subjectLink, { ...audienceLink, finding: finding("WI002", place) }];
}
