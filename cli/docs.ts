// Writes the generated parts of README.md and docs/; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PARTS, type Part, ROOT } from "./docsParts";
import { generate } from "./generator";

const COMMAND = "node --require tsx/cjs cli/docs.ts";
const USAGE = `Usage: ${COMMAND} [--check]

Writes what the documentation repeats of the code: configuration and nodes (README.md), imports (docs/architecture.md), breaks (docs/rehearsal.md),
checks (docs/preflight.md), rules (docs/rules.md), durations (docs/durations.md), what npm run migrate prints (docs/migrate.md).
  --check   write nothing; exit 1 if a part is not what the code says`;

/** The text of a file with the part brought up to date. */
export function withPart(text: string, { file, name, text: content }: Part): string {
  const start = `<!-- generated: ${name} (${COMMAND}) -->\n`;
  const end = `<!-- end of generated: ${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} lacks the markers of its part "${name}":\n${start}${end}`);
  return `${text.slice(0, from + start.length)}\n${content()}\n\n${text.slice(to)}`;
}

/** The parts that are not what the code says, as `file: name`. */
export function staleParts(read: (file: string) => string): string[] {
  return PARTS.filter((part) => withPart(read(part.file), part) !== read(part.file)).map(({ file, name }) => `${file}: ${name}`);
}

/** One sentence for each part that is old; none where all are as the code says. */
export function staleDocumentation(): string[] {
  return staleParts(readText).map((part) => `${part} is not what the code says: run ${COMMAND}`);
}

const readText = (file: string) => readFileSync(join(ROOT, file), "utf8");

function write(): void {
  for (const part of PARTS) writeFileSync(join(ROOT, part.file), withPart(readText(part.file), part));
}

if (require.main === module) {
  process.exitCode = generate(process.argv.slice(2), { usage: USAGE, stale: staleDocumentation, write });
}
