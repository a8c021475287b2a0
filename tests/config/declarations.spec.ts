import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { parseStackConfig } from "../../config";
import { KEYS } from "../../config/keys";
import { ROOT } from "../support/program";
import { PROJECT } from "./rawConfig";

const declarations = z
  .object({
    config: z.record(
      z.string(),
      z.object({ type: z.string(), default: z.unknown().optional(), description: z.string(), items: z.unknown().optional() }),
    ),
  })
  .parse(parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8"))).config;

describe("Pulumi.yaml", () => {
  it("declares exactly the keys that the program reads, each with its type", () => {
    assert.deepEqual(
      Object.fromEntries(Object.entries(declarations).map(([key, { type }]) => [key, type])),
      Object.fromEntries(Object.entries(KEYS).map(([key, { kind }]) => [key, kind])),
    );
  });

  it("has a default of that type for each, because the CLI takes a key without one for one that every stack must set", () => {
    for (const [key, { type, default: value }] of Object.entries(declarations)) {
      assert.notEqual(value, undefined, key);
      const actual = Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
      assert.equal(actual, type, key);
    }
  });

  it("has defaults that pass the rules", () => {
    const entries = Object.entries(declarations).map(([key, { default: value }]) => [
      `${PROJECT}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const defaults = { ...Object.fromEntries(entries), "azure-native:location": "westeurope" };
    assert.ok(parseStackConfig({ project: PROJECT, stack: "any", entries: defaults, secretKeys: [] }));
  });
});
