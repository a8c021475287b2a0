// Run as a process of its own by escapes.spec.ts: tries every way out of the program's process, and prints how each ended.
import "../../../rehearsal/program/loopbackOnly";
import childProcess, { execFile } from "node:child_process";
import cluster from "node:cluster";
import dgram from "node:dgram";
import dns from "node:dns";
import { createServer, type LookupFunction, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect as tlsConnect } from "node:tls";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

/** An address for documentation, which nobody has: https://www.rfc-editor.org/rfc/rfc5737 */
const OUTSIDE = "192.0.2.1";
const NAME = "example.com";

type Done = (error: unknown) => void;
const socket = (start: (socket: Socket) => unknown) =>
  new Promise<string>((resolve, reject) => {
    const opened = new Socket();
    opened.once("connect", () => resolve("connected")).once("error", reject);
    start(opened);
  });
const called = (start: (done: Done) => unknown) =>
  new Promise<string>((resolve, reject) => start((error) => (error ? reject(error) : resolve("done"))));
const leadingTo =
  (address: string): LookupFunction =>
  (_, { all }, done) =>
    all === true ? done(null, [{ address, family: 4 }]) : done(null, address, 4);
const away = leadingTo(OUTSIDE);
const udp = (start: (socket: dgram.Socket, done: Done) => unknown, options: object = {}) => {
  const opened = dgram.createSocket({ type: "udp4", ...options });
  return called((done) => start(opened.once("error", done), done)).finally(() => opened.close());
};

const HELLO = ["-e", "0"];
/** Never this file: where a process may be started, it would start itself for ever. */
const NOTHING = "/dev/null";
const WAYS: Readonly<Record<string, () => unknown>> = {
  "net: an address": () => socket((s) => s.connect(443, OUTSIDE)),
  "net: a name": () => socket((s) => s.connect({ port: 443, host: NAME })),
  "net: a port that is text": () => socket((s) => Reflect.apply(s.connect, s, ["443", OUTSIDE])),
  "net: a lookup of its own": () => socket((s) => s.connect({ port: 443, host: "localhost", lookup: away })),
  "net: a lookup of its own, of one address": () =>
    socket((s) => s.connect({ port: 443, host: "localhost", lookup: away, autoSelectFamily: false })),
  "tls: a lookup of its own": () =>
    called((done) => tlsConnect({ port: 443, host: "localhost", lookup: away }).once("error", done)),
  fetch: () => fetch(`https://${NAME}/`),
  "dgram: send": () => udp((s, done) => s.send("a", 53, OUTSIDE, done)),
  "dgram: send without a callback": () => udp((s) => s.send("a", 53, OUTSIDE)),
  "dgram: send of a part": () => udp((s, done) => s.send("abc", 0, 1, 53, OUTSIDE, done)),
  "dgram: connect": () => udp((s, done) => Reflect.apply(s.connect, s, [53, NAME, done])),
  "dgram: a lookup of its own": () => udp((s, done) => s.send("a", 53, "localhost", done), { lookup: away }),
  "dns: lookup": () => called((done) => dns.lookup(NAME, done)),
  "dns: lookup, promisified": () => promisify(dns.lookup)(NAME),
  "dns: resolve": () => called((done) => dns.resolve(NAME, done)),
  "dns: resolve4 of a Resolver": () => called((done) => new dns.Resolver().resolve4(NAME, done)),
  "dns: lookup, awaited": () => dns.promises.lookup(NAME),
  "dns: resolveTxt, awaited": () => dns.promises.resolveTxt(NAME),
  "dns: reverse of a Resolver, awaited": () => new dns.promises.Resolver().reverse(OUTSIDE),
  "child_process: spawn": () => childProcess.spawn(process.execPath, HELLO),
  "child_process: exec": () => childProcess.exec("true"),
  "child_process: execFile, promisified": () => promisify(execFile)(process.execPath, HELLO),
  "child_process: fork": () => childProcess.fork(NOTHING),
  "child_process: spawnSync": () => childProcess.spawnSync(process.execPath, HELLO),
  "child_process: execSync": () => childProcess.execSync("true"),
  "child_process: execFileSync": () => childProcess.execFileSync(process.execPath, HELLO),
  "cluster: fork": () => {
    cluster.setupPrimary({ exec: NOTHING });
    return cluster.fork();
  },
  "worker_threads: Worker": () => new Worker("0", { eval: true }),
  "process: execve": () => process.execve?.(process.execPath, [process.execPath, ...HELLO], {}),
};

async function loopback(): Promise<Record<string, unknown>> {
  const server = createServer((held) => held.end()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const found = {
    number: await socket((s) => s.connect(port, "127.0.0.1")),
    text: await socket((s) => Reflect.apply(s.connect, s, [String(port)])),
    name: await socket((s) => s.connect({ port, host: "localhost" })),
    lookup: await socket((s) => s.connect({ port, host: "localhost", lookup: leadingTo("127.0.0.1") })),
    datagram: await udp((s, done) => s.send("a", 9, "127.0.0.1", done)),
    address: (await promisify(dns.lookup)("127.0.0.1")).address,
  };
  server.close();
  return found;
}

async function outcome(way: () => unknown): Promise<string> {
  try {
    await Promise.race([way(), delay(2000, undefined, { ref: false }).then(() => Promise.reject(new Error("no answer")))]);
    return "done";
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  }
}

void (async () => {
  const refused: Record<string, string> = {};
  for (const [name, way] of Object.entries(WAYS)) refused[name] = await outcome(way);
  process.stdout.write(JSON.stringify({ refused, loopback: await loopback() }), () => process.exit());
})();
