// The real program, run for a stack.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { readStack } from "../../rehearsal/stack";
import { withFetch } from "../components/fixtures";
import { attempt, ROOT, type Run } from "./program";

export const PROGRAM = join(ROOT, "index.ts");

/** Nothing but an update that builds in the registry needs a network, and those have a test of their own. */
const DOCKER = "imageBuilder=docker";

interface StackRun {
  preview?: boolean;
  overrides?: readonly string[];
  cloud?: EmulatedCloud;
  builder?: string[];
}

/** Runs index.ts as `pulumi up` or `pulumi preview` would run it for a stack. */
export async function runStack(stack: string, options: StackRun = {}): Promise<Run> {
  const result = await attemptStack(stack, options);
  assert.deepEqual(
    result.failures.map(({ message }) => message),
    [],
  );
  return result;
}

export async function attemptStack(
  stack: string,
  { preview = false, overrides = [], cloud, builder = preview ? [] : [DOCKER] }: StackRun,
): Promise<Run> {
  const { project, config, secretKeys } = readStack(ROOT, stack, [...builder, ...overrides]);
  const { result } = await withFetch(
    () => Response.json({ refresh_token: "registry-token" }),
    () =>
      attempt(
        () => {
          // A module runs once in a process, and every stack is a run of its own.
          delete require.cache[require.resolve(PROGRAM)];
          return require(PROGRAM);
        },
        { project, stack, preview, config, secretKeys },
        cloud,
      ),
  );
  return result;
}
