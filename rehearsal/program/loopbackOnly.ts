// Loaded first into the program's process: no socket of it reaches anything but loopback, whichever library opens it.
import dgram from "node:dgram";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { HostNotInRehearsalError, isLookup, isLoopback, loopbackLookup } from "./loopback";
import "./namesOnly";
import "./oneProcess";

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const options: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = hostOf(options, args[1]);
  if (host !== undefined && !isLoopback(host)) {
    process.nextTick(() => this.destroy(new HostNotInRehearsalError(host)));
    return this;
  }
  const checked = withCheckedLookup(options);
  const rest = Array.isArray(args[0]) ? args[0].slice(1) : args.slice(1);
  return Reflect.apply(connect, this, checked === options ? args : [checked, ...rest]) as net.Socket; // Reflect.apply has no types of its own.
};

// connect(options), connect(port, host), connect(path), as net itself reads them: a port may be text, a path is a local socket, and no host means
// this machine. https://nodejs.org/api/net.html#socketconnect
function hostOf(options: unknown, second: unknown): string | undefined {
  if (typeof options === "object" && options !== null) {
    if ("path" in options && options.path) return undefined;
    return "host" in options && options.host ? String(options.host) : undefined;
  }
  const isPath = typeof options === "string" && !(Number(options) >= 0);
  return !isPath && typeof second === "string" && second !== "" ? second : undefined;
}

function withCheckedLookup(options: unknown): unknown {
  if (typeof options !== "object" || options === null || !("lookup" in options) || !isLookup(options.lookup)) return options;
  return Object.create(options, { lookup: { value: loopbackLookup(options.lookup), enumerable: true } });
}

const createSocket = dgram.createSocket;
Object.assign(dgram, {
  createSocket: (options: unknown, listener: unknown) =>
    Reflect.apply(createSocket, dgram, [withCheckedLookup(options), listener]),
});

// connect(port, address), send(message, port, address) and send(message, offset, length, port, address), told apart as dgram itself does.
function addressOf(method: "connect" | "send", args: readonly unknown[]): unknown {
  if (method === "connect") return args[1];
  const hasRange = args[4] || (args[3] && typeof args[3] !== "function");
  return hasRange ? args[4] : args[2];
}

for (const method of ["connect", "send"] as const) {
  const original = dgram.Socket.prototype[method];
  dgram.Socket.prototype[method] = function (this: dgram.Socket, ...args: unknown[]) {
    const address = addressOf(method, args);
    if (typeof address !== "string" || address === "" || isLoopback(address)) return Reflect.apply(original, this, args);
    const refusal = new HostNotInRehearsalError(address);
    const done = args.at(-1);
    process.nextTick(() => (typeof done === "function" ? done(refusal) : this.emit("error", refusal)));
  };
}

syncBuiltinESMExports();
