// npm run verify as a person starts it: the command line, and the whole of it against a rehearsal.
import { deepStrictEqual, match, strictEqual } from "node:assert";
import { buildApp } from "../app/appProcess";
import { temporaryFolders } from "../support/folders";
import { CliRuns } from "./cliProcess";
import { runCommandLine } from "./commandRun";

describe("npm run verify", function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  before(() => buildApp());

  const run = (...args: readonly string[]) => runCommandLine("verify", { args });

  it("of this project's stack, rehearsed, with intruders: all links hold, and its first line says that nothing of it is Azure", async () => {
    const { code, stdout, stderr } = await run("--emulated", "--negative");
    deepStrictEqual([code, stderr], [0, ""]);
    match(stdout, /^Emulated: the stack is rehearsed on this machine, and what is read is that, not Azure\.\n/);
    match(stdout, /\n {2}✓ subject: system:serviceaccount:web:web\n/);
    match(
      stdout,
      /\n {2}✓ a pod with the ServiceAccount default: refused with AADSTS700213\n {2}✓ a pod without the label: no token \(PodNotMutated\)\n/,
    );
    match(
      stdout,
      /\n27 links hold, 0 broken, 0 could not be read\.\nThe chain works as it is deployed\.\nNothing of this was Azure\.\n$/,
    );
  });

  it("ends with exit code 130 and no message on Ctrl-C, also while it is still being loaded", async () => {
    const runs = new CliRuns(1);
    try {
      const verifying = runs.startCommand("verify", "--emulated");
      await verifying.shows(/^Emulated: /);
      verifying.signalGroup("SIGINT");
      const { code, stderr } = await verifying.ended;
      deepStrictEqual([code, stderr, verifying.groupLives()], [130, "", false]);
    } finally {
      runs.remove();
    }
  });

  it("prints one document with --json", async () => {
    const { code, stdout } = await run("--emulated", "--json");
    const { schemaVersion, ok, stack, emulated, sections } = JSON.parse(stdout);
    deepStrictEqual([code, schemaVersion, ok, stack, emulated, sections.length], [0, 1, true, "dev", true, 2]);
  });

  it("refuses wrong use with exit code 2 and what to do", async () => {
    const files = folder({ "empty.json": "{}", "binary.json": "\u0000\u0001\u0002", "chain.json": '{"chain":{"web":{}}}' });
    for (const [args, message] of [
      [["--bogus"], /^Unknown option '--bogus'\n {2}fix: see npm run verify -- --help\n$/],
      [["--stack", ""], /^--stack takes a value, got ""/],
      [["--emulated", "--outputs", "x"], /^--emulated has outputs and a kubeconfig of its own/],
      [["--emulated", "--stack", "nope"], /^stack "nope" has no file Pulumi\.nope\.yaml/],
      [["--outputs", `${files}/nowhere.json`], /^cannot read .*nowhere\.json/],
      [["--outputs", `${files}/empty.json`], /exports no "chain"/],
      [["--outputs", `${files}/binary.json`], /no outputs of a stack/],
      [["--outputs", `${files}/chain.json`], /chain\.web\.issuer/],
    ] as const) {
      const { code, stderr } = await run(...args);
      strictEqual(code, 2, args.join(" "));
      match(stderr, message);
    }
  });

  it("says that nobody is signed in, with exit code 2", async () => {
    const text = {
      issuer: "i",
      subject: "s",
      audience: "a",
      clientId: "c",
      tenantId: "t",
      identityId: "x",
      namespace: "n",
      serviceAccount: "sa",
    };
    const files = folder({ "outputs.json": JSON.stringify({ chain: { web: text } }) });
    const { code, stderr } = await run("--outputs", `${files}/outputs.json`);
    strictEqual(code, 2);
    match(stderr, /^nobody is signed in to Azure|^cannot sign in to Azure/);
  });

  it("explains itself", async () => {
    const { code, stdout } = await run("--help");
    strictEqual(code, 0);
    match(stdout, /--negative/);
  });
});
