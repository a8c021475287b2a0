// Diff of packages made from Terraform providers: what the schema there marks as ForceNew or RequiresReplace. The bridge names replaced properties by their
// top level, and deletes first only what has a name that the program gave in place of one it would make up; none of these types makes names up.
// https://github.com/pulumi/pulumi-terraform-bridge/blob/master/pkg/tfbridge/provider.go (Diff, nameRequiresDeleteBeforeReplace)
import { type Difference, differences, type InputDiff, inputDiff } from "./differences";

type Values = Readonly<Record<string, unknown>>;

interface BridgedRules {
  readonly replaces: (difference: Difference) => boolean;
  /** What counts for an input that is left out. */
  readonly defaults?: Values;
  /** Top-level lists without an order. */
  readonly sets?: readonly string[];
}

/**
 * Everything replaces, keepers included: what counts for a random value is how it is made.
 * https://github.com/hashicorp/terraform-provider-random: internal/provider/resource_password.go (passwordSchemaV3), resource_string.go (stringSchemaV3)
 */
const RANDOM: BridgedRules = {
  // internal/planmodifiers there: an empty text is as good as none, and so are keepers without one.
  replaces: ({ keys, kind, old, value }) =>
    !(keys[0] === "overrideSpecial" && kind === "delete" && old === "") &&
    !(keys[0] === "keepers" && keys.length === 1 && isEmpty(old) && isEmpty(value)),
  defaults: {
    ...{ special: true, upper: true, lower: true, number: true, numeric: true },
    ...{ minNumeric: 0, minUpper: 0, minLower: 0, minSpecial: 0 },
  },
};

const RULES: Readonly<Record<string, BridgedRules>> = {
  "random:index/randomPassword:RandomPassword": RANDOM,
  "random:index/randomString:RandomString": RANDOM,
  // The package's documentation of these two says "Changing this forces a new resource to be created"; a test compares. What is a set stands in
  // internal/services/applications/application_resource.go of https://github.com/hashicorp/terraform-provider-azuread.
  "azuread:index/application:Application": {
    replaces: ({ keys }) => keys[0] === "templateId",
    sets: ["appRoles", "groupMembershipClaims", "identifierUris", "owners", "requiredResourceAccesses", "tags"],
  },
  // Neither issuer nor subject, audiences or description: application_federated_identity_credential_resource.go there.
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": {
    replaces: ({ keys }) => keys[0] === "applicationId" || keys[0] === "displayName",
  },
  // internal/services/serviceprincipals/service_principal_resource.go there: the application's client id is ForceNew.
  "azuread:index/servicePrincipal:ServicePrincipal": {
    replaces: ({ keys }) => keys[0] === "clientId",
    sets: ["alternativeNames", "notificationEmailAddresses", "owners", "tags"],
  },
};

export function isBridged(type: string): boolean {
  return Object.hasOwn(RULES, type);
}

export function diffBridged(type: string, olds: Values, news: Values): InputDiff {
  const { replaces, defaults = {}, sets = [] } = RULES[type] ?? { replaces: () => false };
  const found = differences(completed(olds, defaults, sets), completed(news, defaults, sets));
  return inputDiff(found, replaces, false, ({ keys }) => String(keys[0]));
}

function completed(inputs: Values, defaults: Values, sets: readonly string[]): Values {
  const own = Object.entries(inputs).filter(([key, value]) => !key.startsWith("__") && value !== undefined && value !== null);
  const sorted = own.map(([key, value]) => [key, sets.includes(key) && Array.isArray(value) ? byText(value) : value]);
  return { ...defaults, ...Object.fromEntries(sorted) };
}

function byText(values: readonly unknown[]): unknown[] {
  const text = (value: unknown) => JSON.stringify(value) ?? "";
  return [...values].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || Object.keys(Object(value)).length === 0;
}
