// The real program, run for a stack as in tests/components/program.spec.ts: what it registers is what the engine would be sent.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { readStack } from "../../../rehearsal/stack";
import { withFetch } from "../../components/fixtures";
import { attempt, ROOT, type Run } from "../../support/program";

const PROGRAM = join(ROOT, "index.ts");

/** An update builds with Docker, which needs no network here. */
export async function runProgram(stack: string, { preview = false, overrides = [] as readonly string[] } = {}): Promise<Run> {
  const builder = preview ? [] : ["imageBuilder=docker"];
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
      ),
  );
  assert.deepEqual(
    result.failures.map(({ message }) => message),
    [],
  );
  return result;
}
