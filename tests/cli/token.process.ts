// npm run token as a command: exit codes, what it prints where, and that no token leaves it.
import { deepStrictEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIENCE, ISSUER, jwt, part, SIGNATURE, SUBJECT } from "../support/tokens";
import { PLAIN } from "./cliProcess";
import { type CommandEnd, runCommandLine } from "./commandRun";

const LATER = 32_503_680_000;
const EXPECTED = { issuer: ISSUER, subject: SUBJECT, audience: AUDIENCE };
const TOKEN = jwt({ exp: LATER });
const NOTE = "Nothing was sent, and the signature was not verified: whether Entra ID takes the token depends on that as well.";

describe("npm run token", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "token-"));
  const write = (name: string, content: string | Buffer) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const file = write("token", `${TOKEN}\n`);
  const chain = write(
    "chain.json",
    JSON.stringify({ web: EXPECTED, orders: { ...EXPECTED, subject: "system:serviceaccount:orders:orders" } }),
  );
  const run = (args: readonly string[], input = "") => runCommandLine("token", { args, input });
  let runs: Record<"help" | "match" | "differs" | "claims" | "unstarted" | "argument" | "json" | "hostile", Promise<CommandEnd>>;

  before(() => {
    const hostile = jwt({ exp: LATER, sub: "\u001b[2Jweb\u0007\n" });
    runs = {
      help: run(["--help"]),
      match: run([file, "--chain", chain]),
      differs: run(["-", "--chain", chain, "--workload", "orders", "--json"], TOKEN),
      claims: run(["-"], jwt({ exp: 1_700_000_000, "kubernetes.io": undefined })),
      unstarted: runCommandLine("token", { args: ["--pod", "app/app-0", "--set", "defect=no-image"], cwd: PLAIN }),
      argument: run([TOKEN, "--json"]),
      json: run([TOKEN.replace(".", ""), "--pod", "x"]),
      hostile: run(["-", "--subject", SUBJECT], hostile),
    };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("--help says what it does, every option and the exit codes", async () => {
    const { code, stdout, stderr } = await runs.help;
    deepStrictEqual({ code, stderr }, { code: 0, stderr: "" });
    for (const name of ["chain", "workload", "issuer", "subject", "audience", "pod", "stack", "set", "break", "json", "help"])
      ok(stdout.includes(`--${name}`), name);
    match(stdout, /Exit code: 0 .*, 1 .*, 2 /);
  });

  it("says the claims in words and that each matches, with exit code 0", async () => {
    const { code, stdout, stderr } = await runs.match;
    deepStrictEqual({ code, stderr }, { code: 0, stderr: "" });
    match(stdout, /^expires {8}3000-01-01 00:00:00 UTC, still valid for \d+ days \d+ hours?$/m);
    deepStrictEqual(stdout.replace(/^expires .*\n/m, "").split("\n"), [
      "header         alg RS256, kid key-1",
      `issuer         ${ISSUER}`,
      `subject        ${SUBJECT}`,
      `audience       ${AUDIENCE}`,
      "issued         2026-11-22 08:00:00 UTC",
      "kubernetes.io  namespace web, ServiceAccount web, pod web-0",
      "",
      "Beside the federated credential of workload web",
      `  ✓ issuer    match: ${ISSUER}`,
      `  ✓ subject   match: ${SUBJECT}`,
      `  ✓ audience  match: ${AUDIENCE}`,
      "  ✓ validity  until 3000-01-01 00:00:00 UTC",
      "",
      NOTE,
      "",
    ]);
  });

  it("takes the token from standard input, and says with --json what differs, with exit code 1", async () => {
    const { code, stdout, stderr } = await runs.differs;
    deepStrictEqual({ code, stderr }, { code: 1, stderr: "" });
    const document = JSON.parse(stdout);
    const matching = (claim: string, value: string) => ({ claim, expected: value, found: value, difference: null, code: null });
    deepStrictEqual(document.checks.slice(0, 3), [
      matching("issuer", ISSUER),
      {
        claim: "subject",
        expected: "system:serviceaccount:orders:orders",
        found: SUBJECT,
        difference: 'another namespace ("web" instead of "orders") and another ServiceAccount ("web" instead of "orders")',
        code: "AADSTS700213",
      },
      matching("audience", AUDIENCE),
    ]);
    deepStrictEqual(
      [document.ok, document.code, document.comparedWith, document.signatureVerified, document.header, document.claims],
      [
        false,
        "AADSTS700213",
        "workload orders",
        false,
        { algorithm: "RS256", keyId: "key-1" },
        {
          ...{ issuer: ISSUER, subject: SUBJECT, audiences: [AUDIENCE] },
          ...{
            issuedAt: "2026-11-22T08:00:00.000Z",
            notBefore: "2026-11-22T08:00:00.000Z",
            expiresAt: "3000-01-01T00:00:00.000Z",
          },
          kubernetes: { namespace: "web", serviceAccount: "web", pod: "web-0" },
        },
      ],
    );
  });

  it("explains a token without anything to compare it with, and ends with exit code 1 where it has expired", async () => {
    const { code, stdout } = await runs.claims;
    equal(code, 1);
    match(stdout, /^expires {8}2023-11-14 22:13:20 UTC, expired \d+ days \d+ hours? ago$/m);
    match(stdout, /^kubernetes\.io {2}no such claim: no cluster issued this token$/m);
    match(stdout, /^Its time \(no federated credential was given\)\n {2}✗ validity {2}expected valid at /m);
    match(stdout, /^Entra ID answers AADSTS700024: The pod's token is not within its time of validity\.$/m);
  });

  it("says of a rehearsed pod that was not started where to look", async () => {
    const { code, stdout, stderr } = await runs.unstarted;
    deepStrictEqual([code, stdout, stderr], [1, "app/app-0 was not started: npm run rehearse says why.\n", ""]);
  });

  it("refuses a token that is given as an argument, and repeats none of it", async () => {
    const message = "a token was given as an argument, where other processes and the shell's history see it";
    const fix = 'name the file that AZURE_FEDERATED_TOKEN_FILE names, or "-" for standard input';
    const { code, stdout, stderr } = await runs.argument;
    deepStrictEqual([code, stderr], [2, `${message}\n  fix: ${fix}\n`]);
    deepStrictEqual(JSON.parse(stdout), { schemaVersion: 1, ok: false, error: { message, fix } });
  });

  it("lets no claim of a hostile token move the cursor or ring the bell", async () => {
    const { code, stdout } = await runs.hostile;
    equal(code, 1);
    match(stdout, /^subject {8}web\?\?$/m);
    equal(/[^\P{Cc}\n]/u.test(stdout), false);
  });

  it("prints neither a token nor its signature, whatever happens", async () => {
    for (const [name, ended] of Object.entries(runs)) {
      const { stdout, stderr } = await ended;
      for (const text of [SIGNATURE, `${part({ alg: "RS256", kid: "key-1" })}.`]) ok(!`${stdout}${stderr}`.includes(text), name);
      doesNotMatch(stderr, /node_modules|node:internal/);
    }
  });
});
