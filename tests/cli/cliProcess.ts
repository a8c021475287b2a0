// The command as a person starts it: a process of its own group, with a folder of its own for temporary files.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPILE_CACHE, ROOT, TYPESCRIPT } from "../support/program";

export const PLAIN = join(ROOT, "tests", "programs", "plain");
/** The built application as the container of the plain program. */
export const APP = `exec "${process.execPath}" "${join(ROOT, "app", "dist", "server.js")}"`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class CliRuns {
  readonly temporary = mkdtempSync(join(tmpdir(), "cli-"));
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
    // What tsx has translated before lies in the usual folder for temporary files: translating it anew is most of what a short run costs.
    const cache = `tsx-${process.geteuid?.()}`;
    mkdirSync(join(tmpdir(), cache), { recursive: true });
    symlinkSync(join(tmpdir(), cache), join(this.temporary, cache));
  }

  /** Runs the command to its end as soon as there is room for it. */
  async run(...args: readonly string[]): Promise<Ended> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return await this.start(...args).ended;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  start(...args: readonly string[]): CliProcess {
    return this.startIn(PLAIN, ...args);
  }

  /** With the program of this folder. */
  startIn(program: string, ...args: readonly string[]): CliProcess {
    return new CliProcess(program, args, this.temporary);
  }

  /** Another command than rehearse, with this project's own program. */
  startCommand(command: string, ...args: readonly string[]): CliProcess {
    return new CliProcess(ROOT, args, this.temporary, command);
  }

  /** Folders of rehearsals that are still there. */
  left(): string[] {
    return readdirSync(this.temporary).filter((name) => name.startsWith("rehearsal-"));
  }

  remove(): void {
    rmSync(this.temporary, { recursive: true, force: true });
  }
}

export class CliProcess {
  readonly #child: ChildProcess;
  readonly #seen = new Set<() => void>();
  readonly ended: Promise<Ended>;
  stdout = "";
  #stderr = "";

  constructor(program: string, args: readonly string[], temporary: string, command = "rehearse") {
    this.#child = spawn(process.execPath, ["--require", TYPESCRIPT, join(ROOT, "cli", `${command}.ts`), ...args], {
      cwd: program,
      env: { PATH: process.env.PATH, TMPDIR: temporary, NO_COLOR: "1", NODE_COMPILE_CACHE: COMPILE_CACHE },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      for (const check of this.#seen) check();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    // "close" comes when nobody holds its output any more, a child of it included.
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code) => resolve({ code, stdout: this.stdout, stderr: this.#stderr }));
    });
  }

  /** Reads no more of what it prints, as "| head" does. */
  hangUp(): void {
    this.#child.stdout?.destroy();
  }

  /** What its standard output shows once it does; fails if the command ends before. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve } = Promise.withResolvers<RegExpExecArray>();
    const check = () => {
      const found = pattern.exec(this.stdout);
      if (found !== null) resolve(found);
    };
    this.#seen.add(check);
    check();
    const end = this.ended.then(({ code, stdout, stderr }) => {
      throw new Error(`ended with code ${code} before it showed ${pattern}:\n${stdout}${stderr}`);
    });
    return Promise.race([promise, end]).finally(() => this.#seen.delete(check));
  }

  /** A signal to the command and to everything in its group, as Ctrl-C in a terminal sends it. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.#pid(), signal);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.#pid(), signal);
  }

  /** Whether a process of its group is left. */
  groupLives(): boolean {
    const pid = this.#pid();
    if (existsSync("/proc/self/stat")) return readdirSync("/proc").some((entry) => isLivingMember(entry, pid));
    try {
      process.kill(-pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  #pid(): number {
    if (this.#child.pid === undefined) throw new Error("the command was not started");
    return this.#child.pid;
  }
}

// A container's first process may never bury the dead: state Z is no process any more. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
function isLivingMember(entry: string, group: number): boolean {
  if (!/^\d+$/.test(entry)) return false;
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(processGroup) === group && state !== "Z";
  } catch {
    return false;
  }
}

/** Whether something of this machine listens there. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => socket.destroy() && resolve(true)).once("error", () => resolve(false));
  });
}
