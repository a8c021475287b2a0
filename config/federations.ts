// Who else than pods acts as the default workload's identity: any issuer, or workflows of GitHub Actions.
import { z } from "zod";
import { asRuleSays, RULES as CHAIN_RULES, FEDERATED_CREDENTIALS_PER_IDENTITY, type GitHubRuns, NAME_RULES } from "../chain";
import { type Federation, githubFederation } from "../components/federatedCredentials";
import { RULES } from "../components/rules";
import { map, matching, namedKeys, text } from "./schemas";

const filled = text.min(1, { error: "text that is not empty" });
const RUNS = ["environment", "branch", "tag", "pullRequest"] as const;
const FEDERATION_URL = NAME_RULES.federatedCredential.url;
const id = z.custom<number>((value) => typeof value === "number" && Number.isInteger(value) && value > 0, {
  error: "a number, as gh api repos/<owner>/<repository> shows it",
  params: { url: "https://docs.github.com/actions/reference/security/oidc" },
});
const repository = {
  text: "owner/repository, as GitHub spells them",
  matches: (value: string) => /^[\w.-]+\/[\w.-]+$/.test(value),
  url: "https://docs.github.com/actions/reference/security/oidc",
};

/** Any issuer by issuer and subject, or workflows of a GitHub repository by its name and one of the kinds of runs. */
const federationShape = z
  .strictObject(
    {
      issuer: matching(RULES.issuer).optional(),
      subject: filled.optional(),
      audience: filled.optional(),
      repository: matching(repository).optional(),
      ownerId: id.optional(),
      repositoryId: id.optional(),
      environment: filled.optional(),
      branch: filled.optional(),
      tag: filled.optional(),
      pullRequest: z.literal(true, { error: "true, or left out" }).optional(),
    },
    { error: "a map" },
  )
  .superRefine((entry, context) => {
    const refuse = (message: string) =>
      context.addIssue({ code: "custom", message, params: { url: FEDERATION_URL, value: entry } });
    const runs = RUNS.filter((kind) => entry[kind] !== undefined);
    if (entry.repository === undefined) {
      if (
        entry.issuer === undefined ||
        entry.subject === undefined ||
        runs.length > 0 ||
        (entry.ownerId ?? entry.repositoryId) !== undefined
      )
        refuse(
          "issuer and subject (and audience if it is another), or repository with one of environment, branch, tag and pullRequest",
        );
      return;
    }
    if ((entry.issuer ?? entry.subject ?? entry.audience) !== undefined || runs.length !== 1)
      refuse(
        "repository with exactly one of environment, branch, tag and pullRequest, and neither issuer nor subject nor audience",
      );
    if ((entry.ownerId === undefined) !== (entry.repositoryId === undefined))
      refuse("either with both ownerId and repositoryId or with neither");
  });
export const FEDERATION_FIELDS: readonly string[] = Object.keys(federationShape.shape);
type FederationEntry = z.infer<typeof federationShape>;

/** One is the cluster's own. */
const MOST_FEDERATIONS = FEDERATED_CREDENTIALS_PER_IDENTITY - 1;
export const federations = map(federationShape, namedKeys(NAME_RULES.workload)).superRefine((entries, context) => {
  if (Object.keys(entries).length > MOST_FEDERATIONS)
    context.addIssue({
      code: "custom",
      message: `${asRuleSays("WI083")}, and one is the cluster's`,
      params: { url: CHAIN_RULES.WI083.source },
    });
});

export function federationsOf(entries: Readonly<Record<string, FederationEntry>>): Record<string, Federation> {
  return Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, federationOf(entry)]));
}

function federationOf({
  issuer = "",
  subject = "",
  audience,
  repository,
  ownerId,
  repositoryId,
  ...kinds
}: FederationEntry): Federation {
  const runs = runsOf(kinds);
  if (repository === undefined || runs === undefined) return { issuer, subject, ...(audience === undefined ? {} : { audience }) };
  const [owner = "", name = ""] = repository.split("/");
  const ids = ownerId === undefined || repositoryId === undefined ? undefined : { owner: ownerId, repository: repositoryId };
  return githubFederation({ owner, repository: name, ids }, runs);
}

function runsOf({ environment, branch, tag, pullRequest }: Pick<FederationEntry, (typeof RUNS)[number]>): GitHubRuns | undefined {
  if (environment !== undefined) return { environment };
  if (branch !== undefined) return { branch };
  if (tag !== undefined) return { tag };
  return pullRequest === undefined ? undefined : { pullRequest };
}
