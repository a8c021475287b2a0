// The link from a ServiceAccount to the identity that it names: does that identity trust it?
import type { LinkCheck } from "./check";
import type { Code } from "./codes";
import type { ChainModel, FederatedCredentialLink, IdentityLink, ServiceAccountLink } from "./model";
import { sameText } from "./rbac";
import { finding } from "./rules";
import { AUDIENCE, CLIENT_ID_ANNOTATION, serviceAccountSubject } from "./workloadIdentity";

/** Issuer and subject of the pod's token. */
export interface Wanted {
  readonly issuer: string;
  readonly subject: string;
}

export function credentialsOf(model: ChainModel, identityId: string): readonly FederatedCredentialLink[] {
  return model.federatedCredentials.filter((credential) => sameText(credential.identityId, identityId));
}

export function trusts(credential: FederatedCredentialLink, { issuer, subject }: Wanted): boolean {
  return credential.issuer === issuer && credential.subject === subject;
}

/** What Entra ID answers where no credential trusts the pod: it looks for the issuer among all of them, and then for the subject. */
export function refusal(own: readonly FederatedCredentialLink[], issuer: string): Code {
  if (own.length === 0) return "AADSTS70025";
  return own.some((credential) => credential.issuer === issuer) ? "AADSTS700213" : "AADSTS700211";
}

// Entra ID names the most specific mismatch: issuer first, then subject, then audience. The findings follow it.
export function checkFederation(model: ChainModel, identity: IdentityLink, wanted: Wanted): LinkCheck[] {
  const { issuer, subject } = wanted;
  const own = credentialsOf(model, identity.id);
  const meant = meantCredential(model, identity, own, wanted);
  if (meant === undefined) {
    const present = own.map((credential) => `${credential.name}, for ${credential.subject} of ${credential.issuer}`);
    const place = {
      resource: identity.resource,
      property: "federatedIdentityCredentials",
      expected: `one for ${subject}`,
      actual: present.length === 0 ? "none" : `only ${present.join("; ")}`,
      code: refusal(own, issuer),
    };
    return [{ link: "federated credential", expected: place.expected, found: place.actual, finding: finding("WI005", place) }];
  }
  const issuerLink = { link: "issuer", expected: issuer, found: meant.issuer };
  if (meant.issuer !== issuer) {
    const code = refusal(own, issuer);
    const place = { resource: meant.resource, property: "issuer", expected: issuer, actual: meant.issuer, code };
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

/** The credential that is for this pod, or comes nearest to it: never one that is right for somebody else. */
function meantCredential(
  model: ChainModel,
  identity: IdentityLink,
  own: readonly FederatedCredentialLink[],
  wanted: Wanted,
): FederatedCredentialLink | undefined {
  const right = own.find((credential) => trusts(credential, wanted));
  if (right !== undefined) return right;
  const candidates = own.filter((credential) => !isForAnother(model, identity, credential, wanted));
  const sameSubject = candidates.filter((credential) => sameText(credential.subject, wanted.subject));
  const sameIssuer = candidates.filter((credential) => credential.issuer === wanted.issuer);
  return sameIssuer.find((credential) => sameSubject.includes(credential)) ?? sameSubject[0] ?? sameIssuer[0] ?? candidates[0];
}

function isForAnother(
  model: ChainModel,
  identity: IdentityLink,
  { issuer, subject }: FederatedCredentialLink,
  wanted: Wanted,
): boolean {
  if (issuer !== wanted.issuer) return model.otherIssuers?.includes(issuer) === true;
  return model.serviceAccounts.some(
    (account) => serviceAccountSubject(account.namespace, account.name) === subject && !namesAnother(model, account, identity),
  );
}

// A ServiceAccount that goes by an identity of its own does not use this one's credential: its subject was copied.
function namesAnother(model: ChainModel, { annotations }: ServiceAccountLink, identity: IdentityLink): boolean {
  const named = model.identities.find(({ clientId }) => sameText(clientId, annotations[CLIENT_ID_ANNOTATION] ?? ""));
  return named !== undefined && named !== identity;
}
