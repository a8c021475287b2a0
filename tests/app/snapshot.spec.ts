import { deepStrictEqual, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChainState } from "../../app/src/chainState";
import { NOT_YET } from "../../app/src/reading";
import { type Snapshot, snapshots } from "../../app/src/snapshot";
import { configOf, unsignedToken } from "./fixtures";

describe("The facts that are sent", () => {
  let folder: string;
  let tokenFile: string;
  let now: number;
  let state: ChainState;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "snapshot-"));
    tokenFile = join(folder, "token");
  });
  beforeEach(() => {
    now = 1_800_000_000_000;
    state = { exchanged: false, secret: NOT_YET, blobs: undefined, roles: undefined };
    writeToken("first", 1);
  });
  after(() => rmSync(folder, { recursive: true }));

  function writeToken(subject: string, changedAtSeconds: number): void {
    writeFileSync(tokenFile, unsignedToken({ sub: subject }));
    utimesSync(tokenFile, changedAtSeconds, changedAtSeconds);
  }
  const chain = {
    get state() {
      return state;
    },
  };
  const start = () => snapshots(configOf({ AZURE_FEDERATED_TOKEN_FILE: tokenFile }), chain, () => now);
  const factsOf = ({ json }: Snapshot) => JSON.parse(new TextDecoder().decode(json));
  const subjectOf = (snapshot: Snapshot) => factsOf(snapshot).token?.subject;

  it("are taken once a second", () => {
    const take = start();
    const first = take();
    now += 999;
    strictEqual(take(), first);
    now += 1;
    strictEqual(take() === first, false);
  });

  it("are taken again when the clock is set back", () => {
    const take = start();
    const first = take();
    now -= 60_000;
    strictEqual(take() === first, false);
  });

  it("are taken at once when the chain changes", () => {
    const take = start();
    take();
    state = { ...state, secret: { ...NOT_YET, refusal: { link: "secret", code: "SecretNotFound" } } };
    deepStrictEqual(factsOf(take()).links.at(-1).code, "SecretNotFound");
  });

  it("are taken at once when the token file is replaced or gone", () => {
    const take = start();
    strictEqual(subjectOf(take()), "first");
    writeToken("second", 2);
    strictEqual(subjectOf(take()), "second");
    rmSync(tokenFile);
    strictEqual(subjectOf(take()), null);
  });
});
