// The program's process asks no name server: Node's resolvers open sockets that no patch of its sockets sees.
import dns from "node:dns";
import { isIP } from "node:net";
import { HostNotInRehearsalError, isLoopback } from "./loopback";

type Answering = (...args: unknown[]) => unknown;
type Holder = Record<string, Answering>;

// `lookup` asks the machine, which knows itself without asking others; the others ask a name server in any case.
const isLocal = (name: string, host: string) => name === "lookup" && (isLoopback(host) || isIP(host) !== 0);
const ASKS = /^(lookup|lookupService|resolve.*|reverse)$/;

function refuseNames(holder: Holder, refused: (error: Error, args: unknown[]) => unknown): void {
  for (const name of Object.getOwnPropertyNames(holder).filter((key) => ASKS.test(key))) {
    const original = holder[name];
    if (original === undefined) continue;
    const replaced = function (this: unknown, ...args: unknown[]): unknown {
      const host = String(args[0] || "localhost");
      return isLocal(name, host) ? Reflect.apply(original, this, args) : refused(new HostNotInRehearsalError(host), args);
    };
    // Promisifying dns.lookup must lead to dns.promises, as before: that is a symbol of the function.
    holder[name] = Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(original));
  }
}

const byCallback = (error: Error, args: unknown[]) => {
  const done = args.at(-1);
  if (typeof done !== "function") throw error;
  process.nextTick(() => done(error));
};
const byPromise = (error: Error) => Promise.reject(error);

// Node's types name each function, and all are replaced alike.
const holder = (value: unknown) => value as Holder;
refuseNames(holder(dns), byCallback);
refuseNames(holder(dns.Resolver.prototype), byCallback);
refuseNames(holder(dns.promises), byPromise);
refuseNames(holder(dns.promises.Resolver.prototype), byPromise);
