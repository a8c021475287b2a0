// Builds for tests: an archive made of texts, built in a folder that goes with the test.
import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { type BuilderOptions, createEmulatedBuilder } from "../../../rehearsal/build/emulatedBuild";
import type { BuildInput, BuildOutcome, BuiltImage } from "../../../rehearsal/build/types";

/** Text of a file, or the head of another entry. */
export type Files = Readonly<Record<string, string | (Partial<Header> & Pick<Header, "name">)>>;

export async function archiveOf(files: Files): Promise<Buffer> {
  const tar = pack();
  for (const [name, file] of Object.entries(files)) {
    // Without a time of its own an entry has the present one, and two archives of the same files differ whenever a second has passed.
    if (typeof file === "string") tar.entry({ name, mtime: new Date(0) }, file);
    else tar.entry(file);
  }
  tar.finalize();
  return gzipSync(await buffer(tar), { level: 1 });
}

export interface Built {
  readonly outcome: BuildOutcome;
  readonly log: readonly string[];
  /** Paths and texts of the last stage's files; links are left out. */
  readonly files: Readonly<Record<string, string>>;
}

export class BuildYard {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "yard-")));
  readonly project = join(this.root, "project");
  readonly directory = join(this.root, "builds");

  constructor() {
    mkdirSync(this.project);
    mkdirSync(this.directory);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Puts a file into the project's folder. */
  inProject(path: string, text: string): void {
    const file = join(this.project, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async build(
    files: Files,
    input: Partial<BuildInput> = {},
    signal = new AbortController().signal,
    options: Pick<BuilderOptions, "limit"> = {},
  ): Promise<Built> {
    const log: string[] = [];
    const whole = { archive: await archiveOf(files), dockerfile: "Dockerfile", arguments: {}, platform: "linux/amd64", ...input };
    const builder = createEmulatedBuilder({ projectDirectory: this.project, directory: this.directory, ...options });
    const earlier = new Set(readdirSync(this.directory));
    const outcome = await builder(whole, (line) => log.push(line), signal);
    return { outcome, log, files: this.#lastStage(earlier) };
  }

  /** Builds a Dockerfile given by its lines. */
  lines(lines: readonly string[], files: Files = {}, input: Partial<BuildInput> = {}): Promise<Built> {
    return this.build({ Dockerfile: lines.join("\n"), ...files }, input);
  }

  #lastStage(earlier: ReadonlySet<string>): Readonly<Record<string, string>> {
    const own = readdirSync(this.directory).find((name) => !earlier.has(name));
    if (own === undefined) return {};
    const build = join(this.directory, own);
    const stage = readdirSync(build)
      .filter((name) => name.startsWith("stage-"))
      .sort()
      .at(-1);
    if (stage === undefined) return {};
    const root = join(build, stage);
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && realpathSync(entry.parentPath) === entry.parentPath,
    );
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
    return Object.fromEntries(paths.map((path) => [path.slice(root.length), readFileSync(path, "utf8")]));
  }
}

export function imageIn({ outcome }: Built): BuiltImage {
  assert.ok("image" in outcome, `the build failed: ${JSON.stringify(outcome)}`);
  return outcome.image;
}

export function failureOf({ outcome }: Built): string {
  assert.ok("failure" in outcome, "the build did not fail");
  return outcome.failure;
}
