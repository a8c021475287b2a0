// Wrong arguments, files and chains of npm run token: each is one message that says what to do. The rest of the command is in token.spec.ts.
import { deepStrictEqual, rejects, throws } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tokenArguments } from "../../cli/tokenArguments";
import { expectedFromFile } from "../../cli/tokenExpected";
import { MOST_BYTES, readToken } from "../../cli/tokenInput";
import { AUDIENCE, ISSUER, jwt, SUBJECT } from "../support/tokens";

const folder = mkdtempSync(join(tmpdir(), "token-input-"));
const EXPECTED = { issuer: ISSUER, subject: SUBJECT, audience: AUDIENCE };
const SAVE = "save it anew: pulumi stack output chain --json > chain.json";

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe("npm run token", () => {
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, content, problem] of [
    ["that is empty", "\n", "is empty"],
    ["that is binary", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff]), "holds binary data, not text"],
    ["with a zero byte in it", "a\0b", "holds binary data, not text"],
    ["that is too large", "x".repeat(MOST_BYTES + 1), "is larger than 64 KiB"],
    ["of other text", "secret-word", "holds no JWT, which is three parts with dots between them, but 1 part"],
    ["that is a directory", undefined, "is a directory, not a file"],
  ] as const) {
    it(`refuses a file ${what}`, async () => {
      const file = join(folder, "input");
      rmSync(file, { recursive: true, force: true });
      if (content === undefined) mkdirSync(file);
      else writeFileSync(file, content);
      const fix = 'name the file that AZURE_FEDERATED_TOKEN_FILE names, or "-" for standard input';
      await rejects(readToken(file), { name: "UsageError", message: `${file} ${problem}`, fix });
    });
  }

  it("refuses a file that is not there", () =>
    rejects(readToken(join(folder, "none")), { name: "UsageError", message: `${join(folder, "none")} is not there` }));

  it("takes a file of exactly 64 KiB", async () => {
    const { subject } = await readToken(write("full", jwt().padEnd(MOST_BYTES, "\n")));
    deepStrictEqual(subject, SUBJECT);
  });

  it("takes the only workload of a chain, or the one that is called web", async () => {
    const only = write("only.json", JSON.stringify({ orders: EXPECTED }));
    deepStrictEqual((await expectedFromFile(only, undefined)).of, "workload orders");
    const two = write("two.json", JSON.stringify({ orders: EXPECTED, web: EXPECTED }));
    deepStrictEqual(await expectedFromFile(two, undefined), { of: "workload web", values: EXPECTED });
    deepStrictEqual((await expectedFromFile(two, "orders")).of, "workload orders");
  });

  for (const [what, content, workload, problem, fix] of [
    ["that is no JSON", "{secret-word", undefined, "is not JSON", SAVE],
    [
      "with all outputs",
      '{"kubeconfig":"secret-word","chain":{}}',
      undefined,
      'is not the output "chain" of a stack: see kubeconfig, chain.issuer, chain.subject',
      SAVE,
    ],
    ["without workloads", "{}", undefined, "has no workload at all", SAVE],
    [
      "with a workload that is half",
      '{"web":{"issuer":"x"}}',
      undefined,
      'is not the output "chain" of a stack: see web.subject, web.audience',
      SAVE,
    ],
    [
      "without the workload",
      JSON.stringify({ a: EXPECTED, b: EXPECTED }),
      "c",
      'has no workload "c"',
      "choose one with --workload: a, b",
    ],
    [
      "that leaves the choice open",
      JSON.stringify({ a: EXPECTED, b: EXPECTED }),
      undefined,
      "has 2 workloads, and none is called web",
      "choose one with --workload: a, b",
    ],
  ] as const) {
    it(`refuses a chain ${what}, without its values`, async () => {
      const file = write("chain.json", content);
      await rejects(expectedFromFile(file, workload), { name: "UsageError", message: `${file} ${problem}`, fix });
    });
  }

  for (const [args, message] of [
    [["a", "b"], "one token at a time, got 2"],
    [["--colour"], "Unknown option '--colour'"],
    [["a", "--issuer", ""], '--issuer takes a value, got ""'],
    [["a", "--pod", "web/web-0"], "--pod takes the token of a rehearsed pod: name no file beside it"],
    [
      ["--pod", "web/web-0", "--workload", "web"],
      "--workload has no effect with --pod, which compares with the rehearsal's own chain",
    ],
    [["a", "--break", "webhook-off"], "--break has no effect without --pod"],
    [["a", "--workload", "web"], "--workload has no effect without --chain"],
    [["a", "--chain", "c", "--subject", "s"], "--subject has no effect with --chain, which says it already"],
    [["-", "--chain", "-"], "only one of token and --chain can come from standard input"],
  ] as const) {
    it(`refuses the arguments ${args.join(" ")}`, () => {
      throws(() => tokenArguments(args), { name: "UsageError", message, fix: "see npm run token -- --help" });
    });
  }
});
