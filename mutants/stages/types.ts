// What the compiler says: one run of it for all mutants of a kind, since most of what it costs is to read the providers' types.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { z } from "zod";
import { ROOT } from "../programCopy";

const COMPILER = join(dirname(require.resolve("typescript7/package.json")), "bin", "tsc");
const MESSAGE = /^(.+?)\((\d+),\d+\): error (TS\d+: .*)$/;
/** Of all messages; a mutant has a few. */
const OUTPUT_BYTES = 64 * 1024 * 1024;

const tsconfigShape = z.looseObject({ compilerOptions: z.record(z.string(), z.unknown()) });

export interface Compiled {
  readonly folder: string;
  /** The file in which the program begins. */
  readonly entry: string;
}

/**
 * First message of each folder that has one, as `index.ts:12: TS2322: …`. The programs lie in `base`, whose packages they find; `options` is the path of
 * their own tsconfig.json.
 */
export async function compile(
  base: string,
  programs: readonly Compiled[],
  options: string,
): Promise<ReadonlyMap<string, string>> {
  const config = join(base, `tsconfig.${basename(dirname(options))}.json`);
  const { compilerOptions } = tsconfigShape.parse(JSON.parse(readFileSync(join(ROOT, options), "utf8")));
  const files = programs.map(({ entry }) => entry);
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit: true, rootDir: undefined }, files }));
  const output = await run(base, config);
  const first = new Map<string, string>();
  for (const line of output.split("\n")) {
    const [, file = "", at, text] = MESSAGE.exec(line) ?? [];
    if (text === undefined) continue;
    const path = resolve(base, file);
    const folder = programs.find((candidate) => path.startsWith(`${candidate.folder}${sep}`))?.folder;
    if (folder === undefined) throw new Error(`the compiler found a mistake outside of the programs: ${line}`);
    if (!first.has(folder)) first.set(folder, `${relative(folder, path)}:${at}: ${text}`);
  }
  return first;
}

function run(base: string, config: string): Promise<string> {
  return new Promise((done, reject) => {
    execFile(
      process.execPath,
      [COMPILER, "-p", config, "--pretty", "false"],
      { cwd: base, maxBuffer: OUTPUT_BYTES },
      (error, stdout, stderr) => {
        // 1 and 2 mean that there are messages; anything else is the compiler's own failure.
        if (error === null || error.code === 1 || error.code === 2) done(stdout);
        else reject(new Error(`the compiler failed: ${error.message}\n${stderr}`));
      },
    );
  });
}
