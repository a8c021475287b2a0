// Trees of files that are strange but the same for each seed.
import type { Folder } from "./folder";

const NAMES = [
  "a",
  "B",
  "é",
  "e\u0301",
  "🚢",
  "with space",
  "-dash",
  "quote'\"",
  "back\\slash",
  "line\nbreak",
  ".hidden",
  "x".repeat(90),
];
const WORDS = ["const", " ", "\n", "0", "value", "é", "{}", "\u0000"];

/** What writes each file and link of a tree; the order does not matter. */
export function randomTree(seed: number): readonly ((folder: Folder) => void)[] {
  const random = numbers(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const paths = new Set<string>();
  const writes: ((folder: Folder) => void)[] = [(folder) => folder.write("Dockerfile", `FROM scratch\n# ${seed}\n`)];
  for (let file = 0; file < 25; file += 1) {
    const folders = Array.from({ length: Math.floor(random() * 5) }, () => `${pick(NAMES)}.d`);
    const path = [...folders, `${pick(NAMES)}.${file}`].join("/");
    if (random() < 0.2 && paths.size > 0) {
      const target = `${"../".repeat(folders.length)}${pick([...paths])}`;
      writes.push((folder) => folder.link(path, target));
    } else {
      const content = Array.from({ length: Math.floor(10 ** (random() * 5)) - 1 }, () => pick(WORDS)).join("");
      const mode = pick([0o644, 0o755, 0o600, 0o700]);
      writes.push((folder) => folder.write(path, content, mode));
    }
    paths.add(path);
  }
  return writes;
}

// mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
