// What counts as this machine, and the refusal of everything else.
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** The refusal that every process of a rehearsal gets for a host that is not emulated. */
export class HostNotInRehearsalError extends Error {
  readonly code = "HostNotInRehearsal";
  constructor(host: string) {
    super(`HostNotInRehearsal: the rehearsal reaches nothing outside this machine, and ${host} is not emulated`);
  }
}

/** The refusal of what would run beside the program, where nothing of the rehearsal could see it dial out. */
export class ProcessNotInRehearsalError extends Error {
  readonly code = "ProcessNotInRehearsal";
  constructor(what: string) {
    super(`ProcessNotInRehearsal: the rehearsal cannot tell what ${what} reaches, so the program may not start it`);
  }
}

type Lookup = (host: string, options: unknown, done: (error: Error | null, ...found: unknown[]) => void) => void;

/** A socket's own way to resolve names, which may not lead away from this machine. */
export function loopbackLookup(lookup: Lookup): Lookup {
  return (host, options, done) =>
    lookup(host, options, (error, ...found) => {
      const away =
        error === null || error === undefined ? addressesIn(found[0]).find((address) => !isLoopback(address)) : undefined;
      if (away === undefined) done(error, ...found);
      else done(new HostNotInRehearsalError(`${host} (${away})`));
    });
}

// One address, or with the option `all` a list of objects that hold one.
function addressesIn(found: unknown): string[] {
  if (Array.isArray(found)) return found.flatMap(addressesIn);
  if (typeof found === "object" && found !== null) return "address" in found ? [String(found.address)] : [];
  return [String(found)];
}

export function isLookup(value: unknown): value is Lookup {
  return typeof value === "function";
}
