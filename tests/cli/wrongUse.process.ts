// Commands beside the rehearsal: wrong use is exit code 2 and one line, before anything runs.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { requirePosix } from "../../cli/platform";
import { ROOT, TYPESCRIPT } from "../support/program";

describe("wrong use", function () {
  this.timeout(30_000);
  for (const [command, argument, message] of [
    ["check", "--fix", 'npm run check takes no argument but --help, got "--fix"'],
    ["check", "tests", 'npm run check takes no argument but --help, got "tests"'],
    ["bench", "--round=1", "Unknown option '--round'"],
    ["bench", "1", "Unexpected argument '1'. This command does not take positional arguments"],
    [
      "bench",
      "--scale --sizes=20,1",
      '--sizes takes whole numbers from 1, each larger than the one before, such as 1,20,50; got "20,1"',
    ],
    ["bench", "--sizes=1,20", "--sizes and --checkpoints are for --scale"],
    ["bench", "--scale --only=start", "--scale is a part alone, got --only start as well"],
    ["bench", "--rounds=0", '--rounds takes a whole number from 1, got "0"'],
    [
      "bench",
      "--only=speed",
      '--only takes one of start, unchanged-image, archive, application, makespan, public-style, scale, got "speed"',
    ],
  ] as const) {
    it(`of npm run ${command} with ${argument} is refused with exit code 2`, () => {
      const args = ["--require", TYPESCRIPT, join(ROOT, "cli", `${command}.ts`), ...argument.split(" ")];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8", timeout: 20_000 });
      assert.deepEqual({ status, stdout, stderr }, { status: 2, stdout: "", stderr: `${message}\n` });
    });
  }

  it("on Windows is refused with what to do instead, and Linux and macOS are taken", () => {
    assert.throws(() => requirePosix("win32"), {
      name: "UsageError",
      message: "a rehearsal runs on Linux and macOS, not on Windows",
      fix: "run it in the Windows Subsystem for Linux",
    });
    requirePosix("linux");
    requirePosix("darwin");
  });
});
