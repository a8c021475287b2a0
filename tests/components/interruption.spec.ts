import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { untilInterrupted } from "../../components/interruption";
import { TYPESCRIPT } from "../support/program";

describe("Work that is told of an interruption", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`cancels everything under way on ${signal}, and ends by it when the last is over`, async () => {
      const child = spawn(process.execPath, ["--require", TYPESCRIPT, join(__dirname, "interruption.ts")]);
      let printed = "";
      let errors = "";
      child.stderr.on("data", (chunk: Buffer) => {
        errors += chunk.toString();
      });
      child.stdout.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed === "working\n") child.kill(signal);
      });
      assert.deepEqual(await once(child, "close"), [null, signal]);
      assert.deepEqual([printed, errors], ["working\nfirst cancelled\nsecond cancelled\n", ""]);
    });
  }

  it("keeps the program from ending while nothing but a promise is open", async () => {
    const child = spawn(process.execPath, ["--require", TYPESCRIPT, join(__dirname, "openPromise.ts")]);
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.equal(printed, "settled\n");
  });

  it("leaves the program's end to others before and after", async () => {
    const listeners = () => [process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")];
    const [interrupts = 0, terminations = 0] = listeners();
    assert.deepEqual(await untilInterrupted(async () => listeners()), [interrupts + 1, terminations + 1]);
    await assert.rejects(
      untilInterrupted(() => Promise.reject(new Error("failed"))),
      /failed/,
    );
    assert.deepEqual(listeners(), [interrupts, terminations]);
  });
});
