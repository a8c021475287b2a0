// What npm run verify and npm run preflight print of what others have written.
import { deepStrictEqual } from "node:assert";
import { finding } from "../../chain";
import { preflightDocument } from "../../cli/preflightOutput";
import { printVerified, verifiedDocument } from "../../cli/verifyOutput";
import { broken, holds, unknown, type VerifyReport } from "../../diagnosis/verify/report";

const HOSTILE = "a\u001b[2J\u009bb\neyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
const TAME = "a b [token]";
const place = { resource: HOSTILE, property: HOSTILE, expected: HOSTILE, actual: HOSTILE };
const REPORT: VerifyReport = {
  schemaVersion: 1,
  ok: false,
  stack: "dev",
  emulated: false,
  sections: [
    {
      kind: "workload",
      name: HOSTILE,
      links: [
        holds("pod", "x", HOSTILE),
        unknown("role", "x", { reason: HOSTILE, right: HOSTILE }),
        broken("secret", finding("WI195", place)),
      ],
    },
  ],
};

function printed(print: () => void): string {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line = "") => lines.push(line);
  try {
    print();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

/** Tokens, and characters that a terminal obeys. */
function unsafeIn(text: string): string[] {
  return [...text.matchAll(/eyJ\w+|(?!\n)\p{Cc}/gu)].map(([found]) => found);
}

describe("What others have written", () => {
  it("moves no cursor and shows no token in what npm run verify prints", () => {
    const text = printed(() => printVerified(REPORT));
    deepStrictEqual([unsafeIn(text), text.includes(TAME)], [[], true]);
  });

  it("does so in its document, and stays one", () => {
    const text = verifiedDocument(REPORT);
    deepStrictEqual([unsafeIn(text), JSON.parse(text).sections[0].links[0].found], [[], TAME]);
  });

  it("does so in the document of npm run preflight", () => {
    const checks = [{ check: "region", status: "UNKNOWN" as const, seen: HOSTILE, source: "https://x" }];
    const text = JSON.stringify(
      preflightDocument({
        ...{ checks, notChecked: [], stack: "dev", how: "", subscriptionId: "s", plan: { resources: [] }, emulated: false },
      }),
    );
    deepStrictEqual([unsafeIn(text), text.includes("\\u001b"), text.includes(TAME)], [[], false, true]);
  });
});
