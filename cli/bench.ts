// npm run bench: figures of this machine, as ratios measured in one run.
import { parseArgs } from "node:util";
import { BENCH_PARTS, type BenchPart } from "./benchParts";
import { SCALE_SIZES, type ScaleSettings } from "./benchScale";

const HELP = `Measures this project on this machine and prints medians and ratios.

  npm run bench -- [--rounds N] [--only PART]
  npm run bench -- --scale [--sizes N,N,…] [--checkpoints]

  --rounds N    rounds of each measurement (default: 5)
  --only PART   one part alone:
${BENCH_PARTS.map(({ name, about }) => `                  ${name.padEnd(16)} ${about}`).join("\n")}
  --scale       the part scale alone, which does not run with the others: it takes minutes, and needs a Pulumi CLI
  --sizes N,N   workloads of each of its runs (default: ${SCALE_SIZES.join(",")})
  --checkpoints the engine writes its state at every step, as it does by itself, and not only at the end`;

async function main(rounds: number, parts: readonly BenchPart[], scale: ScaleSettings): Promise<void> {
  for (const part of parts) await part.print(process.cwd(), rounds, scale);
}

function sizesOf(text: string): number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size, index) => Number.isInteger(size) && size > (sizes[index - 1] ?? 0))) return sizes;
  throw new Error(`--sizes takes whole numbers from 1, each larger than the one before, such as 1,20,50; got "${text}"`);
}

function run(): void {
  const options = {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    scale: { type: "boolean", default: false },
    sizes: { type: "string" },
    checkpoints: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  const { values } = parseArgs({ options, strict: true });
  const rounds = Number(values.rounds);
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number from 1, got "${values.rounds}"`);
  const only = values.scale ? (values.only ?? "scale") : values.only;
  if (values.scale && only !== "scale") throw new Error(`--scale is a part alone, got --only ${only} as well`);
  if (only !== "scale" && (values.sizes !== undefined || values.checkpoints))
    throw new Error("--sizes and --checkpoints are for --scale");
  const parts = BENCH_PARTS.filter(({ name, onDemand }) => (only === undefined ? onDemand !== true : name === only));
  if (parts.length === 0) {
    throw new Error(`--only takes one of ${BENCH_PARTS.map(({ name }) => name).join(", ")}, got "${only}"`);
  }
  const sizes = values.sizes === undefined ? SCALE_SIZES : sizesOf(values.sizes);
  main(rounds, parts, { sizes, checkpoints: values.checkpoints }).catch(fail);
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
