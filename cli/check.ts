// npm run check: format, lint, import directions and types, without running anything of the program.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { wrongImports } from "./importDirections";

const TYPES = bin("typescript7", "bin/tsc");

const steps: readonly (readonly [string, () => boolean])[] = [
  ["format and lint", () => run(bin("@biomejs/biome", "bin/biome"), ["check", "--error-on-warnings"])],
  ["import directions", () => report(wrongImports(process.cwd()))],
  ["types", () => run(TYPES, ["-p", "."])],
  ["types of the application", () => run(TYPES, ["-p", "app"])],
];

// A package need not export its own command, but every package exports its manifest.
function bin(name: string, file: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), file);
}

function run(script: string, args: readonly string[]): boolean {
  return spawnSync(process.execPath, [script, ...args], { stdio: "inherit" }).status === 0;
}

function report(problems: readonly string[]): boolean {
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
}

const unknown = process.argv.slice(2).find((argument) => argument !== "--help");
if (unknown !== undefined) {
  console.error(`npm run check takes no argument but --help, got "${unknown}"`);
  process.exitCode = 2;
} else if (process.argv.includes("--help")) {
  console.log("npm run check: format, lint, import directions and types. Exit code 1 if anything is wrong, 2 for wrong use.");
} else {
  const failed = steps.filter(([name, passes]) => {
    const passed = passes();
    console.log(`${passed ? "✓" : "✗"} ${name}`);
    return !passed;
  });
  process.exitCode = failed.length === 0 ? 0 : 1;
}
