// Config as the CLI hands it over, and what the program says to it.
import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { parseStackConfig, type RawConfig } from "../../config";
import { readStack } from "../../rehearsal/stack";
import { ROOT } from "../support/program";

export const PROJECT = "aks-workload-identity";
export const CONFIG_URL = "https://www.pulumi.com/docs/iac/concepts/config/";

export type Changes = Readonly<Record<string, string | undefined>>;

/** What is wrong, changed values of the stack (dev unless it says another), and the message for it. */
export type MistakeCase = readonly [what: string, changes: Changes, message: string, stack?: string];

/** What the CLI hands over for a stack, with some values changed; `undefined` removes a key. */
export function raw(changes: Changes = {}, stack = "dev"): RawConfig {
  const changed = Object.entries(changes).map(([key, value]) => [key.includes(":") ? key : `${PROJECT}:${key}`, value] as const);
  const entries = new Map<string, string | undefined>([...Object.entries(readStack(ROOT, stack, []).config), ...changed]);
  return {
    project: PROJECT,
    stack,
    entries: Object.fromEntries([...entries].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    secretKeys: [],
  };
}

/** One line for each mistake; `further` asks elsewhere, as the program asks the disk. */
export function mistakes(changes: Changes, stack = "dev", further?: Parameters<typeof parseStackConfig>[1]): string[] {
  try {
    parseStackConfig(raw(changes, stack), further);
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), "a user's mistake shows no stack trace");
    const [head, ...lines] = error.message.split("\n");
    assert.equal(head, `The config of stack "${stack}" has ${lines.length === 1 ? "one mistake" : `${lines.length} mistakes`}:`);
    return lines.map((line) => line.trim());
  }
  return [];
}
