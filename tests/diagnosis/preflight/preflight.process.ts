// npm run preflight as a person starts it: what it plans from programs, against the emulated Azure, and its exit codes.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { join } from "node:path";
import { z } from "zod";
import { planOf } from "../../../diagnosis/preflight/plan";
import { readForeignStack } from "../../../rehearsal/foreign/foreignStack";
import { readStack } from "../../../rehearsal/stack";
import { runCommandLine } from "../../cli/commandRun";
import { ROOT } from "../../support/program";

const documentShape = z.object({
  schemaVersion: z.literal(1),
  ok: z.boolean(),
  emulated: z.boolean(),
  checks: z.array(
    z.object({ check: z.string(), status: z.string(), seen: z.string(), fix: z.string().nullable(), source: z.url() }),
  ),
  notChecked: z.array(z.object({ what: z.string(), reason: z.string() })),
});

/** What depends on the machine that runs the test. */
const OF_MACHINE = ["kubelogin", "pulumi", "node", "docker"];

describe("npm run preflight", function () {
  this.timeout(60_000);
  const preflight = (...args: readonly string[]) => runCommandLine("preflight", { args });

  it("plans what this project's program registers: fixed names, random ones, its build, and how it signs in to its cluster", async () => {
    const { signal } = new AbortController();
    const plan = await planOf(readStack(ROOT, "dev", ["names.vault=kv-mine"]), { signal });
    const names = Object.fromEntries(
      plan.resources.map(({ declared, name, fixedName }) => [declared.split("::")[1], [name, fixedName]]),
    );
    deepStrictEqual(names["vault-vault"], ["kv-mine", true]);
    strictEqual(names["registry-registry"]?.[1], false);
    deepStrictEqual(plan.builds, { registry: true, docker: false });
    deepStrictEqual(plan.kubeconfigs, [{ command: "kubelogin" }]);
    ok(plan.calls.includes("azure-native:containerservice:listManagedClusterUserCredentials"));
    strictEqual(plan.resources.find(({ type }) => type === "Microsoft.ContainerService/managedClusters")?.location, "westeurope");
  });

  it("plans what another program registers, and what Pulumi names with random characters is not fixed", async () => {
    const { signal } = new AbortController();
    const files = readForeignStack(join(ROOT, "tests", "programs", "public", "classes"), "dev", []);
    const plan = await planOf(files, { signal, foreign: { environment: {} } });
    deepStrictEqual(
      plan.resources.filter(({ type }) => type === "Microsoft.KeyVault/vaults").map(({ fixedName }) => fixedName),
      [false],
    );
    ok(plan.resources.some(({ type }) => type === "Microsoft.ContainerService/managedClusters"));
  });

  it("--emulated --json asks a child's emulated Azure everything, and all of it passes", async () => {
    const names = ["names.vault=kv-mine", "names.registry=crmine"].flatMap((name) => ["--set", name]);
    const { stdout } = await preflight("--emulated", "--json", "--stack", "prod", ...names);
    const { emulated, checks, notChecked } = documentShape.parse(JSON.parse(stdout));
    strictEqual(emulated, true);
    deepStrictEqual(
      checks.filter(({ check, status }) => !OF_MACHINE.includes(check) && status !== "PASS"),
      [],
    );
    ok(checks.length > 10);
    deepStrictEqual(
      notChecked.map(({ what }) => what),
      ["policies, locks and deny assignments"],
    );
  });

  it("--emulated says so in its first line, and ends with 1 where something would fail", async () => {
    const { code, stdout } = await preflight("--emulated", "--set", "kubernetesVersion=1.29");
    match(stdout, /^Against the emulated Azure of this machine/);
    match(stdout, /^FAIL {5}kubernetes-version .*Kubernetes 1\.29 is not offered in westeurope$/m);
    match(stdout, /^ +fix: pulumi config set kubernetesVersion one of 1\.34, 1\.35, 1\.36/m);
    strictEqual(code, 1);
  });

  it("ends with 2 and one message where nobody is signed in, before the program runs", async () => {
    const { code, stdout, stderr } = await preflight("--json", "--set", "azure-native:useOidc=true");
    strictEqual(code, 2);
    match(stderr, /^to sign in with ARM_USE_OIDC, ARM_CLIENT_ID and ARM_TENANT_ID must be set\n {2}fix: /);
    strictEqual(JSON.parse(stdout).ok, false);
  });

  for (const [args, message] of [
    [["--stack", "nope"], /^stack "nope" has no file Pulumi\.nope\.yaml\n/],
    [["--bogus"], /^Unknown option '--bogus'/],
    [["--program", "nowhere"], /^there is no folder .*nowhere\n/],
    [["--stack", ""], /^--stack takes a value, got ""\n/],
    [["stray"], /^Unexpected argument 'stray'/],
  ] as const)
    it(`ends with 2 and one message for ${args.join(" ")}`, async () => {
      const { code, stderr } = await preflight(...args);
      strictEqual(code, 2);
      match(stderr, message);
      ok(!/^\s+at /m.test(stderr), stderr);
    });

  it("ends with 2 and the program's own message where it does not run", async () => {
    const { code, stderr } = await preflight("--emulated", "--set", "nonsense=1");
    strictEqual(code, 2);
    match(stderr, /nonsense: is not a key of this project/);
  });
});
