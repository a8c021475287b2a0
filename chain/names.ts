// Name rules of Azure and Kubernetes, each with the page that sets it (checked 2026-11), and names derived from a stack.
import { createHash } from "node:crypto";

export interface NameRule {
  /** What the rule says, for a message: "must be …". */
  readonly text: string;
  readonly pattern: RegExp;
  readonly url: string;
}

const AZURE_NAMES = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";
const K8S_NAMES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";

export const NAME_RULES = {
  resourceGroup: {
    text: "1 to 90 letters, digits, ._()- and not end in a dot",
    pattern: /^[\w.()-]{0,89}[\w()-]$/,
    url: AZURE_NAMES,
  },
  cluster: {
    text: "1 to 63 letters, digits, - and _, a letter or digit at both ends",
    pattern: /^[a-zA-Z0-9]([\w-]{0,61}[a-zA-Z0-9])?$/,
    url: AZURE_NAMES,
  },
  nodePool: {
    text: "1 to 12 lower-case letters and digits, a letter first",
    pattern: /^[a-z][a-z0-9]{0,11}$/,
    url: "https://learn.microsoft.com/azure/aks/create-node-pools",
  },
  identity: {
    text: "3 to 128 letters, digits, - and _, a letter or digit first",
    pattern: /^[a-zA-Z0-9][\w-]{2,127}$/,
    url: AZURE_NAMES,
  },
  federatedCredential: {
    text: "3 to 120 letters, digits, - and _, a letter or digit first",
    pattern: /^[a-zA-Z0-9][\w-]{2,119}$/,
    url: "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
  },
  /** Several applications of a tenant may have the same. */
  applicationDisplayName: {
    text: "1 to 256 characters, none of them a control character and not only blanks",
    pattern: /^(?=\s*\S)\P{Cc}{1,256}$/u,
    url: "https://learn.microsoft.com/graph/api/resources/application",
  },
  vault: {
    text: "3 to 24 letters, digits and single -, a letter first, no - last",
    pattern: /^(?=.{3,24}$)[a-zA-Z](-?[a-zA-Z0-9])+$/,
    url: AZURE_NAMES,
  },
  secret: { text: "1 to 127 letters, digits and -", pattern: /^[a-zA-Z0-9-]{1,127}$/, url: AZURE_NAMES },
  registry: { text: "5 to 50 letters and digits", pattern: /^[a-zA-Z0-9]{5,50}$/, url: AZURE_NAMES },
  storageAccount: { text: "3 to 24 lower-case letters and digits", pattern: /^[a-z0-9]{3,24}$/, url: AZURE_NAMES },
  blobContainer: {
    text: "3 to 63 lower-case letters, digits and single -, a letter or digit at both ends",
    pattern: /^(?=.{3,63}$)[a-z0-9](-?[a-z0-9])+$/,
    url: "https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata",
  },
  namespace: {
    text: "1 to 63 lower-case letters, digits and -, a letter or digit at both ends",
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    url: `${K8S_NAMES}#dns-label-names`,
  },
  serviceAccount: {
    text: "1 to 253 lower-case letters, digits, - and ., a letter or digit at both ends",
    pattern: /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    url: `${K8S_NAMES}#dns-subdomain-names`,
  },
  /** Keys of `workloads`: they become parts of Azure, Kubernetes and Pulumi names. */
  workload: {
    text: "1 to 40 lower-case letters, digits and single -, a letter first, a letter or digit last",
    pattern: /^(?=.{1,40}$)[a-z](-?[a-z0-9])*$/,
    url: `${K8S_NAMES}#rfc-1035-label-names`,
  },
} as const satisfies Record<string, NameRule>;

export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * A part of a name that is legal everywhere, from text that may hold any characters (a stack's name).
 * Lower-case letters and digits only, at most `maxLength`; text that loses characters gets a hash, so that two stacks never share a name.
 */
export function nameToken(text: string, maxLength: number): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const startsWell = /^[a-z]/.test(plain);
  if (plain === text && plain.length <= maxLength && startsWell) return plain;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 4);
  const head = (startsWell ? plain : `s${plain}`).slice(0, maxLength - hash.length);
  return `${head}${hash}`;
}

/** RFC 4122 version 5 UUID. https://www.rfc-editor.org/rfc/rfc4122#section-4.3 */
export function uuidV5(name: string, namespace: string): string {
  const hash = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name)
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
