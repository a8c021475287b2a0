import { deepStrictEqual, strictEqual } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CREDENTIAL, type Emulation, SECRET_VALUE, startEmulation } from "../support/emulation";

const SERVER = join(__dirname, "..", "..", "examples", "own-app", "server.mjs");

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

describe("The example of an own application", () => {
  let cloud: Emulation;
  let child: ChildProcess | undefined;
  before(async () => {
    cloud = await startEmulation();
  });
  afterEach(async () => {
    cloud.reset();
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
  after(() => cloud.close());

  /** Its first line, and what it answers after that. */
  async function run(name: string) {
    const port = String(await freePort());
    const { env } = await cloud.podEnvironment(name, { env: { PORT: port } });
    const started = spawn(process.execPath, [SERVER], { env, stdio: ["ignore", "pipe", "inherit"] });
    child = started;
    const [line] = await once(createInterface({ input: started.stdout }), "line");
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return [response.status, await response.text()] as const;
    };
    return { line: String(line), get, process: started };
  }

  it("reads the secret with fetch alone, and tells its length only", async () => {
    const { line, get, process } = await run("green");
    strictEqual(line, '{"state":"ready"}');
    deepStrictEqual(await get("/ready"), [200, "ready\n"]);
    deepStrictEqual(await get("/live"), [200, "alive\n"]);
    deepStrictEqual(await get("/"), [200, `ready, ${SECRET_VALUE.length} characters\n`]);
    deepStrictEqual(await get("/constructor"), [404, "not found\n"]);
    process.kill("SIGTERM");
    deepStrictEqual(await once(process, "exit"), [0, null]);
  });

  it("is alive but not ready while Entra ID refuses it", async () => {
    cloud.state.federatedCredentials = [{ ...CREDENTIAL, subject: "system:serviceaccount:default:web" }];
    const { line, get } = await run("refused");
    strictEqual(line, '{"state":"Entra ID refused: AADSTS700213"}');
    deepStrictEqual(await get("/ready"), [503, "Entra ID refused: AADSTS700213\n"]);
    strictEqual((await get("/live"))[0], 200);
  });

  it("does not repeat an answer that it cannot read", async () => {
    cloud.fault = ({ url }) =>
      url.hostname.endsWith(".vault.azure.net") ? { status: 200, body: `{"value":"${SECRET_VALUE}` } : undefined;
    strictEqual((await run("garbled")).line, '{"state":"no answer that could be read"}');
  });
});
