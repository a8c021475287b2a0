// Loaded first into the program's process: no socket of it reaches anything but loopback, whichever library opens it.
import net from "node:net";

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** The refusal that every process of a rehearsal gets for a host that is not emulated. */
export class HostNotInRehearsalError extends Error {
  readonly code = "HostNotInRehearsal";
  constructor(host: string) {
    super(`HostNotInRehearsal: the rehearsal reaches nothing outside this machine, and ${host} is not emulated`);
  }
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const options: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = hostOf(options, args[1]);
  if (host !== undefined && !LOOPBACK.test(host)) {
    process.nextTick(() => this.destroy(new HostNotInRehearsalError(host)));
    return this;
  }
  return Reflect.apply(connect, this, args) as net.Socket; // Reflect.apply has no types of its own.
};

// connect(options), connect(port, host), connect(path): a path is a local socket, and no host means this machine.
function hostOf(options: unknown, second: unknown): string | undefined {
  if (typeof options === "object" && options !== null)
    return "host" in options && typeof options.host === "string" ? options.host : undefined;
  return typeof options === "number" && typeof second === "string" ? second : undefined;
}
