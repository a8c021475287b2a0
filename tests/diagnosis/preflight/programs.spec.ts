// What a preflight finds of programs on this machine: the Pulumi CLI, Node.js, kubelogin and Docker.
import { deepStrictEqual, match } from "node:assert";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { DOCKER, KUBECONFIG_PROGRAM, NODE, PULUMI } from "../../../diagnosis/preflight/checks/programs";
import { kubeconfigUses } from "../../../diagnosis/preflight/kubeconfigs";
import { read } from "../../docs/markdown";
import { Preflights, seen } from "../../support/preflight";

const KUBELOGIN = [{ command: "kubelogin" }];

describe("A preflight of this machine", () => {
  let preflights: Preflights;
  let folder: string;
  before(async () => {
    preflights = await Preflights.start();
  });
  after(() => preflights.azure.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "programs-"));
    writeFileSync(join(folder, "Pulumi.yaml"), 'name: test\nruntime: nodejs\nrequiredPulumiVersion: ">=3.231.0"\n');
    preflights.env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, XDG_CACHE_HOME: folder };
    preflights.project = folder;
  });
  afterEach(() => {
    preflights.reset();
    rmSync(folder, { recursive: true });
  });

  const program = (name: string, script = "exit 0", in_ = folder) => {
    mkdirSync(in_, { recursive: true });
    writeFileSync(join(in_, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(in_, name), 0o755);
  };
  const nothing = () => preflights.plan([]);

  it("finds kubelogin where the kubeconfig names it", async () => {
    program("kubelogin");
    deepStrictEqual(seen(await preflights.run(KUBECONFIG_PROGRAM, preflights.plan([], { kubeconfigs: KUBELOGIN }))), [
      `PASS kubelogin: ${join(folder, "kubelogin")}`,
    ]);
  });

  it("fails without kubelogin, also where only npm's folder has one, and says how to do without", async () => {
    program("kubelogin", "exit 0", join(folder, "node_modules", ".bin"));
    preflights.env = { PATH: join(folder, "node_modules", ".bin") };
    preflights.config = { "test:clusterAccess": "kubelogin" };
    const [outcome] = await preflights.run(KUBECONFIG_PROGRAM, preflights.plan([], { kubeconfigs: KUBELOGIN }));
    deepStrictEqual(
      [outcome?.status, outcome?.seen],
      ["FAIL", "the stack signs in to its cluster with kubelogin, which is not on PATH"],
    );
    match(outcome?.fix ?? "", /^install it: az aks install-cli, .*; or pulumi config set clusterAccess admin$/);
  });

  it("needs no program where the kubeconfig holds the credential", async () => {
    deepStrictEqual(await preflights.run(KUBECONFIG_PROGRAM, preflights.plan([], { kubeconfigs: [{ command: undefined }] })), []);
  });

  it("reads from a kubeconfig in YAML and in JSON how it signs in, and nothing from a path", () => {
    const exec = { users: [{ name: "u", user: { exec: { command: "kubelogin" } } }] };
    const yaml = "users:\n  - name: u\n    user:\n      client-certificate-data: x\n";
    deepStrictEqual(kubeconfigUses([JSON.stringify(exec), yaml, exec, "~/.kube/config", undefined, "a: [b"]), [
      { command: "kubelogin" },
      { command: undefined },
    ]);
  });

  it("finds a Node.js of the version that package.json asks for", async () => {
    program("node", "echo v22.1.0");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ engines: { node: ">=20" } }));
    deepStrictEqual(seen(await preflights.run(NODE, nothing())), ["PASS 22.1.0; package.json asks for >=20"]);
  });

  it("fails for an older Node.js", async () => {
    program("node", "echo v18.20.1");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ engines: { node: ">=20" } }));
    deepStrictEqual(seen(await preflights.run(NODE, nothing())), [
      `FAIL ${join(folder, "node")} is 18.20.1, and package.json asks for >=20`,
    ]);
  });

  it("fails for a Node.js that is too old for the program's own @pulumi/pulumi, and names it", async () => {
    program("node", "echo v20.19.0");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ engines: { node: ">=20" } }));
    const pulumi = join(folder, "node_modules", "@pulumi", "pulumi");
    mkdirSync(pulumi, { recursive: true });
    writeFileSync(join(pulumi, "package.json"), JSON.stringify({ version: "3.245.0", engines: { node: ">=22" } }));
    deepStrictEqual(seen(await preflights.run(NODE, nothing())), [
      `FAIL ${join(folder, "node")} is 20.19.0, and @pulumi/pulumi 3.245.0 asks for >=22`,
    ]);
    program("node", "echo v22.0.0");
    deepStrictEqual(seen(await preflights.run(NODE, nothing())), [
      "PASS 22.0.0; package.json asks for >=20, @pulumi/pulumi 3.245.0 asks for >=22",
    ]);
  });

  it("asks for the Node.js that the README asks for", () => {
    const { engines } = z.object({ engines: z.object({ node: z.string() }) }).parse(require("@pulumi/pulumi/package.json"));
    match(read("README.md"), new RegExp(`\\*\\*Node\\.js ${engines.node.replace(">=", "")} or newer on \`PATH\`\\*\\*`));
  });

  it("does not decide about other ranges", async () => {
    program("node", "echo v22.1.0");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ engines: { node: "^20 || ^22" } }));
    match(seen(await preflights.run(NODE, nothing()))[0] ?? "", /^UNKNOWN 22\.1\.0, and package\.json asks for \^20 \|\| \^22: /);
  });

  it("fails without a Node.js, and with one that does not run", async () => {
    preflights.env = { PATH: folder };
    deepStrictEqual(seen(await preflights.run(NODE, nothing())), ["FAIL there is no node on PATH"]);
    program("node", "echo broken >&2; exit 1");
    deepStrictEqual(seen(await preflights.run(NODE, nothing())), [`FAIL ${join(folder, "node")} --version: broken`]);
  });

  it("finds a Pulumi CLI of the version that Pulumi.yaml asks for", async () => {
    program("pulumi", "echo v3.240.0");
    program("pulumi-language-nodejs");
    deepStrictEqual(seen(await preflights.run(PULUMI, nothing())), [`PASS 3.240.0, ${join(folder, "pulumi")}`]);
  });

  it("fails for an older Pulumi CLI, and without one", async () => {
    program("pulumi", "echo v3.100.0");
    program("pulumi-language-nodejs");
    match(
      seen(await preflights.run(PULUMI, nothing()))[0] ?? "",
      /^FAIL .*pulumi is Pulumi 3\.100\.0, and Pulumi\.yaml asks for >=3\.231\.0/,
    );
    rmSync(join(folder, "pulumi"));
    const [outcome] = await preflights.run(PULUMI, nothing());
    deepStrictEqual(
      [outcome?.seen, outcome?.fix],
      ["no pulumi on PATH", "install Pulumi (https://www.pulumi.com/docs/install/), or set PULUMI_ENGINE"],
    );
  });

  const withDocker = () => preflights.plan([], { builds: { registry: false, docker: true } });

  it("asks Docker where the stack builds with it, and nowhere else", async () => {
    program("docker", "echo 27.0.1");
    deepStrictEqual(seen(await preflights.run(DOCKER, withDocker())), ["PASS server 27.0.1"]);
    deepStrictEqual(await preflights.run(DOCKER, nothing()), []);
  });

  it("fails where Docker does not answer, or is not there", async () => {
    preflights.env = { PATH: folder };
    preflights.config = { "test:imageBuilder": "docker" };
    program("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    deepStrictEqual(seen(await preflights.run(DOCKER, withDocker())), [
      "FAIL docker version: Cannot connect to the Docker daemon",
    ]);
    rmSync(join(folder, "docker"));
    const [outcome] = await preflights.run(DOCKER, withDocker());
    deepStrictEqual(outcome?.seen, "the stack builds an image with Docker, and there is no docker on PATH");
    match(outcome?.fix ?? "", /pulumi config set imageBuilder acr/);
  });
});
