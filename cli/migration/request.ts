// What somebody who moves over has to say, each with its rule: all that is missing or wrong in one message.
import { GUID, NAME_RULES } from "../../chain";
import { UsageError } from "../../rehearsal/usageError";

export const SYSTEM_KEYS = ["a", "b", "c", "d"] as const;
export type SystemKey = (typeof SYSTEM_KEYS)[number];

/** Options that name what is there, without their dashes. */
export const FIELDS = [
  "subscription",
  "resource-group",
  "cluster",
  "cluster-resource-group",
  "identity",
  "application-id",
  "service-principal-id",
  "vault",
  "secret",
  "storage-account",
  "container",
  "old-namespace",
  "old-service-account",
  "namespace",
  "stack",
] as const;
export type Field = (typeof FIELDS)[number];

interface Rule {
  readonly text: string;
  readonly pattern: RegExp;
}

const guid: Rule = { text: "a GUID", pattern: GUID };
/** Namespaces that Kubernetes brings itself: a stack creates its own. */
const ownNamespace: Rule = {
  text: `${NAME_RULES.namespace.text}, and none that Kubernetes brings itself`,
  pattern: /^(?!default$|kube-)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
};

const RULES: Readonly<Record<Field, Rule>> = {
  subscription: guid,
  "resource-group": NAME_RULES.resourceGroup,
  cluster: NAME_RULES.cluster,
  "cluster-resource-group": NAME_RULES.resourceGroup,
  identity: NAME_RULES.identity,
  "application-id": guid,
  "service-principal-id": guid,
  vault: NAME_RULES.vault,
  secret: NAME_RULES.secret,
  "storage-account": NAME_RULES.storageAccount,
  container: NAME_RULES.blobContainer,
  "old-namespace": NAME_RULES.namespace,
  "old-service-account": NAME_RULES.serviceAccount,
  namespace: ownNamespace,
  stack: { text: "the name of a stack, as in Pulumi.<stack>.yaml", pattern: /^[\w.-]{1,100}$/ },
};

/** What every system needs, and what may be left out because something else stands for it. */
const ALWAYS: readonly Field[] = ["subscription", "resource-group", "cluster"];
const EVERYWHERE: readonly Field[] = [
  ...ALWAYS,
  "cluster-resource-group",
  "old-namespace",
  "old-service-account",
  "namespace",
  "stack",
];

export type Given = { readonly [K in Field]?: string | undefined };
/** Every field has a value: one that a system has no use for is empty. */
export type Request = Readonly<Record<Field, string>>;

export interface Needs {
  /** What must be given besides what every system needs. */
  readonly required: readonly Field[];
  /** What is taken where it is not given. */
  readonly defaults: Given;
}

export function checkRequest(system: SystemKey, given: Given, { required, defaults }: Needs): Request {
  const needed = [...ALWAYS, ...required];
  const known = [...EVERYWHERE, ...required, ...FIELDS.filter((field) => defaults[field] !== undefined)];
  const mistakes = FIELDS.flatMap((field) => {
    const value = given[field];
    // An application is known by its id: its display name is for people, and takes nearly any text.
    const ofApplication = field === "identity" && required.includes("application-id");
    const { text, pattern } = ofApplication ? NAME_RULES.applicationDisplayName : RULES[field];
    if (value === undefined) return needed.includes(field) ? [`--${field}: is missing, must be ${text}`] : [];
    if (!known.includes(field)) return [`--${field}: is no part of system ${system}`];
    return pattern.test(value) ? [] : [`--${field}: must be ${text}, got ${JSON.stringify(value)}`];
  });
  const values = FIELDS.map((field) => [field, given[field] ?? defaults[field] ?? FALLBACKS[field]] as const);
  const request: Request = { ...FALLBACKS, ...Object.fromEntries(values) };
  if (mistakes.length === 0 && request.namespace === request["old-namespace"])
    mistakes.push(
      `--namespace: must be another one than --old-namespace, because the stack creates it, got "${request.namespace}"`,
    );
  if (mistakes.length > 0) {
    const count = mistakes.length === 1 ? "one mistake" : `${mistakes.length} mistakes`;
    throw new UsageError(
      `what is said about system ${system} has ${count}:\n  ${mistakes.join("\n  ")}`,
      "see npm run migrate -- --help",
    );
  }
  return { ...request, "cluster-resource-group": request["cluster-resource-group"] || request["resource-group"] };
}

/** What is taken where neither the command line nor the system says anything. */
const FALLBACKS: Request = {
  subscription: "",
  "resource-group": "",
  cluster: "",
  "cluster-resource-group": "",
  identity: "",
  "application-id": "",
  "service-principal-id": "",
  vault: "",
  secret: "",
  "storage-account": "",
  container: "",
  "old-namespace": "default",
  "old-service-account": "",
  namespace: "web",
  stack: "dev",
};
