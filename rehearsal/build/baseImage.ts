// Whether the image that a stage starts from is the same tomorrow.
// https://docs.docker.com/build/building/best-practices/#pin-base-image-versions

/** Starts a stage from nothing. */
export const SCRATCH = "scratch";

const FULL_VERSION = /(?:^|[^\d.])v?\d+\.\d+\.\d+/;

/** True for an image without a digest whose tag names no full version: no tag, `latest`, `24`, `24.1-slim`. */
export function isFloating(image: string): boolean {
  if (image.includes("@")) return false;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || !FULL_VERSION.test(tag);
}

/** https://github.com/distribution/reference/blob/main/reference.go */
const REFERENCE =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+|\/)[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** The ENTRYPOINT of images that are known to have Node's. https://github.com/GoogleContainerTools/distroless/blob/main/nodejs/README.md */
export function entrypointOf(image: string): readonly string[] | undefined {
  return /(^|\/)distroless\/nodejs[\w-]*([:@]|$)/.test(image) ? ["/nodejs/bin/node"] : undefined;
}

/** What Docker says of an image that cannot be one; undefined for one that can. */
export function referenceProblem(image: string): string | undefined {
  if (REFERENCE.test(image)) return undefined;
  const repository = /^([^@]*?)(?::[^:/@]*)?(?:@.*)?$/.exec(image)?.[1] ?? "";
  return repository !== "" && repository !== repository.toLowerCase() && REFERENCE.test(repository.toLowerCase())
    ? `invalid reference format: repository name (${repository}) must be lowercase`
    : "invalid reference format";
}

/** What to call an image that looks like a misspelt stage: it has neither registry nor tag, and the Dockerfile names stages. */
export function orStage(image: string, stages: readonly string[]): string {
  if (stages.length === 0 || /[/:.@]/.test(image) || image === SCRATCH) return image;
  return `${image} is no stage of this Dockerfile (stages: ${stages.join(", ")}), so it is taken for an image without a tag`;
}
