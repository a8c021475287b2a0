// Titles of tests, for documents that name the test behind a claim.
import { spawnSync } from "node:child_process";
import { z } from "zod";
import { ROOT, TYPESCRIPT } from "./program";

const report = z.object({ tests: z.array(z.object({ title: z.string(), file: z.string() })) });

/** `file: title` of the tests in these files, as mocha sees them: many are made in a loop. */
export function titlesIn(files: readonly string[]): Set<string> {
  // Without files mocha would look for its own default ones.
  if (files.length === 0) return new Set();
  const mocha = require.resolve("mocha/bin/mocha.js");
  const args = ["--require", TYPESCRIPT, mocha, "--no-config", "--dry-run", "--reporter", "json", ...files];
  const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const { tests } = report.parse(JSON.parse(stdout.slice(stdout.indexOf("{"))));
  return new Set(tests.map(({ file, title }) => `${file.slice(ROOT.length + 1)}: ${title}`));
}
