// npm run rehearse as a command: exit codes, what it prints where, and that it leaves nothing behind. Run on a program without components.
import { strict as assert } from "node:assert";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BREAKS } from "../../rehearsal/breaks";
import { CliRuns, type Ended, PLAIN } from "./cliProcess";

interface Defect {
  readonly name: string;
  readonly message: RegExp;
  readonly fix: string;
}

const PROGRAM = "change the program or its config as the message says";
const DEFECTS: readonly Defect[] = [
  { name: "throws", message: /^the program has a defect\n( {4}at .*plain\/(atOnce|index)\.ts:\d+:\d+\)\n?)+$/, fix: PROGRAM },
  {
    name: "exits",
    message: /^the program's process exited with code 3 before it was done$/,
    fix: "make the program run to its end: it may not call process.exit",
  },
  {
    name: "dials-out",
    message:
      /^fetch failed: .*\nHostNotInRehearsal: the program tried to reach example\.com, and a rehearsal reaches nothing outside this machine$/,
    fix: PROGRAM,
  },
  {
    name: "unknown-type",
    message:
      /^azure-native:resources:Deployment::template: NotEmulated: the rehearsal does not emulate azure-native:resources:Deployment$/,
    fix: PROGRAM,
  },
  {
    name: "default-provider",
    message: /^kubernetes:core\/v1:Namespace::stray: NoProvider: it has no explicit Kubernetes provider, .*$/,
    fix: PROGRAM,
  },
  {
    name: "same-subject",
    message:
      /^azure-native:managedidentity:FederatedIdentityCredential::again: BadRequest: Issuer and subject combination already exists for this Managed Identity\.$/,
    fix: PROGRAM,
  },
  { name: "waits-forever", message: /^the program waits for a resource that never registers: .*circle$/, fix: PROGRAM },
];

/** Wrong use, which is seen before anything is started. */
const MISUSES: readonly { readonly args: readonly string[]; readonly message: RegExp; readonly fix: RegExp }[] = [
  { args: ["--stak", "dev"], message: /^Unknown option '--stak'/, fix: /--help/ },
  { args: ["dev"], message: /^Unexpected argument 'dev'/, fix: /--help/ },
  { args: ["--break", "webhook"], message: /^there is no break "webhook"$/, fix: /^use one of: .*webhook-off/ },
  {
    args: ["--stack", "test"],
    message: /^stack "test" has no file Pulumi\.test\.yaml$/,
    fix: /^use one of: dev, or create the file$/,
  },
  { args: ["--json=true"], message: /^Option '--json' does not take an argument$/, fix: /--help/ },
  { args: ["--app", ""], message: /^--app takes a command, got ""$/, fix: /--help/ },
  { args: ["--program", "/nowhere"], message: /^there is no folder \/nowhere$/, fix: /Pulumi\.yaml$/ },
  { args: ["--program", ".", "--engine"], message: /^--program and --engine exclude each other/, fix: /--help/ },
  { args: ["--env", "A=B"], message: /^--env and --reference need --program$/, fix: /--help/ },
  { args: ["--program", ".", "--env", "A"], message: /^--env takes NAME=VALUE, got "A"$/, fix: /--help/ },
  {
    args: ["--program", ".", "--reference", "dev=/nowhere"],
    message: /there is neither a file nor a folder \/nowhere$/,
    fix: /--help/,
  },
  { args: ["--set", "defect"], message: /^--set takes key=value, got "defect"$/, fix: /^for example: --set / },
];

describe("npm run rehearse", function () {
  this.timeout(60_000);
  let runs: CliRuns;
  let help: Promise<Ended>;
  let list: Promise<Ended>;
  let listJson: Promise<Ended>;
  let noImage: Promise<Ended>;
  let crash: Promise<Ended>;
  let text: Promise<Ended>;
  let notTypeScript: Promise<Ended>;
  let misuses: readonly Promise<Ended>[];
  let defects: readonly Promise<Ended>[];

  before(() => {
    runs = new CliRuns(3);
    [help, list, listJson] = [runs.run("--help"), runs.run("--break", "list"), runs.run("--break", "list", "--json")];
    misuses = MISUSES.map(({ args }) =>
      runs.run(...args, ...(args.some((given) => given.startsWith("--json")) ? [] : ["--json"])),
    );
    defects = DEFECTS.map(({ name }) => runs.run("--json", "--set", `defect=${name}`));
    text = runs.run("--set", "defect=user-mistake");
    noImage = runs.run("--json", "--set", "defect=no-image");
    const folder = join(runs.temporary, "not-typescript");
    cpSync(PLAIN, folder, { recursive: true });
    writeFileSync(join(folder, "index.ts"), "const = 1;\n");
    notTypeScript = runs.startIn(folder, "--json").ended;
    crash = runs.run("--app", "echo the application has a defect; exit 7");
  });
  after(() => runs.remove());

  it("--help says what it does, every option and the exit codes", async () => {
    const { code, stdout, stderr } = await help;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    for (const option of [
      "--program",
      "--reference",
      "--env",
      "--stack",
      "--set",
      "--app",
      "--break",
      "--serve",
      "--json",
      "--help",
    ])
      assert.ok(stdout.includes(option));
    assert.match(stdout, /Exit code: 0 .*, 1 .*, 2 /);
  });

  it("--break list has a line for each break, with its code", async () => {
    const { code, stdout, stderr } = await list;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/ {2,}/).map((part) => part.trim())),
      BREAKS.map(({ name, code: shown, description }) => [name, shown, description]),
    );
  });

  it("--break list --json is one document with name, description and code of each", async () => {
    const { code, stdout, stderr } = await listJson;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(
      JSON.parse(stdout),
      BREAKS.map(({ name, description, code: shown }) => ({ name, description, code: shown })),
    );
  });

  for (const [index, { args, message, fix }] of MISUSES.entries()) {
    it(`${args.join(" ")} is refused with exit code 2, what is wrong and what to do`, async () => {
      const ended = await misuses[index];
      const error = errorOf(ended);
      assert.match(error.message, message);
      assert.match(error.fix, fix);
    });
  }

  for (const [index, { name, message, fix }] of DEFECTS.entries()) {
    it(`a program that ${name.replace("-", " ")} ends with exit code 2 and one message`, async () => {
      const error = errorOf(await defects[index]);
      assert.match(error.message, message);
      assert.equal(error.fix, fix);
    });
  }

  it("prints a mistake of the program once, on standard error, with what to do", async () => {
    const { code, stdout, stderr } = await text;
    assert.equal(code, 2);
    assert.equal(stderr, `config key replicas must be a number, got "many"\n  fix: ${PROGRAM}\n`);
    assert.match(stdout, /^✓ emulated Azure on loopback, signed in to nothing \d+\.\d\d s\n$/);
  });

  it("a pod whose image is nowhere ends with exit code 1 and a finding that names the image", async () => {
    const { code, stdout, stderr } = (await noImage) ?? assert.fail();
    assert.deepEqual({ code, stderr }, { code: 1, stderr: "" });
    const { ok, pods, findings } = JSON.parse(stdout);
    assert.equal(ok, false);
    assert.deepEqual(pods, [
      {
        pod: "app/app-0",
        namespace: "app",
        name: "app-0",
        serviceAccount: "app",
        mutated: true,
        env: [],
        ready: false,
        url: null,
        containers: [],
      },
    ]);
    assert.deepEqual(findings, [
      {
        rule: "WI030",
        severity: "error",
        code: "ImagePullFailed",
        message: "Does not hold: the image that the pod names is there",
        resource: "kubernetes:apps/v1:Deployment::app",
        property: 'spec.template.spec.containers["app"].image',
        expected: "an image that this program builds, or --app with a command that stands in for it",
        actual: `crplain.azurecr.io/app@sha256:${"1".repeat(64)}`,
        fix: "Build and push the image, or name one by digest that exists.",
      },
    ]);
  });

  it("an application that crashes ends with exit code 1, its last words and a verdict", async () => {
    const { code, stdout, stderr } = await crash;
    assert.deepEqual({ code, stderr }, { code: 1, stderr: "" });
    assert.match(stdout, /last lines of app\/app-0\n {4}the application has a defect\n/);
    assert.match(stdout, /The chain does not work in \d+\.\d\d s\./);
    assert.doesNotMatch(stdout, /node_modules|hello-from-the-vault/);
  });

  it("says of a file that is no TypeScript where it is wrong, and shows no frame of Node's own", async () => {
    const { message } = errorOf(await notTypeScript);
    assert.match(message, /not-typescript\/index\.ts:1:6: ERROR: /);
    assert.doesNotMatch(message, /^ {4}at /m);
  });

  it("leaves no temporary file behind, however it ends", async () => {
    await Promise.all([help, list, listJson, noImage, crash, text, notTypeScript, ...misuses, ...defects]);
    assert.deepEqual(runs.left(), []);
  });
});

/** The error of a run that ended with exit code 2, which stands in exactly one document and once on standard error. */
function errorOf(ended: Ended | undefined): { message: string; fix: string } {
  if (ended === undefined) assert.fail("there is no such run");
  const { code, stdout, stderr } = ended;
  assert.equal(code, 2, stderr);
  const { schemaVersion, ok, error, ...rest } = JSON.parse(stdout);
  assert.deepEqual({ schemaVersion, ok, rest }, { schemaVersion: 1, ok: false, rest: {} });
  assert.deepEqual(Object.keys(error), ["message", "fix"]);
  assert.equal(stderr, `${error.message}\n  fix: ${error.fix}\n`);
  assert.doesNotMatch(stderr, /node_modules|node:internal|rehearsal\/program/);
  return error;
}
