#!/usr/bin/env node
// The Node.js language host of Pulumi (`pulumi-language-nodejs`), for a CLI that was built from its Go module: the released one is a module of its own
// that the Go proxy does not have. It serves what a program and a policy pack need; what it lacks answers UNIMPLEMENTED.
// The service: https://github.com/pulumi/pulumi/blob/v3.255.0/proto/pulumi/language.proto
"use strict";
const { spawn } = require("node:child_process");
const { createRequire } = require("node:module");
const { join } = require("node:path");

/** A module as the code in that folder would load it: the folder of this executable has no node_modules, and the project's copy must be the only one. */
const resolveFrom = (folder, name) => createRequire(join(folder, "package.json")).resolve(name);

let pulumi;
try {
  pulumi = createRequire(resolveFrom(process.cwd(), "@pulumi/pulumi"));
} catch {
  console.error(`pulumi-language-nodejs: no @pulumi/pulumi for the project in ${process.cwd()}: run npm ci there`);
  process.exit(1);
}
const grpc = pulumi("@grpc/grpc-js");
const messages = pulumi("./proto/language_pb.js");
const { AboutResponse } = messages;
const { Empty } = pulumi("google-protobuf/google/protobuf/empty_pb.js");
const { PluginInfo } = pulumi("./proto/plugin_pb.js");
const { LanguageRuntimeService } = pulumi("./proto/language_grpc_pb.js");

/** The SDK tells its host with this code that it has already shown the error: https://github.com/pulumi/pulumi/blob/v3.255.0/sdk/nodejs/cmd/run/index.ts */
const exitAlreadyReported = 32;

const children = new Set();
process.on("exit", () => {
  for (const child of children) {
    child.kill("SIGKILL");
  }
});
process.on("SIGINT", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
// The engine holds the other end of this pipe and never writes. Its end is the engine's, also after kill -9.
process.stdin.on("end", () => process.exit(0)).resume();

function start(call, script, args, options) {
  const child = spawn(process.execPath, [script, ...args], options);
  children.add(child);
  child.once("close", () => children.delete(child));
  call.on("cancelled", () => child.kill("SIGKILL"));
  return child;
}

/** `runtime.options` of Pulumi.yaml, as the SDK's runners expect them. */
function runtimeEnvironment(info) {
  const { typescript = true, tsconfig } = info.getOptions()?.toJavaScript() ?? {};
  return {
    ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

function run(call, callback) {
  const request = call.request;
  const info = request.getInfo();
  const args = [
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${process.argv.at(-1)}`,
    `--organization=${request.getOrganization()}`,
    `--project=${request.getProject()}`,
    `--stack=${request.getStack()}`,
    `--root-directory=${info.getRootDirectory()}`,
    `--pwd=${request.getPwd()}`,
    `--parallel=${request.getParallel()}`,
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
  const env = {
    ...process.env,
    ...runtimeEnvironment(info),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  const script = resolveFrom(info.getProgramDirectory(), "@pulumi/pulumi/cmd/run");
  const child = start(call, script, args, { cwd: info.getProgramDirectory(), env, stdio: ["ignore", "inherit", "inherit"] });
  child.once("error", callback);
  child.once("close", (code, signal) => {
    const response = new messages.RunResponse();
    response.setBail(code === exitAlreadyReported);
    if (code !== 0 && code !== exitAlreadyReported) {
      response.setError(signal === null ? `Program exited with non-zero exit code: ${code}` : `Program was ended by ${signal}`);
    }
    callback(null, response);
  });
}

function runPlugin(call) {
  const { request } = call;
  if (request.getKind() !== "analyzer") {
    call.emit("error", {
      code: grpc.status.UNIMPLEMENTED,
      details: `pulumi-language-nodejs: cannot run a plugin of kind ${request.getKind()}`,
    });
    return;
  }
  const folder = request.getInfo().getProgramDirectory();
  const env = {
    ...Object.fromEntries(request.getEnvList().map((entry) => entry.split(/=(.*)/s, 2))),
    ...runtimeEnvironment(request.getInfo()),
  };
  const script = resolveFrom(folder, "@pulumi/pulumi/cmd/run-policy-pack");
  const child = start(call, script, [request.getArgsList().at(-1), "."], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const write = (set, value) => {
    const response = new messages.RunPluginResponse();
    response[set](value);
    call.write(response);
  };
  child.stdout.on("data", (data) => write("setStdout", data));
  child.stderr.on("data", (data) => write("setStderr", data));
  child.once("error", (error) => call.emit("error", { code: grpc.status.INTERNAL, details: error.message }));
  child.once("close", (code) => {
    write("setExitcode", code ?? 1);
    call.end();
  });
}

const about = new AboutResponse();
about.setExecutable(process.execPath);
about.setVersion(process.version);
const answer = (response) => (_call, callback) => callback(null, response);

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, {
  handshake: answer(new messages.LanguageHandshakeResponse()),
  getPluginInfo: answer(new PluginInfo()),
  // None: each provider is looked up when the program first uses it, by the version in its SDK.
  getRequiredPackages: answer(new messages.GetRequiredPackagesResponse()),
  getProgramDependencies: answer(new messages.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: answer(new messages.RuntimeOptionsResponse()),
  about: answer(about),
  cancel: answer(new Empty()),
  run,
  runPlugin,
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  process.stdout.write(`${port}\n`);
});
