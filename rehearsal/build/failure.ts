// Why a build failed, in the words that a person reads in its log.

/** The build cannot go on; its message is the builder's last word. */
export class BuildFailure extends Error {}
