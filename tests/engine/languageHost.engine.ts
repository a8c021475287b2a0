// The language host, ours or the released one: what a program may expect of it.
import { strict as assert } from "node:assert";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { EngineProject } from "./engineProject";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
class Thing extends pulumi.ComponentResource {
  constructor(name: string) {
    super("trial:index:Thing", name);
  }
}
const mode: string | undefined = config.get("mode");
console.log("said by the program", pulumi.runtime.isDryRun(), process.env.GIVEN ?? "nothing");
if (mode === "throw") throw new Error("thrown by the program");
if (mode === "exit") process.exit(7);
if (mode === "wait") setInterval(() => console.log("waits as", process.pid), 100);
export const urn = new Thing("a").urn;
export const names = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()];
export const hidden = config.getSecret("hidden");
`;

describe("the language host", () => {
  let project: EngineProject;
  let lives: Lives | undefined;
  before(async () => {
    project = new EngineProject(PROGRAM);
    assert.equal((await project.run("stack", "init", "dev")).code, 0);
    assert.equal((await project.run("config", "set", "--secret", "hidden", "kept back")).code, 0);
  });
  afterEach(() => lives?.forget());
  after(() => project.remove());

  it("runs a TypeScript program in preview and update, with its config, and passes on what it prints", async () => {
    const preview = await project.run("preview");
    assert.equal(preview.code, 0, preview.stdout + preview.stderr);
    assert.match(preview.stdout, /said by the program true nothing/);
    assert.match(preview.stdout, /\+ 2 to create/);
    const up = await project.run("up", "--yes", "--skip-preview");
    assert.equal(up.code, 0, up.stdout + up.stderr);
    assert.match(up.stdout, /said by the program false nothing/);
    const { stdout } = await project.run("stack", "output", "--json", "--show-secrets");
    assert.deepEqual(JSON.parse(stdout), {
      hidden: "kept back",
      names: ["organization", "trial", "dev"],
      urn: "urn:pulumi:dev::trial::trial:index:Thing::a",
    });
  });

  it("reports an exception once, as the program's", async () => {
    const { code, stdout } = await project.run("preview", "--config", "mode=throw");
    assert.notEqual(code, 0);
    const diagnostics = stdout.slice(stdout.indexOf("Diagnostics:"));
    assert.equal(diagnostics.split("Error: thrown by the program").length - 1, 1, stdout);
    assert.doesNotMatch(stdout, /exit code/);
  });

  it("reports a program that ends by itself with its exit code", async () => {
    const { code, stdout } = await project.run("preview", "--config", "mode=exit");
    assert.notEqual(code, 0);
    assert.match(stdout, /Program exited with non-zero exit code: 7/);
  });

  for (const [how, signal] of [
    ["is killed", "SIGKILL"],
    ["is interrupted", "SIGINT"],
  ] as const)
    it(`ends itself and the program when the engine ${how}`, async () => {
      lives = await Lives.watch();
      project.write("live.cjs", `require("node:net").connect(${lives.port}, "127.0.0.1").unref();`);
      const env = { NODE_OPTIONS: `--require ${join(project.folder, "live.cjs")}` };
      const { child, shows, ended } = project.start(["preview", "--config", "mode=wait"], env);
      await shows("waits as");
      assert.equal(lives.open, 2);
      child.kill(signal);
      await ended;
      await lives.end();
    });
});

/** Each process of Node.js holds a connection for as long as it lives, whatever ends it. */
class Lives {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.#sockets.add(socket.on("error", () => {}).resume());
    socket.once("close", () => this.#sockets.delete(socket));
  });

  static async watch(): Promise<Lives> {
    const lives = new Lives();
    await new Promise<void>((listening) => lives.#server.listen(0, "127.0.0.1", listening));
    return lives;
  }

  get open(): number {
    return this.#sockets.size;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return address.port;
  }

  /** Once none is left. */
  end(): Promise<void> {
    return new Promise((closed) => this.#server.close(() => closed()));
  }

  /** Lets the test's process go, whatever is left. */
  forget(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
