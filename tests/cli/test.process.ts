// npm test and npm run test:engine around mocha: what they say of the engine, and that they end as mocha does.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT, TYPESCRIPT } from "../support/program";

const NOWHERE = "/nowhere/pulumi";
const REASON = `PULUMI_ENGINE=${NOWHERE}: no executable ${NOWHERE}; install Pulumi (https://www.pulumi.com/docs/install/), run .ci/engine/build, or set PULUMI_ENGINE`;

function command(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", TYPESCRIPT, join(ROOT, "cli", "test.ts"), ...args],
    {
      encoding: "utf8",
      env: { PATH: process.env.PATH, PULUMI_ENGINE: NOWHERE, NO_COLOR: "1" },
    },
  );
  return { status, stdout, stderr };
}

describe("npm test", () => {
  it("says last that it left the engine's tests out, and why, and ends as mocha does", () => {
    const { status, stdout, stderr } = command("--no-config", "no-such-file.ts");
    assert.match(stderr, /No test files found: "no-such-file\.ts"/);
    assert.equal(stdout.trimEnd().split("\n").at(-1), `Engine tests left out: ${REASON}`);
    assert.equal(status, 1);
  });
});

describe("npm run test:engine", () => {
  it("ends with exit code 2 and the reason where there is no engine", () => {
    assert.deepEqual(command("engine"), {
      status: 2,
      stdout: "",
      stderr: `npm run test:engine needs a Pulumi engine: ${REASON}\n`,
    });
  });
});
