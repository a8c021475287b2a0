// What goes wrong in programs: each mistake with the rule that has to name it. Those of `rehearse --break` keep their name, text and rule.
import type { RuleId } from "../chain";
import { BREAKS } from "../rehearsal/breaks";

export interface Mistake {
  readonly id: string;
  /** What somebody did, as a sentence. */
  readonly title: string;
  /** Any of these names it: the rule of a pod's chain, and where there is one the rule that sees it in the resources alone. */
  readonly rules: readonly RuleId[];
  /** How a component, or Azure, refuses it: then there is no pod to find anything on. Default: nothing refuses it. */
  readonly refusal?: RegExp;
}

type Entry = Omit<Mistake, "id">;

const NO_ISSUER = /must specify 'issuer', 'subject' and 'audience'|issuerUrl must be as WI072 says/;

/** Those that a changed registration cannot be, or that stand in another place than the repository's own program has. */
const FURTHER: Readonly<Record<string, Entry>> = {
  // Kubernetes
  "label-missing": { title: "The pod template has no label azure.workload.identity/use", rules: ["WI006"] },
  "label-misspelt": { title: "The label is written azure.workload.identity/used", rules: ["WI006", "WI075"] },
  "label-unquoted": {
    title: "The label's value is true without quotation marks, which YAML reads as a flag",
    rules: ["WI077"],
    refusal: /no workload that Kubernetes would take/,
  },
  "label-on-cron-job-only": { title: "The label stands on the CronJob, not on its pod template", rules: ["WI006"] },
  "annotation-on-service": { title: "The client id annotation stands on the Service", rules: ["WI010", "WI076"] },
  "object-id-in-annotation": { title: "The annotation has the object id of the application", rules: ["WI011"] },
  "service-account-elsewhere": { title: "The ServiceAccount lies in another namespace than the pod", rules: ["WI009"] },
  "service-account-name": { title: "The pod names a ServiceAccount that does not exist", rules: ["WI009"] },
  "property-misspelt": { title: "serviceAccountName is misspelt, so the pod gets the default ServiceAccount", rules: ["WI017"] },
  "token-path-by-hand": { title: "The container sets AZURE_FEDERATED_TOKEN_FILE itself", rules: ["WI081"] },
  "client-secret-left": { title: "The container still has the client secret that the identity was to replace", rules: ["WI082"] },
  "undefined-in-text": { title: "An address is made of a property that is not there", rules: ["WI061"] },
  // The cluster
  "oidc-off": { title: "The cluster's OIDC issuer is off", rules: ["WI008"], refusal: NO_ISSUER },
  // The federated credential
  "issuer-hard-coded": { title: "The issuer is text from a portal: that of a cluster which is gone", rules: ["WI001"] },
  "issuer-of-the-other-cluster": {
    title: "The credential of one cluster has the issuer of the other",
    rules: ["WI001", "WI005"],
  },
  "issuer-empty": { title: "The issuer is empty", rules: ["WI001", "WI072"], refusal: NO_ISSUER },
  "issuer-entra": { title: "The issuer is Microsoft Entra ID's own address", rules: ["WI001", "WI072"] },
  "subject-typo": { title: "The subject has a typing mistake before the namespace", rules: ["WI003", "WI074"] },
  "subject-separator": { title: "The parts of the subject are separated by slashes", rules: ["WI003", "WI074"] },
  "subject-swapped": { title: "Namespace and name are swapped in the subject", rules: ["WI003"] },
  "audience-missing": {
    title: "The credential has no audience",
    rules: ["WI002", "WI070"],
    refusal: /must have exactly one audience/,
  },
  "credential-twice": {
    title: "Two credentials of one identity have the same issuer and subject",
    rules: ["WI084"],
    refusal: /Issuer and subject combination already exists/,
  },
  "credential-name": {
    title: "The credential's name holds a character that Azure refuses",
    rules: ["WI071"],
    refusal: /InvalidResourceName: '.+' is not a legal name/,
  },
  "credential-name-shared": {
    title: "The credentials of two clusters have one name",
    rules: ["WI084"],
    refusal: /AlreadyExists: cannot create already existing resource/,
  },
  "credential-of-another-identity": {
    title: "The credential belongs to an identity that the program does not make",
    rules: ["WI005"],
  },
  "too-many-credentials": {
    title: "An identity has more than 20 credentials",
    rules: ["WI083"],
    refusal: /at most 20 federated identity credentials/,
  },
  "parallel-writes": { title: "Two credentials of one identity are written at once", rules: ["WI085"] },
  // Roles and access policies
  contributor: { title: "The identity has Contributor, which reads no secret", rules: ["WI021"] },
  "principal-type-missing": {
    title: "The role assignment does not say that the principal is a ServicePrincipal",
    rules: ["WI078"],
    refusal: /UnmatchedPrincipalType/,
  },
  "role-without-action": { title: "The program's own role lists secrets and does not read them", rules: ["WI021"] },
  "role-as-action": { title: "The program's own role has the data action among its actions", rules: ["WI021"] },
  "role-for-object-id": { title: "The role is assigned to the object id of the application", rules: ["WI023"] },
  "no-service-principal": { title: "The application has no service principal", rules: ["WI018"] },
  "policy-for-client-id": { title: "The access policy is for the identity's clientId", rules: ["WI046"] },
  "policy-for-another": { title: "The access policy is for whoever deploys, not for the identity", rules: ["WI046"] },
  "policy-without-get": { title: "The access policy lets the identity list secrets, not get them", rules: ["WI047"] },
  "policy-for-keys": { title: "The access policy is about keys", rules: ["WI047"] },
  // What the pod is told
  "secret-of-another": { title: "The pod asks for a secret that another identity has a role on", rules: ["WI022"] },
  "output-missing": {
    title: "The other stack has no output of this name",
    rules: [],
    refusal: /Required output 'issuerUrl' does not exist on stack/,
  },
  // This project's own program
  "text-for-identity": { title: "A workload is given its identity's clientId instead of the identity", rules: [] },
  "role-misspelt": { title: "The name of a role is misspelt", rules: [], refusal: /roles\.vault\.role must be a role of ROLES/ },
  "service-account-form": {
    title: "The ServiceAccount's name in the config has a capital letter",
    rules: [],
    refusal: /serviceAccount: must be .*, got "Web"/,
  },
  "namespace-form": {
    title: "The namespace's name in the config has an underscore",
    rules: [],
    refusal: /namespace: must be .*, got "my_namespace"/,
  },
  "variable-of-the-webhook": {
    title: "The config sets AZURE_CLIENT_ID",
    rules: [],
    refusal: /appEnvironment\.AZURE_CLIENT_ID: must be/,
  },
  "config-key-misspelt": { title: "A config key is misspelt", rules: [], refusal: /serviceAcount: is not a key of this project/ },
  "federation-twice": {
    title: "The config trusts the same issuer and subject twice",
    rules: ["WI084"],
    refusal: /federations\.two: must be .*: federations\.one is the same/,
  },
};

/** What names a break too: rules that need no pod, because the resource shows it by itself. */
const ALSO: Readonly<Record<string, readonly RuleId[]>> = {
  "annotation-misspelt": ["WI075"],
  "label-value": ["WI077"],
  "issuer-without-slash": ["WI073"],
  "issuer-inside-cluster": ["WI072"],
  "wrong-audience": ["WI070"],
};

export const MISTAKES: readonly Mistake[] = [
  ...BREAKS.map(({ name, description, rule }) => ({ id: name, title: description, rules: [rule, ...(ALSO[name] ?? [])] })),
  ...Object.entries(FURTHER).map(([id, entry]) => ({ id, ...entry })),
];

/** Throws for a plant that names none. */
export function mistakeOf(id: string): Mistake {
  const found = MISTAKES.find((mistake) => mistake.id === id);
  if (found === undefined) throw new Error(`there is no mistake "${id}"`);
  return found;
}
