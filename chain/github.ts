// Who a workflow of GitHub Actions is, as the subject of its token says it.
// https://docs.github.com/actions/reference/security/oidc and https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/ (checked 2026-11)

/** Issuer of the tokens of GitHub Actions on github.com; an enterprise server has its own. Without a trailing slash. */
export const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";

export interface GitHubRepository {
  /** Person or organisation that owns the repository, as GitHub spells it: case counts. */
  readonly owner: string;
  /** Name of the repository, without its owner. */
  readonly repository: string;
  /**
   * Numeric ids of owner and repository (`gh api repos/<owner>/<repository> --jq '.owner.id, .id'`). A repository that was created, renamed or transferred
   * after 15 July 2026, or has opted in, has them in its subject; an older one has not. Undefined: the subject without ids.
   */
  readonly ids?: { readonly owner: number; readonly repository: number } | undefined;
}

/** Which runs of the repository's workflows: exactly one of these. A job with an environment has the environment's subject, whatever its branch. */
export type GitHubRuns =
  | { readonly environment: string }
  | { readonly branch: string }
  | { readonly tag: string }
  | { readonly pullRequest: true };

/** The subject of a token that GitHub issues to a job. Entra ID compares it byte for byte, case included. */
export function githubSubject({ owner, repository, ids }: GitHubRepository, runs: GitHubRuns): string {
  const place = ids === undefined ? `${owner}/${repository}` : `${owner}@${ids.owner}/${repository}@${ids.repository}`;
  return `repo:${place}:${runsOf(runs)}`;
}

function runsOf(runs: GitHubRuns): string {
  // GitHub writes a colon inside a name as %3A, so that nobody can name an environment like another subject.
  if ("environment" in runs) return `environment:${runs.environment.replaceAll(":", "%3A")}`;
  if ("branch" in runs) return `ref:refs/heads/${runs.branch}`;
  return "tag" in runs ? `ref:refs/tags/${runs.tag}` : "pull_request";
}
