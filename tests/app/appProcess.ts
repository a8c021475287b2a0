// The built application as a child process with an environment of its own, watched through its log and over HTTP.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

export const APP = join(__dirname, "..", "..", "app");
const DEADLINE_MS = 5000;

const LINE = z.looseObject({ time: z.iso.datetime(), level: z.enum(["info", "warn", "error"]), event: z.string() });
export type LogLine = z.infer<typeof LINE>;

const LINK = z.strictObject({
  name: z.string(),
  ok: z.boolean().nullable(),
  expected: z.string().nullable(),
  found: z.string().nullable(),
  code: z.string().nullable(),
  help: z.url().nullable(),
});
const STATUS = z.looseObject({
  ok: z.boolean(),
  token: z.looseObject({ subject: z.string().nullable(), minutesLeft: z.number().nullable() }).nullable(),
  secret: z.looseObject({ version: z.string().nullable(), length: z.number().nullable(), fingerprint: z.string().nullable() }),
  roles: z
    .strictObject({
      scope: z.string(),
      principal: z.string(),
      readAt: z.iso.datetime().nullable(),
      roles: z.array(z.strictObject({ name: z.string(), scope: z.string(), assignmentId: z.string() })),
    })
    .nullable(),
  blobs: z
    .strictObject({ endpoint: z.string(), container: z.string(), route: z.boolean(), readAt: z.iso.datetime().nullable() })
    .nullable(),
  links: z.array(LINK),
});
export type AppStatus = z.infer<typeof STATUS>;

let isBuilt = false;

/** Builds the application as its image runs it, once in a run of tests. */
export function buildApp(): void {
  if (!isBuilt) execFileSync(process.execPath, [join(APP, "build.mjs")], { stdio: "pipe" });
  isBuilt = true;
}

export class AppProcess {
  readonly #child: ChildProcess;
  readonly lines: LogLine[] = [];
  readonly #waiting = new Set<() => void>();
  /** Everything written to standard output and error. */
  output = "";

  constructor(env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [join(APP, "dist", "server.js")], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    child.stderr.on("data", (chunk) => (this.output += chunk));
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.output += `${line}\n`;
      this.lines.push(LINE.parse(JSON.parse(line)));
      for (const check of this.#waiting) check();
    });
  }

  /** The first line, from the `from`th on, that fits. */
  async line(fits: (line: LogLine) => boolean, from = 0): Promise<LogLine> {
    const find = () => this.lines.slice(from).find(fits);
    const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
    const check = () => {
      const found = find();
      if (found !== undefined) resolve(found);
    };
    const timer = setTimeout(() => reject(new Error(`no such line in time:\n${this.output}`)), DEADLINE_MS);
    this.#waiting.add(check);
    check();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }

  async secretRead(from = 0): Promise<LogLine> {
    return this.line(({ event }) => event === "secret read", from);
  }

  async blobsRead(from = 0): Promise<LogLine> {
    return this.line(({ event }) => event === "blobs read", from);
  }

  async rolesRead(from = 0): Promise<LogLine> {
    return this.line(({ event }) => event === "roles read", from);
  }

  async refused(code: string, from = 0): Promise<LogLine> {
    return this.line((line) => line.event === "link broken" && line.code === code, from);
  }

  async port(): Promise<number> {
    const { port } = await this.line(({ event }) => event === "listening");
    return z.number().parse(port);
  }

  async get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${await this.port()}${path}`);
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  async status(): Promise<AppStatus> {
    return STATUS.parse(await (await this.get("/api/status")).json());
  }

  async metrics(): Promise<string> {
    const { metricsPort } = await this.line(({ event }) => event === "listening");
    return (await fetch(`http://127.0.0.1:${z.number().parse(metricsPort)}/metrics`)).text();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async exitCode(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "close");
    return this.#child.exitCode;
  }

  async stop(): Promise<void> {
    this.signal("SIGKILL");
    await this.exitCode();
  }
}
