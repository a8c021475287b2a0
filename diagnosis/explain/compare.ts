// What an error says was presented, beside what the stack's output "chain" says: field by field, with the difference in words.
import {
  type Code,
  compareToken,
  isPipeline,
  type Presented,
  ROLES,
  sameText,
  type Token,
  USE_LABEL,
  USE_LABEL_VALUE,
} from "../../chain";
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

/** The workload that an error is about: the one that it agrees with most, or the only one. Undefined where it could be any of several, or is a pipeline's. */
export function workloadOf(presented: Presented, { chain }: Pick<StackOutputs, "chain">): string | undefined {
  if (isPipeline(presented)) return undefined;
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

/** What differs for this error; null where nothing of a workload can be the reason. */
export function comparisonOf(code: Code, presented: Presented, key: string, workload: WorkloadOutput): Comparison | null {
  const fields = FIELDS_OF.find(({ codes }) => codes.test(code))?.fields;
  if (fields === undefined) return null;
  return { workload: key, fields: fields.flatMap((field) => FIELDS[field](presented, workload)) };
}

type FieldReader = (presented: Presented, workload: WorkloadOutput) => readonly FieldDifference[];

const FIELDS = {
  token: (presented, workload) =>
    compareToken(tokenOf(presented), workload, 0)
      .filter(({ claim, found }) => claim !== "validity" && found !== "none")
      .map(({ claim, expected, found, difference }) => ({ field: claim, expected, found, difference: difference?.what ?? null })),
  clientId: ({ clientId }, workload) =>
    plain("client id", workload.clientId, clientId, (found) => clientIdDifference(found, workload)),
  tenant: ({ tenant }, { tenantId }) => plain("tenant", tenantId, guid(tenant), () => "another tenant"),
  account: ({ serviceAccount }, workload) =>
    plain("ServiceAccount", `${workload.namespace}/${workload.serviceAccount}`, serviceAccount, () => "another ServiceAccount"),
  label: ({ label }) =>
    plain("label", USE_LABEL_VALUE, label, (found) => (found === "none" ? `the pod has no label ${USE_LABEL}` : "another value")),
  vault: (presented, workload) => plain("vault", vaultName(workload), vaultIn(presented), () => "another vault"),
  secretRole: ({ action }, workload) =>
    role(ROLES.keyVaultSecretsUser.name, `the vault ${vaultName(workload) ?? "of the stack"}`, action),
  blobRole: ({ action }) => role(ROLES.storageBlobDataReader.name, "the container or its account", action),
} as const satisfies Record<string, FieldReader>;

/** By code, the fields that can be the reason. */
const FIELDS_OF: readonly { readonly codes: RegExp; readonly fields: readonly (keyof typeof FIELDS)[] }[] = [
  { codes: /^AADSTS|^VaultTenantMismatch$/, fields: ["token", "clientId", "tenant"] },
  { codes: /^ForbiddenByRbac$/, fields: ["clientId", "vault", "secretRole"] },
  { codes: /^AuthorizationPermissionMismatch$/, fields: ["clientId", "blobRole"] },
  { codes: /^(AccessDenied|ForbiddenByFirewall|Secret\w+|HostNotFound)$/, fields: ["clientId", "vault"] },
  { codes: /^(PodNotMutated|ClientIdNotInjected|NodeIdentityUsed|AdmissionRefused)$/, fields: ["account", "label", "clientId"] },
];

function role(name: string, scope: string, action: string | undefined): readonly FieldDifference[] {
  const found = action === undefined ? "none that allows it" : `none that allows ${action}`;
  return [
    {
      field: "role",
      expected: `${name} at ${scope}`,
      found,
      difference: "missing, at another scope, of another principal, or not in effect yet",
    },
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
