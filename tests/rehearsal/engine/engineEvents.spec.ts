import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents } from "../../../rehearsal/engine/engineEvents";

const URN = "urn:pulumi:dev::p::azure-native:keyvault:Vault::vault-vault";
const metadata = {
  op: "update",
  urn: URN,
  type: "azure-native:keyvault:Vault",
  keys: [],
  detailedDiff: { "tags.a": { kind: "add" } },
};

describe("the event log of an engine", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "events-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    writeFileSync(join(folder, "log"), text);
    return readEvents(join(folder, "log"));
  };

  it("becomes steps with the paths that differ, and messages", () => {
    const events = [
      { resourcePreEvent: { metadata } },
      { resOutputsEvent: { metadata } },
      { resOpFailedEvent: { metadata: { ...metadata, detailedDiff: null, diffs: ["tags"] } } },
      { diagnosticEvent: { urn: URN, message: "no", severity: "error" } },
      { summaryEvent: {} },
    ];
    const { steps, messages } = read(events.map((event) => JSON.stringify(event)).join("\n"));
    const step = { op: "update", urn: URN, type: "azure-native:keyvault:Vault", name: "vault-vault", keys: [] };
    assert.deepEqual(steps, [
      { ...step, diffs: ["tags.a"], state: "started" },
      { ...step, diffs: ["tags.a"], state: "done" },
      { ...step, diffs: ["tags"], state: "failed" },
    ]);
    assert.deepEqual(messages, [{ urn: URN, severity: "error", text: "no" }]);
  });

  it("is read as far as it goes where the engine was killed in the middle of a line, and empty where there is none", () => {
    const line = JSON.stringify({ resourcePreEvent: { metadata } });
    assert.equal(read(`${line}\n${line.slice(0, 40)}`).steps.length, 1);
    assert.deepEqual(readEvents(join(folder, "none")), { steps: [], messages: [] });
  });
});
