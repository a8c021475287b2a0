/** Name of the SDK's function that notes a stack with each promise. https://github.com/pulumi/pulumi/blob/v3.270.0/sdk/nodejs/runtime/debuggable.ts */
const NOTES_A_STACK = "debuggablePromise";

/**
 * Keeps Pulumi's SDK from writing down where each of its promises was made: hundreds a resource, each a stack mapped back to TypeScript, for a message
 * about promises that never settle. Every other error keeps its stack. To be called before the first resource.
 */
export function withoutPromiseStacks(): void {
  const prepare = Error.prepareStackTrace;
  if (prepare === undefined) return;
  Error.prepareStackTrace = (error, frames) => (frames[0]?.getFunctionName() === NOTES_A_STACK ? "" : prepare(error, frames));
}
