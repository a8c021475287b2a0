// Every way out of the program's process, tried in a process of its own.
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { TYPESCRIPT } from "../../support/program";

const OUTCOMES = z.object({ refused: z.record(z.string(), z.string()), loopback: z.record(z.string(), z.unknown()) });

describe("what the program's process may reach", function () {
  this.timeout(60_000);
  let outcomes: z.infer<typeof OUTCOMES>;
  before(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--require", TYPESCRIPT, join(__dirname, "escapes.ts")]);
    outcomes = OUTCOMES.parse(JSON.parse(stdout));
  });

  const ending = (code: string, ...kinds: readonly string[]) => {
    const ways = Object.entries(outcomes.refused).filter(([name]) => kinds.includes(name.split(":")[0] ?? ""));
    assert.ok(ways.length >= kinds.length);
    assert.deepEqual(
      ways.filter(([, found]) => found !== code),
      [],
    );
  };

  it("opens no connection to another machine, however it is asked to", () => ending("HostNotInRehearsal", "net", "tls", "fetch"));
  it("sends no datagram to another machine", () => ending("HostNotInRehearsal", "dgram"));
  it("asks no name server", () => ending("HostNotInRehearsal", "dns"));
  it("starts no process and no thread", () =>
    ending("ProcessNotInRehearsal", "child_process", "cluster", "worker_threads", "process"));
  it("reaches what is on loopback, where the emulated Azure is", () =>
    assert.deepEqual(outcomes.loopback, {
      number: "connected",
      text: "connected",
      name: "connected",
      lookup: "connected",
      datagram: "done",
      address: "127.0.0.1",
    }));
});
