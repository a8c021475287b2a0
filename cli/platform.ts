// Where a rehearsal can run.
import { UsageError } from "../rehearsal/usageError";

/** Pods are groups of processes and `--app` is a shell's command line, which Windows has not. */
export function requirePosix(platform: NodeJS.Platform): void {
  if (platform === "win32")
    throw new UsageError("a rehearsal runs on Linux and macOS, not on Windows", "run it in the Windows Subsystem for Linux");
}
