// Why a build failed, in the words that a person reads in its log.

/** The build cannot go on; its message is the builder's last word. */
export class BuildFailure extends Error {}

/**
 * Refused as the builder does that a registry's tasks use, in Docker's own first sentence. https://github.com/Azure/acr/issues/721
 * `advice` says how the Dockerfile does without, in a few words.
 */
export function needsBuildKit(what: string, advice: string): BuildFailure {
  return new BuildFailure(
    `the ${what} requires BuildKit. A registry builds without BuildKit: ${advice}, or set imageBuilder to docker`,
  );
}
