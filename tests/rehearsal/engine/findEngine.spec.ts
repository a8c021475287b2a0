import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findEngine, PINNED_ENGINE } from "../../../rehearsal/engine/findEngine";
import { ROOT } from "../../support/program";
import { cli, script } from "./fakeEngine";

const MEND = "install Pulumi (https://www.pulumi.com/docs/install/), run .ci/engine/build, or set PULUMI_ENGINE";
const HOST = "pulumi-language-nodejs";

describe("finding the engine", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "find-engine-"));
    writeFileSync(join(home, "Pulumi.yaml"), 'name: p\nruntime: nodejs\nrequiredPulumiVersion: ">=3.231.0"\n');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const at = (...names: readonly string[]) => join(home, ...names);
  const path = (...folders: readonly string[]) => folders.map((folder) => at(folder)).join(delimiter);
  const find = (env: NodeJS.ProcessEnv) => findEngine({ project: home, home, env });
  const reason = (env: NodeJS.ProcessEnv) => {
    const found = find(env);
    assert("reason" in found, `found ${JSON.stringify(found)}`);
    return found.reason;
  };
  const host = (...folders: readonly string[]) => script(at(...folders, HOST));
  const cached = ["aks-workload-identity", "engine", PINNED_ENGINE];

  it("takes the one on PATH that has its language host beside it", () => {
    cli(at("bin", "pulumi"), "v3.270.0");
    host("bin");
    assert.deepEqual(find({ PATH: path("empty", "bin") }), {
      path: at("bin", "pulumi"),
      version: "3.270.0",
      directory: at("bin"),
    });
  });

  it("takes the one on PATH whose language host is elsewhere on PATH", () => {
    cli(at("bin", "pulumi"), "v3.231.0");
    host("hosts");
    assert.deepEqual(find({ PATH: path("bin", "hosts") }), {
      path: at("bin", "pulumi"),
      version: "3.231.0",
      directory: at("bin"),
    });
  });

  it("takes a version with something after its numbers", () => {
    cli(at("bin", "pulumi"), "v3.271.0-alpha.1+dirty");
    host("bin");
    const found = find({ PATH: path("bin") });
    assert.equal("version" in found && found.version, "3.271.0-alpha.1+dirty");
  });

  it("takes the built one where none is on PATH, and where the one on PATH has no language host", () => {
    cli(at(".cache", ...cached, "pulumi"), "v3.255.0");
    host(".cache", ...cached);
    const built = { path: at(".cache", ...cached, "pulumi"), version: "3.255.0", directory: at(".cache", ...cached) };
    assert.deepEqual(find({ PATH: "" }), built);
    cli(at("bin", "pulumi"), "v3.270.0");
    assert.deepEqual(find({ PATH: path("bin") }), built);
  });

  it("looks for the built one where XDG_CACHE_HOME says", () => {
    cli(at("xdg", ...cached, "pulumi"), "v3.255.0");
    host("xdg", ...cached);
    assert.deepEqual(find({ XDG_CACHE_HOME: at("xdg") }), {
      path: at("xdg", ...cached, "pulumi"),
      version: "3.255.0",
      directory: at("xdg", ...cached),
    });
  });

  it("takes what PULUMI_ENGINE names, a folder or the file, before the one on PATH", () => {
    cli(at("bin", "pulumi"), "v3.270.0");
    host("bin");
    cli(at("mine", "pulumi"), "v3.260.0");
    host("mine");
    const mine = { path: at("mine", "pulumi"), version: "3.260.0", directory: at("mine") };
    assert.deepEqual(find({ PATH: path("bin"), PULUMI_ENGINE: at("mine") }), mine);
    assert.deepEqual(find({ PATH: path("bin"), PULUMI_ENGINE: at("mine", "pulumi") }), mine);
  });

  it("takes no other where PULUMI_ENGINE names none", () => {
    cli(at("bin", "pulumi"), "v3.270.0");
    host("bin");
    const named = at("nowhere");
    assert.equal(reason({ PATH: path("bin"), PULUMI_ENGINE: named }), `PULUMI_ENGINE=${named}: no executable ${named}; ${MEND}`);
    mkdirSync(named);
    assert.equal(
      reason({ PATH: path("bin"), PULUMI_ENGINE: named }),
      `PULUMI_ENGINE=${named}: no executable ${join(named, "pulumi")}; ${MEND}`,
    );
    cli(join(named, "pulumi"), "v3.270.0");
    assert.equal(
      reason({ PULUMI_ENGINE: named }),
      `PULUMI_ENGINE=${named}: ${join(named, "pulumi")} has no ${HOST} beside it or on PATH; ${MEND}`,
    );
  });

  it("says where it looked when there is none", () => {
    const built = at(".cache", ...cached, "pulumi");
    assert.equal(reason({ PATH: path("bin") }), `no pulumi on PATH, and no executable ${built}; ${MEND}`);
    writeFileSync(cli(at("bin", "pulumi"), "v3.270.0"), "", { mode: 0o755 });
    assert.equal(
      reason({ PATH: path("bin") }),
      `${at("bin", "pulumi")} has no ${HOST} beside it or on PATH, and no executable ${built}; ${MEND}`,
    );
  });

  it("refuses one that is older than Pulumi.yaml asks for, also where a newer one is built", () => {
    cli(at(".cache", ...cached, "pulumi"), "v3.255.0");
    host(".cache", ...cached);
    cli(at("bin", "pulumi"), "v3.99.0");
    host("bin");
    assert.equal(
      reason({ PATH: path("bin") }),
      `${at("bin", "pulumi")} is Pulumi 3.99.0, and Pulumi.yaml asks for >=3.231.0 (requiredPulumiVersion); upgrade it, or set PULUMI_ENGINE to a newer one`,
    );
  });

  it("takes any version where Pulumi.yaml asks for none", () => {
    writeFileSync(at("Pulumi.yaml"), "name: p\nruntime: nodejs\n");
    cli(at("bin", "pulumi"), "v3.0.0");
    host("bin");
    assert.deepEqual(find({ PATH: path("bin") }), { path: at("bin", "pulumi"), version: "3.0.0", directory: at("bin") });
  });

  it("quotes what is no version", () => {
    script(at("bin", "pulumi"), "echo broken >&2", "exit 3");
    host("bin");
    assert.equal(
      reason({ PATH: path("bin") }),
      `"${at("bin", "pulumi")} version" gave no version: exit code 3, "broken"; ${MEND}`,
    );
  });

  it("looks for the version that the build makes", () => {
    const pinned = /^require github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/m.exec(
      readFileSync(join(ROOT, ".ci", "engine", "go.mod"), "utf8"),
    );
    assert.equal(PINNED_ENGINE, pinned?.[1]);
  });
});
