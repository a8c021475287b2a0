// Packing a build context, against the system's tar with the same files.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveOf } from "../components/imageBuild/archive";
import { readContext } from "../components/imageBuild/context";
import { inTurn, time } from "./figures";

const PLACE = { component: "AppImage", name: "bench" };
const FILES = 500;
const FILE_BYTES = (10 * 2 ** 20) / FILES;
const SYLLABLES =
  "pod node key vault token role image get set read of to Client Name Id Error Async const return await import = => . , ;".split(
    " ",
  );

/** Milliseconds that 10 MiB in 500 files take to become a .tar.gz, by this project and by `tar -czf`. */
export async function archive(rounds: number): Promise<{ own: number[]; tar: number[] }> {
  const directory = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const folder = join(directory, "context");
    writeTree(folder);
    const context = readContext(PLACE, folder, "Dockerfile");
    const own = () => time(() => archiveOf(context));
    const tar = () => time(() => execFileSync("tar", ["-czf", join(directory, "context.tar.gz"), "-C", folder, "."]));
    const { a, b } = await inTurn(rounds, own, tar);
    return { own: a, tar: b };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

// The same for everyone, and as source code is: lines that come back, with names that differ. It packs to about a fifth.
function writeTree(folder: string): void {
  const below = numbers();
  const name = () => Array.from({ length: 1 + below(3) }, () => SYLLABLES[below(SYLLABLES.length)]).join("");
  const lines = Array.from({ length: 300 }, () => Array.from({ length: 3 + below(8) }, name).join(" "));
  for (let file = 0; file < FILES; file += 1) {
    let text = "";
    while (text.length < FILE_BYTES)
      text += `${"  ".repeat(below(4))}${lines[below(lines.length)]} ${name()}(${name()}) { ${name()} }\n`;
    const directory = join(folder, `module${file % 20}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `file${file}.ts`), text.slice(0, FILE_BYTES));
  }
  writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
}

/** Whole numbers below a limit, in a fixed order: the constants of Numerical Recipes. */
function numbers(): (limit: number) => number {
  let state = 1;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % limit;
  };
}
