// Runs a Pulumi program in a process of its own against a backend in this one.
import { fork } from "node:child_process";
import { join, resolve } from "node:path";
import { UsageError } from "../usageError";
import { installIn } from "./entry";
import { fromProgram, type ProgramResult, type ToProgram } from "./messages";
import type { ProgramBackend, ProgramSettings } from "./recorder";

const TYPESCRIPT = join(__dirname, "..", "typescript.cjs");

export interface ProgramRunOptions {
  readonly directory: string;
  /** The program's entry, relative to the directory. */
  readonly main: string;
  readonly settings: ProgramSettings;
  /** The whole environment of the process; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** How long the program may take, in seconds. Defaults to 60: a program registers, and waits for nothing but its builds. */
  readonly limitSeconds?: number;
  /** Whether the program waits for something that takes its time: then it gets the same time again. Defaults to never. */
  isBuilding?(): boolean;
}

/** Resolves when the program has nothing left to do. Rejects with a `UsageError` that says why it did not run. */
export function runInOwnProcess(
  { directory, main, settings, environment, signal, limitSeconds = 60, isBuilding = () => false }: ProgramRunOptions,
  backend: ProgramBackend,
): Promise<ProgramResult> {
  const child = fork(join(__dirname, "child.ts"), [resolve(directory, main)], {
    execArgv: ["--require", TYPESCRIPT],
    // The translation takes the tsconfig.json of the folder that it starts in, with its aliases of modules.
    cwd: directory,
    env: { ...environment },
    signal,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (printed = (printed + readable(chunk.toString())).slice(-4000)));
  const send = (message: ToProgram) => child.connected && child.send(message, () => {});

  return new Promise<ProgramResult>((done, reject) => {
    let result: ProgramResult | undefined;
    const answer = async (id: number, work: Promise<Record<string, unknown>>) => {
      await work.then(
        (value) => send({ kind: "answer", id, value }),
        (error: unknown) => send({ kind: "refusal", id, message: error instanceof Error ? error.message : String(error) }),
      );
    };
    child.on("message", (raw) => {
      const message = fromProgram.parse(raw);
      if (message.kind === "done") result = message.recording;
      else if (message.kind === "invoke")
        void answer(message.id, backend.invoke(message.token, message.inputs, message.provider));
      else
        void answer(
          message.id,
          backend
            .register({ ...message.registration, id: message.registration.id, outputs: message.registration.outputs ?? [] })
            .then((value) => ({ ...value })),
        );
    });
    // Interrupted, or it could not be started. The rehearsal ends only when the process is gone.
    child.on("error", (error) => (child.pid === undefined ? reject(error) : child.once("exit", () => reject(error))));
    let late = false;
    const timeLimit = () =>
      setTimeout(() => {
        if (isBuilding()) {
          limit = timeLimit();
          return;
        }
        late = true;
        child.kill("SIGKILL");
      }, limitSeconds * 1000);
    let limit = timeLimit();
    child.on("close", (code, killedBy) => {
      clearTimeout(limit);
      if (late)
        return reject(
          new UsageError(`the program did not end within ${limitSeconds} seconds`, "look for a loop or a timer that never ends"),
        );
      const missing = /^Error: (Cannot find (?:module|package) '[^./][^']*')/m.exec(printed)?.[1];
      if (result === undefined && missing !== undefined)
        reject(new UsageError(`${missing}, which Pulumi needs`, installIn(directory)));
      else if (result === undefined) {
        const how = killedBy === null ? `exited with code ${code}` : `was ended by ${killedBy}`;
        reject(
          new UsageError(
            `the program's process ${how} before it was done${printed === "" ? "" : `:\n${printed.trim()}`}`,
            "make the program run to its end: it may not call process.exit",
          ),
        );
      } else if (result.failures.length > 0) reject(programFailed(result.failures, directory));
      else done(result);
    });
    send({
      kind: "start",
      directory,
      main,
      settings: { ...settings, config: { ...settings.config }, secretKeys: [...settings.secretKeys] },
    });
  });
}

function programFailed(failures: ProgramResult["failures"], directory: string): UsageError {
  const texts = failures.map(({ message, stack }) => (stack === undefined ? message : ownFrames(message, stack)));
  const text = texts.join("\n").replace(/\nRequire stack:(\n- .*)*/g, "");
  // By name, and not by a path: of a package.
  const isPackage = /Cannot find (module|package) '(?![./]|file:)/.test(text);
  return new UsageError(text, isPackage ? installIn(directory) : "change the program or its config as the message says");
}

// What a program prints may be anything, and would reach a terminal.
function readable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufffd]/g, "?");
}

// Frames of libraries, and of what loads the program, tell a reader nothing about his own program.
function ownFrames(message: string, stack: string): string {
  const frames = stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line) && !line.includes(__dirname));
  return [message, ...frames.slice(0, 5)].join("\n");
}
