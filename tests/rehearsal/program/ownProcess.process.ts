// The program's own process, as the rehearsal starts it.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { runInOwnProcess } from "../../../rehearsal/program/run";
import { COMPILE_CACHE, emulatedCloud, ROOT } from "../../support/program";

function runProgram(main: string, limits: { limitSeconds?: number; isBuilding?(): boolean } = {}) {
  return runInOwnProcess(
    {
      directory: join(ROOT, "tests", "programs", "large"),
      main,
      settings: { project: "large", stack: "dev", preview: false, config: {}, secretKeys: [] },
      // As a rehearsal gives it.
      environment: { NODE_COMPILE_CACHE: COMPILE_CACHE },
      signal: new AbortController().signal,
      ...limits,
    },
    emulatedCloud(),
  );
}

describe("the program's process", () => {
  // It used to end before a large message was out: programs with many resources failed, and not always.
  it("hands over all that the program leaves behind, however large", async () => {
    const { outputs } = await runProgram("index.ts");
    assert.equal(String(outputs.large).length, 4_000_000);
  });

  it("is ended when the program does not end by itself, and nothing is being built for it", async () => {
    const builds = [true, true, false];
    const isBuilding = () => builds.shift() ?? false;
    await assert.rejects(runProgram("endless.ts", { limitSeconds: 0.5, isBuilding }), {
      name: "UsageError",
      message: "the program did not end within 0.5 seconds",
    });
    assert.deepEqual(builds, []);
  });

  // It used to go on for ever: Pulumi tried to reach its own server of hooks, which was shut down before it had started.
  it("ends at once when a program with hooks fails at once", async () => {
    await assert.rejects(runProgram("failsAtOnce.ts", { limitSeconds: 10 }), { name: "UsageError", message: /no input/ });
  });
});
