// Collects everything that is wrong with a stack's config and says it in one message.
import * as pulumi from "@pulumi/pulumi";
import { CONFIG_URL } from "./schemas";

export interface Mistake {
  /** Full path: `replicas`, `workloads.orders.port`, `azure-native:location`. */
  readonly key: string;
  /** What is wrong and what would be right, without the value. */
  readonly problem: string;
  /** The value as JSON; undefined where there is none to show. */
  readonly got?: string;
  readonly url?: string;
}

export function configError(stack: string, mistakes: readonly Mistake[]): pulumi.RunError {
  const lines = mistakes.map(({ key, problem, got, url = CONFIG_URL }) => {
    return `  ${key}: ${problem}${got === undefined ? "" : `, got ${got}`}. See ${url}`;
  });
  const count = mistakes.length === 1 ? "one mistake" : `${mistakes.length} mistakes`;
  return new pulumi.RunError(`The config of stack "${stack}" has ${count}:\n${lines.join("\n")}`);
}

/** More edits than these make another word. */
const MOST_EDITS = 3;

/** The known key that is most like `word`, for the end of a message; nothing where none is like it. A namespace does not count. */
export function suggestion(word: string, known: readonly string[]): string {
  const [best] = known
    .map((key) => ({ key, edits: distance(bare(word), bare(key)) }))
    .sort((left, right) => left.edits - right.edits);
  return best === undefined || best.edits > MOST_EDITS ? "" : `; the nearest is ${best.key}`;
}

function bare(key: string): string {
  return key.slice(key.indexOf(":") + 1).toLowerCase();
}

// Levenshtein's distance, one row at a time.
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...right].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
