// The words for a claim that is not the one that the federated credential asks for.
import type { Token } from "./token";

/** Issuers of access tokens: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
const ENTRA_ISSUER =
  /^https:\/\/(sts\.windows\.net|login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|sts\.chinacloudapi\.cn)\//i;
/** Region, tenant and cluster in the issuer of an AKS cluster. */
const AKS_ISSUER = /^https:\/\/([^./]+)\.oic\.prod-aks\.azure\.[a-z]+\/([^/]+)\/([^/]+)\/?$/i;
const SUBJECT = /^system:serviceaccount:([^:]*):([^:]*)$/;
/** Audiences of the token that a pod has for the Kubernetes API; AKS puts its issuer among them. */
const API_AUDIENCE = /\.azmk8s\.io|^https:\/\/kubernetes\.default\b/i;
/** Issuer of the tokens that Kubernetes once kept in a Secret for every ServiceAccount. */
const SECRET_ISSUER = "kubernetes/serviceaccount";

export function describeIssuer(expected: string, token: Token): string {
  const { issuer, audiences } = token;
  if (issuer === undefined) return "the token names no issuer";
  if (ENTRA_ISSUER.test(issuer)) return entraToken(audiences);
  if (issuer === SECRET_ISSUER)
    return "this is a ServiceAccount's token from a Secret, which no federated credential can trust: take the projected one";
  return spelling(expected, issuer) ?? otherCluster(expected, issuer) ?? "another issuer";
}

function entraToken(audiences: readonly string[]): string {
  const purpose = audiences.length === 0 ? "" : ` for ${audiences.join(", ")}`;
  return `this is a token that Entra ID itself issued${purpose}, not the pod's: the pod's is in the file AZURE_FEDERATED_TOKEN_FILE (Entra ID may answer AADSTS700222 instead)`;
}

function otherCluster(expected: string, found: string): string | undefined {
  const [wanted, got] = [AKS_ISSUER.exec(expected), AKS_ISSUER.exec(found)];
  if (wanted === null || got === null) return undefined;
  const differs = (index: number) => wanted[index]?.toLowerCase() !== got[index]?.toLowerCase();
  const places = [...(differs(1) ? ["another region"] : []), ...(differs(2) ? ["another tenant"] : [])];
  if (places.length === 0 && !differs(3)) return undefined;
  return `the issuer of another cluster${places.length === 0 ? "" : `, in ${list(places)}`}`;
}

export function describeSubject(expected: string, { subject, issuer }: Token): string {
  if (subject === undefined) return "the token names no subject";
  const same = spelling(expected, subject);
  if (same !== undefined) return same;
  const [wanted, got] = [SUBJECT.exec(expected), SUBJECT.exec(subject)];
  if (got === null)
    return ENTRA_ISSUER.test(issuer ?? "")
      ? "the subject of Entra ID's token is no ServiceAccount"
      : "the subject is no ServiceAccount";
  if (wanted === null) return "the federated credential is for something else than a ServiceAccount";
  const parts = ["namespace", "ServiceAccount"].flatMap((part, index) =>
    wanted[index + 1] === got[index + 1]
      ? []
      : [`another ${part} (${quote(got[index + 1])} instead of ${quote(wanted[index + 1])})`],
  );
  return list(parts);
}

export function describeAudience(expected: string, { audiences, issuer }: Token): string {
  const [only] = audiences;
  if (only === undefined) return "the token names no audience";
  if (ENTRA_ISSUER.test(issuer ?? "")) return "an audience of Entra ID's token, which is what the token gives access to";
  if (audiences.some((audience) => API_AUDIENCE.test(audience) || audience === issuer))
    return "this is the pod's token for the Kubernetes API: the one for Azure is in the file AZURE_FEDERATED_TOKEN_FILE";
  const same = audiences.map((audience) => spelling(expected, audience)).find((text) => text !== undefined);
  if (same !== undefined) return same;
  return audiences.length === 1 ? "another audience" : `none of the ${audiences.length} audiences is the expected one`;
}

/** What differs where the two texts mean the same to a person. */
function spelling(expected: string, found: string): string | undefined {
  if (found === `${expected}/`) return "the token's has a slash at its end, the federated credential's has none";
  if (expected === `${found}/`) return "the federated credential's has a slash at its end, the token's has none";
  if (found.toLowerCase() === expected.toLowerCase()) return "upper and lower case differ, and nothing else";
  if (found === expected.trim()) return "the federated credential's has white space around it";
  return withoutSlash(found) === withoutSlash(expected) ? "upper and lower case differ, and the slash at the end" : undefined;
}

function withoutSlash(text: string): string {
  return text.toLowerCase().replace(/\/$/, "");
}

function quote(text = ""): string {
  return `"${text}"`;
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
