// One folder for all temporary files of a run, named after its process: it goes with the process, and what a killed one left is cleared by the next.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = /^rehearsal-(\d+)-\w{6}$/;
const GROUPS = "groups";

let own: string | undefined;

/** Makes this process's folder the place of its temporary files, and removes it at the process's end, however that comes about but by SIGKILL. */
export function useRunFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), `rehearsal-${process.pid}-`));
  mkdirSync(join(folder, GROUPS));
  own = folder;
  process.env.TMPDIR = folder;
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}

/** Notes a group of processes that this run has started, so that the next run can end it if this one is killed. */
export function noteGroup(id: number): void {
  if (own !== undefined) writeFileSync(join(own, GROUPS, String(id)), "");
}

/** Ends what runs left running that were killed, and removes their folders. */
export function clearKilledRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = join(tmpdir(), name);
    for (const id of groupsOf(folder)) if (wasStartedIn(id, folder)) kill(id);
    remove(folder);
  }
}

function groupsOf(folder: string): number[] {
  try {
    return readdirSync(join(folder, GROUPS)).map(Number).filter(Number.isSafeInteger);
  } catch {
    return [];
  }
}

// A number may belong to another process by now: what a run starts has the run's folder in its environment.
function wasStartedIn(pid: number, folder: string): boolean {
  try {
    const environment = existsSync("/proc/self/environ")
      ? readFileSync(`/proc/${pid}/environ`, "utf8")
      : execFileSync("ps", ["-E", "-ww", "-p", String(pid), "-o", "command="], { encoding: "utf8" });
    return environment.includes(folder);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function kill(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another user's; it is theirs to clear.
  }
}
