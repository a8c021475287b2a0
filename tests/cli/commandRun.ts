// One run of a command of cli/ to its end, as a person starts it, with a folder of its own.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { COMPILE_CACHE, ROOT, TYPESCRIPT } from "../support/program";

export interface CommandRun {
  readonly args: readonly string[];
  readonly input?: string | Buffer;
  /** Working folder. Defaults to the project's. */
  readonly cwd?: string;
}

export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runCommandLine(command: string, { args, input = "", cwd = ROOT }: CommandRun): Promise<CommandEnd> {
  const child = spawn(process.execPath, ["--require", TYPESCRIPT, join(ROOT, "cli", `${command}.ts`), ...args], {
    cwd,
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, NO_COLOR: "1", NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: "pipe",
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A command that asks for nothing may end before all of it is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}
