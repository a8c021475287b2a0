// What an error says was presented, beside what the stack's output "chain" says: field by field, with the difference in words.
import { compareToken, type Presented, sameText, type Token } from "../../chain";
import type { StackOutputs, WorkloadOutput } from "../stackOutputs";

export interface FieldDifference {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  /** Null where the two are the same. */
  readonly difference: string | null;
}

export interface Comparison {
  /** Key of the workload. */
  readonly workload: string;
  readonly fields: readonly FieldDifference[];
}

/** The workload that an error is about: the one that it agrees with most, or the only one. Undefined where it could be any of several. */
export function workloadOf(presented: Presented, { chain }: Pick<StackOutputs, "chain">): string | undefined {
  const scored = Object.entries(chain).map(([key, workload]) => ({ key, score: agreement(presented, workload) }));
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one), { key: "", score: 0 });
  if (best.score > 0 && scored.filter(({ score }) => score === best.score).length === 1) return best.key;
  return scored.length === 1 ? scored[0]?.key : undefined;
}

function agreement({ clientId, subject, serviceAccount, scope, host }: Presented, workload: WorkloadOutput): number {
  const account = `${workload.namespace}/${workload.serviceAccount}`;
  return [
    clientId !== undefined && (sameText(clientId, workload.clientId) || sameText(clientId, workload.identityId)),
    subject !== undefined && sameText(subject, workload.subject),
    subject?.startsWith(`system:serviceaccount:${workload.namespace}:`) === true,
    serviceAccount === account,
    scope !== undefined && sameText(scope, workload.identityId),
    host !== undefined && workload.vaultUri?.includes(host) === true,
  ].filter(Boolean).length;
}

export function compareFields(presented: Presented, workload: WorkloadOutput): readonly FieldDifference[] {
  const token = tokenOf(presented);
  const claims = compareToken(token, workload, 0).filter(({ claim, found }) => claim !== "validity" && found !== "none");
  return [
    ...claims.map(({ claim, expected, found, difference }) => ({
      field: claim,
      expected,
      found,
      difference: difference?.what ?? null,
    })),
    ...plain("client id", workload.clientId, presented.clientId, (found) => clientIdDifference(found, workload)),
    ...plain("tenant", workload.tenantId, guid(presented.tenant), () => "another tenant"),
    ...plain(
      "ServiceAccount",
      `${workload.namespace}/${workload.serviceAccount}`,
      presented.serviceAccount,
      () => "another ServiceAccount",
    ),
    ...plain("vault", vaultName(workload), vaultIn(presented), () => "another vault"),
  ];
}

function tokenOf({ issuer, subject, audience }: Presented): Token {
  return {
    algorithm: undefined,
    keyId: undefined,
    issuer,
    subject,
    audiences: audience === undefined ? [] : [audience],
    issuedAt: undefined,
    notBefore: undefined,
    expiresAt: undefined,
    origin: undefined,
  };
}

function plain(
  field: string,
  expected: string | undefined,
  found: string | undefined,
  describe: (found: string) => string,
): FieldDifference[] {
  if (expected === undefined || found === undefined) return [];
  return [{ field, expected, found, difference: sameText(expected, found) ? null : describe(found) }];
}

function clientIdDifference(found: string, { identityId }: WorkloadOutput): string {
  if (sameText(found, identityId)) return "the identity's resource id, not its client id";
  return found.startsWith("/")
    ? "a resource id, not a client id"
    : "another identity: the node's, another workload's, or the principalId";
}

/** Messages give a directory's id or its name; only the id can be compared. */
function guid(tenant: string | undefined): string | undefined {
  return tenant !== undefined && /^[0-9a-f-]{36}$/i.test(tenant) ? tenant : undefined;
}

/** Name of the workload's vault. */
export function vaultName({ vaultUri = "" }: WorkloadOutput): string | undefined {
  return /^https:\/\/([^./]+)\./.exec(vaultUri)?.[1];
}

function vaultIn({ scope = "", host = "" }: Presented): string | undefined {
  return /\/vaults\/([\w-]+)/i.exec(scope)?.[1] ?? /^([\w-]+)\.vault\./.exec(host)?.[1];
}
