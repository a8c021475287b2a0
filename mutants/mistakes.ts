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

/** Those that a changed registration cannot be, or that stand in another place than the repository's own program has. */
const FURTHER: Readonly<Record<string, Entry>> = {
  "label-missing": { title: "The pod template has no label azure.workload.identity/use", rules: ["WI006"] },
  "label-misspelt": { title: "The label is written azure.workload.identity/used", rules: ["WI006"] },
  "label-on-cron-job-only": { title: "The label stands on the CronJob, not on its pod template", rules: ["WI006"] },
  "annotation-on-service": { title: "The client id annotation stands on the Service", rules: ["WI010"] },
  "service-account-elsewhere": { title: "The ServiceAccount lies in another namespace than the pod", rules: ["WI009"] },
  "service-account-name": { title: "The pod names a ServiceAccount that does not exist", rules: ["WI009"] },
  "oidc-off": { title: "The cluster's OIDC issuer is off", rules: ["WI008"], refusal: /issuer/ },
  "issuer-hard-coded": { title: "The issuer is text from a portal: that of a cluster which is gone", rules: ["WI001"] },
  "issuer-of-the-other-cluster": {
    title: "The credential of one cluster has the issuer of the other",
    rules: ["WI001", "WI005"],
  },
  "issuer-empty": {
    title: "The issuer is empty",
    rules: ["WI001"],
    refusal: /must specify 'issuer', 'subject' and 'audience'|issuer must be/,
  },
  "issuer-entra": { title: "The issuer is Microsoft Entra ID's own address", rules: ["WI001"], refusal: /issuer/ },
  "subject-typo": { title: "The subject is written system:serviceacount", rules: ["WI003"] },
  "audience-missing": {
    title: "The credential has no audience",
    rules: ["WI002"],
    refusal: /must specify 'issuer', 'subject' and 'audience'/,
  },
  "credential-twice": {
    title: "Two credentials of one identity have the same issuer and subject",
    rules: [],
    refusal: /Issuer and subject combination already exists/,
  },
  "too-many-credentials": { title: "An identity has more than 20 credentials", rules: [], refusal: /20/ },
  "parallel-writes": {
    title: "Two credentials of one identity are written at once",
    rules: [],
    refusal: /Too many Federated Identity Credentials are written concurrently/,
  },
  contributor: { title: "The identity has Contributor, which reads no secret", rules: ["WI021"] },
  "role-without-action": { title: "The program's own role lists secrets and does not read them", rules: ["WI021"] },
  "role-for-object-id": { title: "The role is assigned to the object id of the application", rules: ["WI023"] },
  "no-service-principal": { title: "The application has no service principal", rules: ["WI018"] },
  "policy-for-client-id": { title: "The access policy is for the identity's clientId", rules: ["WI024"] },
  "policy-without-get": { title: "The access policy lets the identity list secrets, not get them", rules: ["WI024"] },
  "token-path-by-hand": { title: "The container sets AZURE_FEDERATED_TOKEN_FILE itself", rules: ["WI016"] },
};

export const MISTAKES: readonly Mistake[] = [
  ...BREAKS.map(({ name, description, rule }) => ({ id: name, title: description, rules: [rule] })),
  ...Object.entries(FURTHER).map(([id, entry]) => ({ id, ...entry })),
];

/** Throws for a plant that names none. */
export function mistakeOf(id: string): Mistake {
  const found = MISTAKES.find((mistake) => mistake.id === id);
  if (found === undefined) throw new Error(`there is no mistake "${id}"`);
  return found;
}
