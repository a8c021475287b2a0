// The report for a person, of a program that exports nothing.
import { strict as assert } from "node:assert";
import { printReport } from "../../cli/rehearseOutput";
import type { Rehearsal } from "../../rehearsal/rehearse";

const timings = { programMs: 0, cloudMs: 0, appReadyMs: 0, firstSecretMs: 0, totalMs: 1234 };
const nothing = { pods: [], exchanges: [], calls: [], controls: [], findings: [] };

describe("the report for a person", () => {
  const printed = (outputs: Readonly<Record<string, unknown>>): string => {
    const notCovered = [{ resource: "docker:index/image:Image::app", reason: "not built" }];
    const rehearsal: Rehearsal = {
      report: { schemaVersion: 1, ok: false, stack: "dev", outputs, ...nothing, notCovered, timings },
      chains: [],
      output: new Map(),
      ports: new Map(),
      registered: 24,
      lost: new Promise(() => {}),
      close: async () => {},
    };
    const lines: string[] = [];
    const { log } = console;
    console.log = (line = "") => lines.push(line);
    try {
      printReport(rehearsal, false);
    } finally {
      console.log = log;
    }
    return lines.join("\n");
  };

  it("shows issuer and address only where the program exports them", () => {
    assert.doesNotMatch(printed({}), /undefined|issuerUrl|serviceIp/);
    assert.match(
      printed({ issuerUrl: "https://issuer/", serviceIp: "203.0.113.1" }),
      /^issuerUrl {2}https:\/\/issuer\/\nserviceIp {2}203\.0\.113\.1 {2}\(emulated\)$/m,
    );
  });

  it("ends with what it does not show", () => {
    assert.match(
      printed({}),
      /in 1\.23 s\.\n24 resources registered, their outputs emulated; 1 of them not exercised \(--json lists them\)\.\nNot checked: .*\nThe same program for real: pulumi up --stack dev$/,
    );
  });
});
