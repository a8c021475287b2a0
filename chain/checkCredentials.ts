// Federated credentials by themselves and beside each other: what Azure refuses, and what can never match a token of AKS.
import { groupedBy } from "./groupedBy";
import type { ChainModel, CredentialInModel, Finding } from "./model";
import { NAME_RULES } from "./names";
import { finding, type RuleId } from "./rules";
import { AUDIENCE, FEDERATED_CREDENTIALS_PER_IDENTITY } from "./workloadIdentity";

export function checkCredentials({ federatedCredentials, identities, cluster, otherIssuers = [] }: ChainModel): Finding[] {
  const ofPlan = new Set([...(cluster.issuer === undefined ? [] : [cluster.issuer]), ...otherIssuers]);
  const known = federatedCredentials.filter(({ identityId }) => identityId !== undefined);
  const groups = groupedBy(known, ({ identityId }) => identityId?.toLowerCase() ?? "");
  return [
    ...federatedCredentials.flatMap((credential) => alone(credential, ofPlan)),
    ...[...groups].flatMap(([id, group]) => {
      const identity = identities.find((candidate) => candidate.id.toLowerCase() === id);
      return together(group, identity?.resource ?? group[0]?.resource ?? "");
    }),
  ];
}

// https://learn.microsoft.com/azure/aks/use-oidc-issuer
const AKS_ISSUER = /^https:\/\/[^/]+\.oic\.[^/]*aks\.azure\.[a-z]+(\/|$)/i;
const ENTRA = /^https:\/\/(login\.(microsoftonline\.(com|us)|partner\.microsoftonline\.cn|windows\.net)|sts\.windows\.net)\b/i;
const INSIDE = /^https:\/\/(kubernetes\.default|[^/]*\.svc(\.|[:/]|$)|localhost\b|127\.|10\.|192\.168\.)/i;
const SUBJECT = /^system:serviceaccount:[a-z0-9][a-z0-9-]*:[a-z0-9][a-z0-9.-]*$/i;

function alone(credential: CredentialInModel, ofPlan: ReadonlySet<string>): Finding[] {
  const { resource, name, nameIsKnown = true, issuer, subject, audiences } = credential;
  const found = (rule: RuleId, property: string, expected: string, actual: string) =>
    finding(rule, { resource, property, expected, actual: actual === "" ? "an empty text" : actual });
  const wrong: Finding[] = [];
  if (audiences !== undefined && audiences.length !== 1)
    wrong.push(found("WI070", "audiences", AUDIENCE, audiences.length === 0 ? "none" : audiences.join(", ")));
  const rule = NAME_RULES.federatedCredential;
  if (nameIsKnown && credential.application !== true && !rule.pattern.test(name))
    wrong.push(found("WI071", "name", rule.text, name));
  if (issuer === undefined) return wrong;
  const isPlanned = ofPlan.has(issuer);
  if (!isPlanned && (!/^https:\/\//i.test(issuer) || ENTRA.test(issuer) || INSIDE.test(issuer)))
    return [...wrong, found("WI072", "issuer", "the cluster's issuer URL", issuer)];
  const isAks = isPlanned || AKS_ISSUER.test(issuer);
  if (isAks && !isPlanned && !issuer.endsWith("/")) wrong.push(found("WI073", "issuer", `${issuer}/`, issuer));
  if (isAks && subject !== undefined && !SUBJECT.test(subject))
    wrong.push(found("WI074", "subject", "system:serviceaccount:<namespace>:<ServiceAccount>", subject));
  return wrong;
}

function together(group: readonly CredentialInModel[], identity: string): Finding[] {
  return [...tooMany(group, identity), ...twice(group), ...atOnce(group)];
}

function tooMany({ length }: readonly unknown[], resource: string): Finding[] {
  const expected = `at most ${FEDERATED_CREDENTIALS_PER_IDENTITY}`;
  if (length <= FEDERATED_CREDENTIALS_PER_IDENTITY) return [];
  return [finding("WI083", { resource, property: "federatedIdentityCredentials", expected, actual: String(length) })];
}

function twice(group: readonly CredentialInModel[]): Finding[] {
  const compared = group.filter(({ issuer, subject }) => issuer !== undefined && subject !== undefined);
  const pairs = groupedBy(compared, ({ issuer, subject }) => `${subject} of ${issuer}`);
  return [...pairs].flatMap(([pair, [first, ...others]]) =>
    others.map(({ resource }) =>
      finding("WI084", {
        resource,
        property: "subject",
        expected: "another subject or issuer",
        actual: `${pair}, as ${first?.name}`,
      }),
    ),
  );
}

/** Said once an identity, of the first that waits for none of the others before it. */
function atOnce(group: readonly CredentialInModel[]): Finding[] {
  const isOrdered = (one: CredentialInModel, other: CredentialInModel) =>
    one.after === undefined || other.after === undefined || one.after.includes(other.id) || other.after.includes(one.id);
  for (const [index, later] of group.entries()) {
    const beside = group.slice(0, index).find((earlier) => !isOrdered(earlier, later));
    if (beside === undefined) continue;
    const expected = `after ${beside.name}`;
    return [finding("WI085", { resource: later.resource, property: "dependsOn", expected, actual: `beside ${beside.name}` })];
  }
  return [];
}
