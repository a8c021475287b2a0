// How long this program takes to register everything, against a Pulumi program that registers nothing.
import { join } from "node:path";
import { runInOwnProcess } from "../rehearsal/program/run";
import { readStack } from "../rehearsal/stack";
import { createWorld } from "../rehearsal/world";
import { inTurn, time } from "./figures";

/** Milliseconds from the start of the program's process to its end, in a preview, which builds nothing; both loaded by the rehearsal's runner with a warm compile cache. */
export async function programStart(root: string, rounds: number): Promise<{ own: number[]; empty: number[] }> {
  const files = readStack(root, "dev", []);
  const { project, stack, config, secretKeys } = files;
  const environment = { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "rehearsal") };
  const settings = { project, stack, preview: true, config, secretKeys };
  const signal = new AbortController().signal;
  const run = (directory: string, main: string) => () =>
    time(() => runInOwnProcess({ directory, main, settings, environment, signal }, createWorld(files, undefined, root).cloud));
  const { a, b } = await inTurn(rounds, run(root, files.main), run(join(root, "bench", "emptyProgram"), "index.ts"));
  return { own: a, empty: b };
}
