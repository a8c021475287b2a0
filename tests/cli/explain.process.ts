// npm run explain as a process: exit codes, one document, and where its text comes from.
import { deepStrictEqual, match } from "node:assert";
import { runCommandLine } from "./commandRun";

const KNOWN = "AADSTS70025: The client 'x'(id-web) has no configured federated identity credentials.";

describe("npm run explain", () => {
  it("ends with 0 where it explains something, from an argument and from standard input alike", async () => {
    const [argument, input] = await Promise.all([
      runCommandLine("explain", { args: [KNOWN] }),
      runCommandLine("explain", { args: ["-"], input: KNOWN }),
    ]);
    deepStrictEqual([argument.code, input.code, argument.stdout, argument.stderr], [0, 0, input.stdout, ""]);
    match(argument.stdout, /^✗ AADSTS70025 {2}line 1\n/);
  });

  it("ends with 1 where it knows nothing, and says so", async () => {
    const { code, stdout } = await runCommandLine("explain", { args: ["hello"] });
    deepStrictEqual(
      [code, stdout],
      [1, "The catalogue knows nothing in this text (1 line): see docs/rules.md for what it knows.\n"],
    );
  });

  it("ends with 2 for what is no text, with one document on standard output", async () => {
    const { code, stdout, stderr } = await runCommandLine("explain", { args: ["none.log", "--json"] });
    deepStrictEqual(
      [code, JSON.parse(stdout).error.message, stderr.split("\n")[0]],
      [2, "none.log is not there", "none.log is not there"],
    );
  });
});
