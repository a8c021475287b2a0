// Single code blocks of the runbook: what is tested is what is written there.
import { commandsOf, runCommands, type ShellRun } from "./runbook";
import type { TestStack } from "./testStack";

/** The one block below a heading that holds this text. */
export function blockWith(heading: string, text: string): string {
  const found = commandsOf(heading).filter((block) => block.includes(text));
  const [block] = found;
  if (block === undefined || found.length > 1)
    throw new Error(`docs/runbook.md has ${found.length} code blocks with "${text}" under "${heading}"`);
  return block;
}

/** Runs a block in the project's folder. */
export function runBlock(stack: TestStack, block: string, values: Readonly<Record<string, string>> = {}): Promise<ShellRun> {
  return runCommands(stack, /Pulumi\.(.+)\.yaml$/.exec(stack.stackFile)?.[1] ?? "", block, values);
}
