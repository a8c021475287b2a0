// The link from a ServiceAccount to the identity that it names: does that identity trust it?
import type { LinkCheck } from "./check";
import type { Code } from "./codes";
import type { ChainModel, CredentialInModel, IdentityInModel, ServiceAccountLink } from "./model";
import { sameText } from "./rbac";
import { finding } from "./rules";
import { AUDIENCE, CLIENT_ID_ANNOTATION, serviceAccountSubject } from "./workloadIdentity";

/** Issuer and subject of the pod's token. */
export interface Wanted {
  /** Undefined while it is not known: then only subjects are compared. */
  readonly issuer: string | undefined;
  readonly subject: string;
}

export function credentialsOf(model: ChainModel, identityId: string): readonly CredentialInModel[] {
  return model.federatedCredentials.filter((credential) => sameText(credential.identityId ?? "", identityId));
}

/** For certain, with everything that it takes known. */
export function trusts(credential: CredentialInModel, { issuer, subject }: Wanted): boolean {
  return issuer !== undefined && credential.issuer === issuer && credential.subject === subject;
}

/** As far as it is known. */
export function mayTrust(credential: CredentialInModel, wanted: Wanted): boolean {
  const { issuer = wanted.issuer, subject = wanted.subject } = credential;
  return (wanted.issuer === undefined || issuer === wanted.issuer) && subject === wanted.subject;
}

/** What Entra ID answers where no credential trusts the pod: it looks for the issuer among all of them, and then for the subject. */
export function refusal(own: readonly CredentialInModel[], issuer: string | undefined): Code {
  if (own.length === 0) return "AADSTS70025";
  if (issuer === undefined) return "AADSTS700213";
  return own.some((credential) => credential.issuer === issuer) ? "AADSTS700213" : "AADSTS700211";
}

// Entra ID names the most specific mismatch: issuer first, then subject, then audience. The findings follow it.
export function checkFederation(model: ChainModel, identity: IdentityInModel, wanted: Wanted): LinkCheck[] {
  const { issuer, subject } = wanted;
  const own = credentialsOf(model, identity.id);
  const meant = meantCredential(model, identity, own, wanted);
  // Another one may be this identity's.
  if ((meant === undefined || !mayTrust(meant, wanted)) && model.federatedCredentials.some(isAnybodys(wanted))) return [];
  if (meant === undefined) {
    const present = own.map(
      ({ name, subject = "a subject", issuer = "an issuer that is not known yet" }) => `${name}, for ${subject} of ${issuer}`,
    );
    const place = {
      resource: identity.resource,
      property: "federatedIdentityCredentials",
      expected: `one for ${subject}`,
      actual: present.length === 0 ? "none" : `only ${present.join("; ")}`,
      code: refusal(own, issuer),
    };
    return [{ link: "federated credential", expected: place.expected, found: place.actual, finding: finding("WI005", place) }];
  }
  const issuerLink = issuer === undefined ? [] : [{ link: "issuer", expected: issuer, found: meant.issuer ?? NOT_KNOWN }];
  if (issuer !== undefined && meant.issuer !== undefined && meant.issuer !== issuer) {
    const code = refusal(own, issuer);
    const place = { resource: meant.resource, property: "issuer", expected: issuer, actual: meant.issuer, code };
    return issuerLink.map((link) => ({ ...link, finding: finding("WI001", place) }));
  }
  const subjectLink = { link: "subject", expected: subject, found: meant.subject ?? NOT_KNOWN };
  if (meant.subject !== undefined && meant.subject !== subject) {
    const place = { resource: meant.resource, property: "subject", expected: subject, actual: meant.subject };
    return [...issuerLink, { ...subjectLink, finding: finding(sameText(meant.subject, subject) ? "WI004" : "WI003", place) }];
  }
  const audienceLink = { link: "audience", expected: AUDIENCE, found: meant.audiences?.join(", ") ?? NOT_KNOWN };
  const links = [...issuerLink, subjectLink];
  if (meant.audiences === undefined || meant.audiences.includes(AUDIENCE)) return [...links, audienceLink];
  const place = { resource: meant.resource, property: "audiences", expected: AUDIENCE, actual: meant.audiences.join(", ") };
  return [...links, { ...audienceLink, finding: finding("WI002", place) }];
}

const NOT_KNOWN = "not known yet";

const isAnybodys = (wanted: Wanted) => (credential: CredentialInModel) =>
  credential.identityId === undefined && mayTrust(credential, wanted);

/** The credential that is for this pod, or comes nearest to it: never one that is right for somebody else. */
function meantCredential(
  model: ChainModel,
  identity: IdentityInModel,
  own: readonly CredentialInModel[],
  wanted: Wanted,
): CredentialInModel | undefined {
  const right = own.find((credential) => trusts(credential, wanted)) ?? own.find((credential) => mayTrust(credential, wanted));
  if (right !== undefined) return right;
  const candidates = own.filter((credential) => !isForAnother(model, identity, credential, wanted));
  const sameSubject = candidates.filter((credential) => sameText(credential.subject ?? "", wanted.subject));
  const sameIssuer = candidates.filter((credential) => credential.issuer === wanted.issuer);
  return sameIssuer.find((credential) => sameSubject.includes(credential)) ?? sameSubject[0] ?? sameIssuer[0] ?? candidates[0];
}

function isForAnother(
  model: ChainModel,
  identity: IdentityInModel,
  { issuer, subject }: CredentialInModel,
  wanted: Wanted,
): boolean {
  if (issuer === undefined || issuer !== wanted.issuer) return model.otherIssuers?.includes(issuer ?? "") === true;
  return model.serviceAccounts.some(
    (account) => serviceAccountSubject(account.namespace, account.name) === subject && !namesAnother(model, account, identity),
  );
}

// A ServiceAccount that goes by an identity of its own does not use this one's credential: its subject was copied.
function namesAnother(model: ChainModel, { annotations }: ServiceAccountLink, identity: IdentityInModel): boolean {
  const named = model.identities.find(({ clientId }) => sameText(clientId, annotations[CLIENT_ID_ANNOTATION] ?? ""));
  return named !== undefined && named !== identity;
}
