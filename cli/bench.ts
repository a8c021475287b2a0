// npm run bench: figures of this machine, as ratios measured in one run.
import { parseArgs } from "node:util";
import { BENCH_PARTS, type BenchPart } from "./benchParts";

const HELP = `Measures this project on this machine and prints medians and ratios.

  npm run bench -- [--rounds N] [--only PART]

  --rounds N    rounds of each measurement (default: 5)
  --only PART   one part alone:
${BENCH_PARTS.map(({ name, about }) => `                  ${name.padEnd(16)} ${about}`).join("\n")}`;

async function main(rounds: number, parts: readonly BenchPart[]): Promise<void> {
  for (const part of parts) await part.print(process.cwd(), rounds);
}

function run(): void {
  const options = {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  } as const;
  const { values } = parseArgs({ options, strict: true });
  const rounds = Number(values.rounds);
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number from 1, got "${values.rounds}"`);
  const parts = BENCH_PARTS.filter(({ name }) => values.only === undefined || name === values.only);
  if (parts.length === 0) {
    throw new Error(`--only takes one of ${BENCH_PARTS.map(({ name }) => name).join(", ")}, got "${values.only}"`);
  }
  main(rounds, parts).catch(fail);
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

try {
  run();
} catch (error) {
  fail(error);
}
