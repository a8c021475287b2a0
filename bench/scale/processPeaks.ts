// Peak memory and processor time of a process and all below it, read from /proc while they run: Node.js has no wait4, which would tell at the end.
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessPeak {
  /** Its command line, arguments separated by blanks. */
  readonly command: string;
  /** Most memory that it has ever held: VmHWM of https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
  readonly peakMegabytes: number;
  /** In user and in kernel mode. */
  readonly cpuSeconds: number;
}

export interface PeakWatch {
  /** Everything that was seen, ended processes included. What a process did between the last look and its end is missing. */
  stop(): readonly ProcessPeak[];
}

/** The kernel's own peak is read, so that a look that comes late loses only what grew after the one before it. */
const LOOK_EVERY_MS = 200;
/** What /proc counts processor time in, on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** Throws where there is no /proc, as on macOS. */
export function watchPeaks(root: number): PeakWatch {
  readFileSync("/proc/self/stat");
  const peaks = new Map<number, ProcessPeak>();
  const look = () => {
    for (const pid of familyOf(root)) {
      const peak = peakOf(pid);
      if (peak !== undefined) peaks.set(pid, peak);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  look();
  return {
    stop: () => {
      clearInterval(timer);
      return [...peaks.values()];
    },
  };
}

function familyOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const parent = /^\d+$/.test(entry) ? statOf(Number(entry))?.parent : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
}

// After the command in parentheses, which may hold blanks: state, parent, … and as the 12th and 13th utime and stime.
function statOf(pid: number): { readonly parent: number; readonly cpuSeconds: number } | undefined {
  const text = read(pid, "stat");
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined) return undefined;
  return { parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}

/** Undefined: it has ended. */
function peakOf(pid: number): ProcessPeak | undefined {
  const [stat, status, command] = [statOf(pid), read(pid, "status"), read(pid, "cmdline")];
  // One that has ended and waits to be asked for its exit code has no memory any more.
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(status ?? "") ?? [];
  if (stat === undefined || kilobytes === undefined || command === undefined) return undefined;
  return {
    command: command.replaceAll("\0", " ").trim(),
    peakMegabytes: Number(kilobytes) / 1024,
    cpuSeconds: stat.cpuSeconds,
  };
}

function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
