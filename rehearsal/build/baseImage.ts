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
