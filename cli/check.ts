// npm run check: format, lint, import directions, what is generated from the code, and types, without running anything of the program.
import { spawnSync } from "node:child_process";
import { staleAppCodes } from "./appCodes";
import { staleDocumentation } from "./docs";
import { wrongImports } from "./importDirections";
import { packageCommand } from "./packageCommand";

const TYPES = packageCommand("typescript7", "bin/tsc");

const steps: readonly (readonly [string, () => boolean])[] = [
  ["format and lint", () => run(packageCommand("@biomejs/biome", "bin/biome"), ["check", "--error-on-warnings"])],
  ["import directions", () => report(wrongImports(process.cwd()))],
  ["generated parts", () => report([...staleDocumentation(), ...staleAppCodes()])],
  ["types", () => run(TYPES, ["-p", "."])],
  ["types of the application", () => run(TYPES, ["-p", "app"])],
];

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
  console.log(
    "npm run check: format, lint, import directions, what is generated from the code, and types. Exit code 1 if anything is wrong, 2 for wrong use.",
  );
} else {
  const failed = steps.filter(([name, passes]) => {
    const passed = passes();
    console.log(`${passed ? "✓" : "✗"} ${name}`);
    return !passed;
  });
  process.exitCode = failed.length === 0 ? 0 : 1;
}
