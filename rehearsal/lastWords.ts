// What of a process's output says best why it came to nothing.

/** Brackets and stack frames of an error that Node prints, and what it prints after every one. */
const NOISE = /^(Node\.js v\d|at |[\s[\](){}^,;.]*$|requireStack: )/;

/** The last line that names an error, else the last one that says anything; undefined where none does. */
export function lastWords(output: string): string | undefined {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => !NOISE.test(line));
  const error = lines.findLast((line) => /Error/.test(line));
  if (error !== undefined) return `its last error: ${error}`;
  const last = lines.at(-1);
  return last === undefined ? undefined : `its last line: ${last}`;
}
