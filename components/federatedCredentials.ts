// The federated credentials of one identity: which tokens Azure takes for it.
import * as pulumi from "@pulumi/pulumi";
import {
  AUDIENCE,
  asRuleSays,
  RULES as CHAIN_RULES,
  FEDERATED_CREDENTIALS_PER_IDENTITY,
  GITHUB_ISSUER,
  type GitHubRepository,
  type GitHubRuns,
  githubSubject,
  NAME_RULES,
} from "../chain";
import { RULES } from "./rules";
import { checkText, lateMistake, mistake, type Place, type RuleError } from "./validate";

/** A trust beside those of the cluster: another cluster, a pipeline. https://learn.microsoft.com/entra/workload-id/workload-identity-federation */
export interface Federation {
  /** Issuer of the tokens, byte for byte: a trailing slash counts. Changing it is in place. */
  issuer: pulumi.Input<string>;
  /** Subject of the tokens; case counts, and there are no wildcards. Changing it is in place. */
  subject: pulumi.Input<string>;
  /** Audience of the tokens. Defaults to `api://AzureADTokenExchange`. Changing it is in place. */
  audience?: pulumi.Input<string>;
}

/**
 * The trust in workflows of one GitHub repository, for `federations`: as `ids` are given or not, with or without numeric ids in the subject. Where both forms
 * may come, as while a repository is renamed, give two entries.
 */
export function githubFederation(repository: GitHubRepository, runs: GitHubRuns): Federation {
  return { issuer: GITHUB_ISSUER, subject: githubSubject(repository, runs) };
}

export interface Trust extends Federation {
  key: string;
}

export interface TrustedToken {
  issuer: pulumi.Output<string>;
  subject: pulumi.Output<string>;
  audience: pulumi.Output<string>;
}

/** Key of the trust in an identity's own ServiceAccount. */
export const OWN_ACCOUNT = "cluster";

const FEDERATION_URL = NAME_RULES.federatedCredential.url;

export function checkTrusts(
  place: Place,
  issuerUrl: pulumi.Input<string>,
  sharedKeys: string[],
  federations: Record<string, Federation>,
): void {
  if (typeof issuerUrl === "string") checkText(place, "issuerUrl", RULES.issuer, issuerUrl);
  const keys = [OWN_ACCOUNT, ...sharedKeys, ...Object.keys(federations)];
  if (keys.length > FEDERATED_CREDENTIALS_PER_IDENTITY) {
    const rule = `${asRuleSays("WI083")}, and one is the cluster's: give some, or some of sharedWith, to a second ${place.component} with the same roles`;
    throw mistake(place, "federations", rule, keys.length - 1, CHAIN_RULES.WI083.source);
  }
  for (const [index, key] of keys.entries()) {
    const name = credentialName(key);
    if (!NAME_RULES.federatedCredential.pattern.test(name)) {
      throw mistake(
        place,
        "a key of federations or sharedWith",
        `${asRuleSays("WI071")}, with ${credentialName("")} before the key`,
        key,
        CHAIN_RULES.WI071.source,
      );
    }
    if (keys.indexOf(key) !== index) {
      throw mistake(place, "a key of federations or sharedWith", `used once, and not "${OWN_ACCOUNT}"`, key, FEDERATION_URL);
    }
  }
  const seen = new Set<string>();
  for (const [key, { issuer, subject }] of Object.entries(federations)) {
    if (typeof issuer === "string") checkText(place, `federations.${key}.issuer`, RULES.issuer, issuer);
    if (typeof issuer !== "string" || typeof subject !== "string") continue;
    if (seen.has(pairOf(issuer, subject))) throw samePair(place, key, issuer, subject);
    seen.add(pairOf(issuer, subject));
  }
}

/** One credential as it is written. */
export interface WrittenCredential {
  /** Its name in Azure or in the application. */
  name: string;
  issuer: pulumi.Input<string>;
  subject: pulumi.Input<string>;
  audience: pulumi.Input<string>;
}

/** Writes one credential of an identity; what comes back is what is trusted. */
export type CredentialWriter = (
  pulumiName: string,
  credential: WrittenCredential,
  opts: pulumi.CustomResourceOptions,
) => pulumi.Resource & {
  issuer: pulumi.Output<string>;
  subject: pulumi.Output<string>;
  audiences: pulumi.Output<string[]>;
};

/**
 * Returns a function that writes one credential, after the one that it wrote before: Azure refuses two at once.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#concurrent-updates-arent-supported-user-assigned-managed-identities
 */
export function credentialChain(
  self: pulumi.Resource,
  place: Place,
  prefix: string,
  write: CredentialWriter,
  opts: pulumi.CustomResourceOptions,
): (trust: Trust) => TrustedToken {
  const written: Trust[] = [];
  let previous: pulumi.Resource[] = [];
  return (trust) => {
    const { key, subject: wanted, audience = AUDIENCE } = trust;
    const gated = gatedIssuer(self, place, trust, [...written]);
    const credential = write(
      `${prefix}${key}`,
      { name: credentialName(key), issuer: gated, subject: wanted, audience },
      { ...opts, dependsOn: previous },
    );
    written.push(trust);
    previous = [credential];
    const { issuer, subject, audiences } = credential;
    return { issuer, subject, audience: audiences.apply((list) => list[0] ?? "") };
  };
}

// The issuer itself, untouched, once it is known to be one, and to make another pair with the subject than any credential before.
function gatedIssuer(self: pulumi.Resource, place: Place, trust: Trust, earlier: Trust[]): pulumi.Output<string> {
  const field = trust.key === OWN_ACCOUNT ? "issuerUrl" : `the issuer of ${trust.key}`;
  const pairs = earlier.map(({ issuer, subject }) => pulumi.all([issuer, subject]));
  return pulumi.all([trust.issuer, trust.subject, pulumi.all(pairs)]).apply(([issuer, subject, others]) => {
    if (!RULES.issuer.matches(issuer))
      throw lateMistake(self, mistake(place, field, RULES.issuer.text, issuer, RULES.issuer.url));
    if (others.some(([other, otherSubject]) => pairOf(other, otherSubject) === pairOf(issuer, subject)))
      throw lateMistake(self, samePair(place, trust.key, issuer, subject));
    return issuer;
  });
}

function samePair(place: Place, key: string, issuer: string, subject: string): RuleError {
  return mistake(place, `federations.${key}`, asRuleSays("WI084"), { issuer, subject }, CHAIN_RULES.WI084.source);
}

function credentialName(key: string): string {
  return `federation-${key}`;
}

function pairOf(issuer: string, subject: string): string {
  return JSON.stringify([issuer, subject]);
}
