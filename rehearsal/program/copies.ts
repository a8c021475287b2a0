// Several copies of Pulumi in one program: npm gives a package its own where versions differ, and a monitor that stands in is known only
// to the copy in which it was set. Each further copy is handed it when it is loaded.
import Module from "node:module";
import { z } from "zod";
import { noteOutputNames } from "./outputNames";

const runtimeShape = z.object({ getMonitor: z.custom<() => object>((value) => typeof value === "function") });
type Load = (module: { readonly exports: unknown }, file: string) => unknown;

const RUNTIME = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/](settings|resource)\.js$/;

// The copies differ in version, and a message of an older one has fewer fields than a newer one asks for: those are not set.
function betweenVersions(monitor: object): object {
  return new Proxy(monitor, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => Reflect.apply(method, target, args.map(tolerant));
    },
  });
}

/** Of a message, and of a callback that is given one. */
function tolerant(value: unknown): unknown {
  if (typeof value === "function") return (...args: unknown[]) => Reflect.apply(value, undefined, args.map(tolerant));
  if (typeof value !== "object" || value === null || value instanceof Error) return value;
  return new Proxy(value, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found === "function") return found.bind(target);
      return found === undefined && typeof name === "string" && name.startsWith("get") ? () => notSet(name) : found;
    },
  });
}

function notSet(getter: string): unknown {
  if (getter.endsWith("List")) return [];
  return getter.endsWith("Map") ? new Map() : undefined;
}

/** Call it once the recorder's copy has its monitor, and before the program is loaded. */
export function shareMonitor(): void {
  const runtime: unknown = require("@pulumi/pulumi/runtime");
  const monitor = betweenVersions(runtimeShape.parse(runtime).getMonitor());
  const getMonitor = () => monitor;
  // Part of Node.js, left out of its types, and what every loader of CommonJS replaces.
  const { _extensions: extensions } = Module as unknown as { _extensions: Record<string, Load> };
  const load = extensions[".js"];
  if (load === undefined) return;
  extensions[".js"] = (module, file) => {
    const result = load(module, file);
    const part = RUNTIME.exec(file)?.[1];
    // All that asks for the monitor looks it up in what the module exports.
    if (part === "settings") Object.assign(Object(module.exports), { getMonitor });
    else if (part === "resource") noteOutputNames(Object(module.exports));
    return result;
  };
}
