// What a resource's class promises as outputs: Pulumi's runtime is told, and neither the engine nor mocks are.
import { z } from "zod";

type Register = (...args: unknown[]) => unknown;
/** Internal, and left out of its types. Callers look it up at each call. */
const isRegister = z.custom<Register>((value) => typeof value === "function");
const shape = z.object({ registerResource: isRegister, readResource: isRegister });
/** Where each of the two takes the resource's properties. */
const PROPERTIES = { registerResource: 7, readResource: 4 } as const;
const propertiesShape = z.record(z.string(), z.unknown());

const names = new Map<string, readonly string[]>();
const done = new Set<object>();

/** From now on `outputNamesOf` knows of every resource that is registered through this copy of Pulumi's runtime/resource. */
export function noteOutputNames(runtime: object = require("@pulumi/pulumi/runtime/resource")): void {
  if (done.has(runtime)) return;
  done.add(runtime);
  const functions = shape.parse(runtime);
  const noting = (which: keyof typeof PROPERTIES): Register => {
    return (...args) => {
      const [, , type, name] = args;
      const properties = propertiesShape.safeParse(args[PROPERTIES[which]]);
      if (properties.success) names.set(`${type}::${name}`, outputsIn(properties.data));
      return functions[which](...args);
    };
  };
  Object.assign(runtime, { registerResource: noting("registerResource"), readResource: noting("readResource") });
}

/** Empty for a resource of a copy of Pulumi that is not the recorder's. */
export function outputNamesOf(type: string, name: string): readonly string[] {
  return names.get(`${type}::${name}`) ?? [];
}

// A class of a provider gives its outputs as properties without a value, and so it gives inputs that the program leaves out.
function outputsIn(properties: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(properties).filter((key) => properties[key] === undefined);
}
