// The commands of docs/runbook.md, run in a shell as they stand there.
import { spawn } from "node:child_process";
import { read } from "../docs/markdown";
import type { TestStack } from "./testStack";

/** The indented blocks below a heading, in their order. */
export function commandsOf(heading: string): string[] {
  const [, section = ""] = read("docs/runbook.md").split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => block.replace(/^ {4}/gm, ""));
}

export interface ShellRun {
  readonly code: number | null;
  readonly output: string;
}

/** With `values` in the place of `<placeholders>`. What asks is answered with yes; the first command that fails is the last. */
export function runCommands(
  stack: TestStack,
  name: string,
  commands: string,
  values: Readonly<Record<string, string>> = {},
): Promise<ShellRun> {
  const script = commands.replace(/<([^<>\n]+)>/g, (placeholder, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`the runbook has ${placeholder}, and the test no value for it`);
    return value;
  });
  const shell = spawn("bash", ["-e", "-o", "pipefail", "-c", script], {
    cwd: stack.folder,
    env: { ...stack.environment, PULUMI_STACK: name, PULUMI_SKIP_CONFIRMATIONS: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    shell.once("error", reject);
    shell.once("close", (code) => resolve({ code, output }));
  });
}
