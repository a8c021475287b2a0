// A project of its own for one test on the real engine: program, state and home of the CLI in one temporary folder.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findEngine, isEngine } from "../../rehearsal/engine/findEngine";
import { ROOT } from "../support/program";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Once standard output shows it; fails if the command ends before. */
  readonly shows: (text: string) => Promise<void>;
  readonly ended: Promise<Ended>;
}

export class EngineProject {
  readonly folder = mkdtempSync(join(tmpdir(), "engine-project-"));
  readonly #engine = findEngine({ project: ROOT });

  /** With this program as its index.ts. */
  constructor(program: string) {
    for (const name of ["state", "home"]) mkdirSync(join(this.folder, name));
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    this.write("Pulumi.yaml", "name: trial\nruntime: { name: nodejs, options: { tsconfig: tsconfig.pulumi.json } }\n");
    this.write("package.json", '{ "name": "trial", "main": "index.ts" }');
    this.write(
      "tsconfig.pulumi.json",
      '{ "compilerOptions": { "module": "nodenext", "moduleResolution": "nodenext", "noCheck": true } }',
    );
    this.write("index.ts", program);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** With further variables of the environment, which host and program inherit. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    if (!isEngine(this.#engine)) throw new Error(this.#engine.reason);
    const child = spawn(this.#engine.path, [...args, "--non-interactive"], {
      cwd: this.folder,
      env: {
        PATH: [this.#engine.directory, join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter),
        HOME: this.folder,
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "trial",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    const seen = new Set<() => void>();
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      for (const look of seen) look();
    });
    const ended = new Promise<Ended>((done) => child.once("close", (code) => done({ code, stdout, stderr })));
    const shows = (text: string) =>
      new Promise<void>((found, failed) => {
        const look = () => {
          if (stdout.includes(text)) found();
        };
        seen.add(look);
        look();
        ended.then(({ code }) => failed(new Error(`ended with code ${code} before it showed ${text}:\n${stdout}${stderr}`)));
      });
    return { child, shows, ended };
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
