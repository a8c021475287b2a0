// The program starts nothing beside itself: another process or thread would have sockets of its own.
// Node's permission model would forbid that too, but also the worker in which the TypeScript loader compiles.
import childProcess from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import workers from "node:worker_threads";
import { ProcessNotInRehearsalError } from "./loopback";

const COMPILER = createRequire(require.resolve("tsx/cjs")).resolve("esbuild");

function refuse(what: string): never {
  throw new ProcessNotInRehearsalError(what);
}

// Every way to start a process without waiting for it comes through here: spawn, exec, execFile, fork, and cluster's.
Object.assign(childProcess.ChildProcess.prototype, {
  spawn: (options: { readonly args?: readonly string[]; readonly file?: string } | undefined) =>
    refuse(`the command "${options?.args?.join(" ") ?? options?.file}"`),
});
Object.assign(childProcess, {
  spawnSync: (file: string) => refuse(`the command "${file}"`),
  execFileSync: (file: string) => refuse(`the command "${file}"`),
  execSync: (command: string) => refuse(`the command "${command}"`),
});
Object.assign(process, { execve: (file: string) => refuse(`the command "${file}"`) });

const { Worker } = workers;
class NoWorker extends Worker {
  constructor(...[file, options]: ConstructorParameters<typeof Worker>) {
    const path = typeof file === "string" ? file : file.protocol === "file:" ? fileURLToPath(file) : file.href;
    if (path !== COMPILER || options?.eval === true) refuse("a worker thread");
    super(file, options);
  }
}
Object.assign(workers, { Worker: NoWorker });
