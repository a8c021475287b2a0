// What a stack's runs have left running, by the folder that only they know.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { TestStack } from "./testStack";

/** Whether this system shows the environment of processes. */
export const PROCESSES_SHOWN = existsSync("/proc/self/environ");

/** Command lines of processes with the stack's own `PULUMI_HOME`: engine, language host and program. */
export function leftRunning({ environment }: TestStack): string[] {
  const mark = `PULUMI_HOME=${environment.PULUMI_HOME}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark)) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim()];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    })
    .filter((command) => command !== "");
}

/** Children that have lost their engine end by themselves, a moment later than it. */
export async function noneLeft(stack: TestStack, withinMs = 20_000): Promise<string[]> {
  const until = Date.now() + withinMs;
  for (;;) {
    const left = leftRunning(stack);
    if (left.length === 0 || Date.now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
