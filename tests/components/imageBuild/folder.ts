// A folder of its own for each test, as something to build an image from.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readContext } from "../../../components/imageBuild/context";

export const PLACE = { component: "AppImage", name: "web" };

export class Folder {
  readonly path = mkdtempSync(join(realpathSync(tmpdir()), "context-"));

  /** One file of each kind: plain, executable, link. */
  static sample(): Folder {
    return new Folder().write("Dockerfile", "FROM scratch\n").write("bin/start", "#!/bin/sh\n", 0o755).link("start", "bin/start");
  }

  write(path: string, content: string | Uint8Array, mode = 0o644): this {
    const file = this.at(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    return this;
  }

  link(path: string, target: string | Buffer): this {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    symlinkSync(target, this.at(path));
    return this;
  }

  /** Removes all of it, if not told what. */
  remove(path = ""): this {
    rmSync(this.at(path), { recursive: true, force: true });
    return this;
  }

  at(path: string): string {
    return join(this.path, path);
  }

  read(dockerfile = "Dockerfile", limits?: Parameters<typeof readContext>[3]) {
    return readContext(PLACE, this.path, dockerfile, limits);
  }

  paths(dockerfile = "Dockerfile"): string[] {
    return this.read(dockerfile).entries.map(({ path }) => path);
  }
}
