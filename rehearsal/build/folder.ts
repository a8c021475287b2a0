// A folder that stands for a file system: every path in it is resolved as if the folder were the root, so that no link and no `..` leads out.
import { lstat, readlink, realpath } from "node:fs/promises";
import { join, posix, relative, resolve, sep } from "node:path";
import { BuildFailure } from "./failure";

/** As many as Linux follows. https://man7.org/linux/man-pages/man7/path_resolution.7.html */
const MOST_LINKS = 40;

export interface Place {
  /** Path on this machine. */
  readonly path: string;
  /** Whether it lies in a folder of installed packages, which belongs to the project and is only linked. */
  readonly borrowed: boolean;
}

export class Folder {
  /** Real paths of `node_modules` folders that this folder may link to. */
  readonly #lent = new Set<string>();

  /** `root` is a real path. */
  constructor(readonly root: string) {}

  /** Lets a link to the folder of this real path lead there. */
  lend(path: string): void {
    this.#lent.add(path);
  }

  lendAsIn(other: Folder): void {
    for (const path of other.#lent) this.lend(path);
  }

  /** Whether a link with this target, wherever it lies, leads to something that was lent. */
  isLent(target: string): boolean {
    return posix.isAbsolute(target) && [...this.#lent].some((lent) => isBelow(lent, target));
  }

  /** Whether a link at `path` (in terms of this folder) with this target stays in the folder for a process that follows it. */
  keeps(path: string, target: string): boolean {
    return !posix.isAbsolute(target) && !posix.normalize(posix.join(path.replace(/^\/+/, ""), "..", target)).startsWith("..");
  }

  /** Where `path` lies; the last of it need not exist. */
  async resolve(path: string): Promise<Place> {
    let left = path.split("/");
    let done: string[] = [];
    let links = 0;
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        done.pop();
        continue;
      }
      const target = await linkTarget(join(this.root, ...done, part));
      if (target === undefined) {
        done.push(part);
        continue;
      }
      if (this.isLent(target)) return { path: await this.#inside(target, left), borrowed: true };
      links += 1;
      if (links > MOST_LINKS) throw new BuildFailure(`${path}: too many links`);
      if (posix.isAbsolute(target)) done = [];
      left = [...target.split("/"), ...left];
    }
    return { path: join(this.root, ...done), borrowed: false };
  }

  async #inside(lent: string, parts: readonly string[]): Promise<string> {
    const path = resolve(lent, `.${posix.normalize(`/${parts.join("/")}`)}`);
    const real = await realpath(path).catch(() => path);
    if (!this.isLent(real)) throw new BuildFailure(`${path} leads out of the installed packages`);
    return path;
  }
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch {
    return undefined;
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`));
}
