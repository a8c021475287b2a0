// Pulumi writes the stack of every promise into it, for PULUMI_DEBUG_PROMISE_LEAKS to show. Nobody asks for that here, and it is a third of what a
// large program takes. https://github.com/pulumi/pulumi/blob/v3.255.0/sdk/nodejs/runtime/debuggable.ts
import { z } from "zod";

type Note = (...args: unknown[]) => unknown;
/** Internal, and left out of its types. Callers look it up at each call. */
const shape = z.object({ debuggablePromise: z.custom<Note>((value) => typeof value === "function") });
let isDone = false;

export function omitPromiseStacks(): void {
  if (isDone || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  isDone = true;
  // An import would be a copy of what the module exports.
  const debuggable: object = require("@pulumi/pulumi/runtime/debuggable");
  const { debuggablePromise } = shape.parse(debuggable);
  const withoutStack: Note = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
  Object.assign(debuggable, { debuggablePromise: withoutStack });
}
