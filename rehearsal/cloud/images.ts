// The images of all emulated registries: what was pushed, by digest and by tag.
import type { BuiltImage } from "../build/types";
import { Table, type TableSnapshot } from "./table";

export interface StoredImage {
  readonly digest: string;
  /** A build may still be under way when its digest is known already. */
  readonly image: BuiltImage | Promise<BuiltImage>;
  /** Milliseconds since 1970. */
  readonly pushedMs: number;
}

interface Repository {
  readonly byDigest: Table<StoredImage>;
  readonly byTag: Table<StoredImage>;
}

/** By repository. An image that is still being built is the same one in the snapshot and in the store. */
export type ImagesSnapshot = TableSnapshot<{
  readonly byDigest: TableSnapshot<StoredImage>;
  readonly byTag: TableSnapshot<StoredImage>;
}>;

export class ImageStore {
  readonly #repositories = new Map<string, Repository>();
  readonly #now: () => number;

  /** `now` is the emulated clock, in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A tag that exists moves to the new digest, as in a registry without a lock on its tags. `repository` is `loginServer/name`. */
  push(repository: string, tag: string, digest: string, image: BuiltImage | Promise<BuiltImage>): void {
    // Whoever runs the image learns why it could not be built; until then the failure must not end the process.
    if (image instanceof Promise) image.catch(() => undefined);
    const { byDigest, byTag } = this.#repositories.get(repository) ?? { byDigest: new Table(), byTag: new Table() };
    this.#repositories.set(repository, { byDigest, byTag });
    const stored = { digest, image, pushedMs: this.#now() };
    byDigest.set(digest, stored);
    byTag.set(tag, stored);
  }

  hasRepository(repository: string): boolean {
    return this.#repositories.has(repository);
  }

  /** Whether anything was pushed to the registry. */
  isFilled(loginServer: string): boolean {
    return [...this.#repositories.keys()].some((repository) =>
      repository.toLowerCase().startsWith(`${loginServer.toLowerCase()}/`),
    );
  }

  digestOf(repository: string, tag: string): string | undefined {
    return this.tagged(repository, tag)?.digest;
  }

  tagged(repository: string, tag: string): StoredImage | undefined {
    return this.#repositories.get(repository)?.byTag.get(tag);
  }

  manifest(repository: string, digest: string): { readonly stored: StoredImage; readonly tags: readonly string[] } | undefined {
    const { byDigest, byTag } = this.#repositories.get(repository) ?? {};
    const stored = byDigest?.get(digest);
    if (stored === undefined) return undefined;
    return { stored, tags: [...(byTag ?? [])].filter(([, other]) => other.digest === digest).map(([tag]) => tag) };
  }

  /** The image of `repository@sha256:…` or `repository:tag`, or undefined: nothing pushed it. */
  find(reference: string): BuiltImage | Promise<BuiltImage> | undefined {
    const [repository = "", digest] = reference.split("@");
    if (digest !== undefined) return this.#repositories.get(repository)?.byDigest.get(digest)?.image;
    const { name = "", tag = "latest" } = /^(?<name>.*?)(?::(?<tag>[^:/]+))?$/.exec(reference)?.groups ?? {};
    return this.tagged(name, tag)?.image;
  }

  snapshot(): ImagesSnapshot {
    const plain = ({ byDigest, byTag }: Repository) => ({ byDigest: byDigest.snapshot(), byTag: byTag.snapshot() });
    return [...this.#repositories].map(([name, repository]) => [name, plain(repository)]);
  }
  restore(snapshot: ImagesSnapshot): void {
    this.#repositories.clear();
    for (const [name, { byDigest, byTag }] of snapshot)
      this.#repositories.set(name, { byDigest: new Table(byDigest), byTag: new Table(byTag) });
  }
}
