// What a comparison of inputs may answer, in short.
import { deepEqual } from "node:assert/strict";
import { diffInputs } from "../../../../rehearsal/engine/diff";

export const NOTHING = { changes: [], replaces: [], deleteBeforeReplace: false, detailed: {} };
/** Each of the paths has another value, and none replaces. */
export const update = (...changes: string[]) => ({
  changes,
  replaces: [],
  deleteBeforeReplace: false,
  detailed: Object.fromEntries(changes.map((path) => [path, "update"])),
});
/** Each of the paths has another value, and each replaces. */
export const replacement = (deleteBeforeReplace: boolean, ...changes: string[]) => ({
  changes,
  replaces: changes,
  deleteBeforeReplace,
  detailed: Object.fromEntries(changes.map((path) => [path, "update-replace"])),
});
/** A value as Pulumi marks it on the wire. */
export const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** Changes one input of a resource after another, and expects each to be updated in place, or to replace the resource. */
export function holds(type: string, inputs: object, expected: Readonly<Record<string, "in place" | "replaces">>): void {
  for (const [key, meaning] of Object.entries(expected)) {
    const diff = diffInputs(type, { ...inputs, [key]: "old" }, { ...inputs, [key]: "new" });
    deepEqual(diff, meaning === "in place" ? update(key) : replacement(true, key), `${type} ${key}`);
  }
}
