import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { wrongImports } from "../../cli/importDirections";
import { ROOT } from "../support/program";

describe("the check of import directions", () => {
  let temporary: string;
  let root: string;
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), "imports-"));
    root = temporary;
  });
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  const found = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    return wrongImports(root);
  };

  it("finds nothing wrong in this repository", () => {
    assert.deepEqual(wrongImports(ROOT), []);
  });

  const wrong: readonly (readonly [file: string, text: string, expected: string])[] = [
    ["index.ts", 'import "./chain";', "index.ts must not import chain"],
    ["index.ts", 'import "./config/keys";', "index.ts must not import config/keys"],
    ["index.ts", 'import * as azure from "@pulumi/azure-native";', "index.ts must not import the package @pulumi/azure-native"],
    ["config.ts", 'import { a } from "./rehearsal/stack";', "config.ts must not import rehearsal/stack"],
    ["config/keys.ts", 'import { a } from "../index";', "config must not import index"],
    ["components/a.ts", 'import { a } from "../config";', "components must not import config"],
    ["components/a.ts", 'import { a } from "../rehearsal/pods";', "components must not import rehearsal/pods"],
    ["components/a.ts", 'import "@azure/identity";', "components must not import the package @azure/identity"],
    ["chain/a.ts", 'import { a } from "../components";', "chain must not import components"],
    ["chain/a.ts", 'import * as pulumi from "@pulumi/pulumi";', "chain must not import the package @pulumi/pulumi"],
    ["chain/deep/a.ts", 'export * from "../../app/src/codes";', "chain must not import app/src/codes"],
    ["rehearsal/a.ts", 'import type { A } from "../components/a";', "rehearsal must not import components/a"],
    ["rehearsal/a.ts", 'const load = () => require("../index");', "rehearsal must not import index"],
    ["rehearsal/a.ts", 'const load = () => import("../cli/rehearse");', "rehearsal must not import cli/rehearse"],
    ["cli/a.ts", 'import { a } from "../components";', "cli must not import components"],
    ["policy/a.ts", 'import { a } from "../rehearsal/pods";', "policy must not import rehearsal/pods"],
    ["bench/a.ts", 'import { a } from "../cli/rehearse";', "bench must not import cli/rehearse"],
    ["app/src/a.ts", 'import { CODES } from "../../chain";', "app must not import chain"],
    ["app/src/a.ts", "import {\n  CODES,\n  type Code,\n} from '../../chain';", "app must not import chain"],
    ["components/a.mts", 'import { a } from "../rehearsal/pods";', "components must not import rehearsal/pods"],
  ];
  for (const [file, text, expected] of wrong) {
    it(`refuses ${JSON.stringify(text)} in ${file}`, () => assert.deepEqual(found(file, text), [`${file}: ${expected}`]));
  }

  const right: readonly (readonly [file: string, text: string])[] = [
    ["index.ts", 'import { a } from "./components";\nimport { b } from "./config";'],
    ["config.ts", 'import { a } from "./config/keys";\nimport { b } from "./chain";'],
    [
      "components/a.ts",
      'import { a } from "../chain";\nimport { b } from "./b";\nimport * as k from "@pulumi/azure-native/keyvault";',
    ],
    ["components/deep/a.ts", 'import { a } from "../b";\nimport { c } from "../../chain/names";'],
    ["chain/a.ts", 'import { createHash } from "node:crypto";\nimport { b } from "./b";'],
    ["rehearsal/cloud/a.ts", 'import { a } from "../../chain";\nimport { parse } from "yaml";'],
    ["cli/a.ts", 'import { a } from "../rehearsal/rehearse";\nimport { b } from "../chain";'],
    ["app/node_modules/x/index.ts", 'import { a } from "../../../chain";'],
    ["app/dist/a.ts", 'import { a } from "../../chain";'],
    ["tests/a.ts", 'import { a } from "../components";\nimport { b } from "../rehearsal/pods";'],
  ];
  for (const [file, text] of right) {
    it(`lets pass ${JSON.stringify(text)} in ${file}`, () => assert.deepEqual(found(file, text), []));
  }

  it("looks into a checkout wherever that lies, and into folders whose names only contain a generated one's", () => {
    root = join(root, "dist");
    assert.deepEqual(found("chain/distances/a.ts", 'import "zod";'), [
      "chain/distances/a.ts: chain must not import the package zod",
    ]);
  });

  it("names every wrong import of a file, and of every file", () => {
    found("chain/a.ts", 'import "../components";\nimport "zod";');
    assert.deepEqual(found("app/src/a.ts", 'import "../../chain";').sort(), [
      "app/src/a.ts: app must not import chain",
      "chain/a.ts: chain must not import components",
      "chain/a.ts: chain must not import the package zod",
    ]);
  });
});
