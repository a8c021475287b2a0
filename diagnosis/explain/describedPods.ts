// Pods in the words of `kubectl describe pod`: a page for people, read by its headings.
import type { PodFacts } from "./pods";

const HEADINGS = [/^Name: +\S/m, /^Namespace: +\S/m, /^Containers:$/m];

/** Empty for a text that is no such page. */
export function describedPods(text: string): readonly PodFacts[] {
  if (!HEADINGS.every((heading) => heading.test(text))) return [];
  return text.split(/^(?=Name: +\S)/m).flatMap(podIn);
}

function podIn(page: string): PodFacts[] {
  const name = field(page, "Name");
  const namespace = field(page, "Namespace");
  if (name === undefined || namespace === undefined || !/^Containers:$/m.test(page)) return [];
  return [
    {
      name,
      namespace,
      serviceAccount: field(page, "Service Account") ?? "default",
      labels: pairs(block(page, "Labels"), /^([^\s=]+)=(.*)$/),
      env: pairs(environment(page), /^([A-Z_][A-Z0-9_]*): +(.*)$/),
      messages: section(page, "Events").filter((line) => / Warning /.test(line)),
    },
  ];
}

function field(page: string, name: string): string | undefined {
  return new RegExp(`^${name}: +(\\S+)`, "m").exec(page)?.[1];
}

/** The lines that start with a heading's value and go on below it. */
function block(page: string, name: string): string[] {
  const [, first = "", more = ""] = new RegExp(`^${name}: +(.*)\\n((?: {4,}.*\\n)*)`, "m").exec(page) ?? [];
  return [first, ...more.split("\n")].map((line) => line.trim());
}

/** The lines below a heading of its own, up to the next. */
function section(page: string, name: string): string[] {
  return (new RegExp(`^${name}:.*\\n((?:\\s+.*\\n?)*)`, "m").exec(page)?.[1] ?? "").split("\n");
}

function environment(page: string): string[] {
  return section(page, "Containers").map((line) => line.trim());
}

function pairs(lines: readonly string[], pattern: RegExp): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, key, value] = pattern.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value]];
    }),
  );
}
