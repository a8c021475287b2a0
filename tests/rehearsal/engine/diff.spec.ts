import { deepEqual, equal } from "node:assert/strict";
import { diffInputs, hasReplaceRules, UNKNOWN_REPLACE_RULES } from "../../../rehearsal/engine/diff";
import { UNKNOWN } from "../../../rehearsal/program/recording";
import type { Run } from "../../support/program";
import { runStack } from "../../support/stackRun";
import { NOTHING, secret, update } from "./diffs/answers";

describe("The comparison of inputs", () => {
  const TYPE = "azure-native:network:VirtualNetwork";

  it("finds what is added, deleted and updated, in objects, arrays and keys with dots", () => {
    const olds = { kept: { a: [1] }, gone: 1, nested: { "a.b": 1, list: [{ x: 1 }, 2, 3] } };
    const news = { kept: { a: [1] }, come: {}, nested: { "a.b": 2, list: [{ x: 2 }, 2] } };
    deepEqual(diffInputs(TYPE, olds, news), {
      changes: ["come", "gone", "nested.list[0].x", "nested.list[2]", 'nested["a.b"]'],
      replaces: [],
      deleteBeforeReplace: false,
      detailed: {
        come: "add",
        gone: "delete",
        "nested.list[0].x": "update",
        "nested.list[2]": "delete",
        'nested["a.b"]': "update",
      },
    });
  });

  it("finds what an array gains", () => {
    deepEqual(diffInputs(TYPE, { a: [1] }, { a: [1, 2] }).detailed, { "a[1]": "add" });
  });

  it("takes what is null for left out", () => {
    deepEqual(diffInputs(TYPE, { a: null }, { b: undefined }), NOTHING);
  });

  it("counts a value that is not known yet as changed, even after one", () => {
    deepEqual(diffInputs(TYPE, { a: { b: 1 }, c: UNKNOWN }, { a: UNKNOWN, c: UNKNOWN }), update("a", "c"));
  });

  it("compares secrets by what they hold", () => {
    deepEqual(diffInputs(TYPE, { a: secret({ b: secret("x") }) }, { a: { b: "x" } }), NOTHING);
    deepEqual(diffInputs(TYPE, { a: secret("x") }, { a: secret("y") }), update("a"));
  });

  it("has no rules for other types, and says so", () => {
    equal(hasReplaceRules(TYPE), false);
    equal(hasReplaceRules("kubernetes:core/v1:Pod"), false);
    equal(hasReplaceRules("gcp:storage/bucket:Bucket"), false);
    equal(hasReplaceRules("azure-native:keyvault/v20230701:Vault"), true);
  });

  it("says of types that it has rules for where those are not whole", () => {
    deepEqual(
      Object.keys(UNKNOWN_REPLACE_RULES).filter((type) => !hasReplaceRules(type)),
      [],
    );
  });
});

describe("What the real program registers", () => {
  const custom = (run: Run) => run.resources.filter(({ custom, type }) => custom && type !== "pulumi:index:Stash");
  /** The resources of the second run that differ from the first's, with what replaces them. */
  const changed = (before: Run, after: Run) =>
    Object.fromEntries(
      custom(after).flatMap(({ urn, type, name, inputs }) => {
        const old = custom(before).find((resource) => resource.urn === urn);
        const diff = old === undefined ? undefined : diffInputs(type, old.inputs, inputs);
        return diff === undefined || diff.changes.length === 0 ? [] : [[name, diff.replaces]];
      }),
    );

  it("has rules for each of its types, and no difference to itself", async () => {
    for (const [stack, overrides] of [
      ["prod", []],
      ["dev", ["storage.enabled=true", "identityKind=application"]],
    ] as const) {
      const run = await runStack(stack, { overrides });
      deepEqual(
        custom(run)
          .map(({ type }) => type)
          .filter((type) => !hasReplaceRules(type)),
        [],
      );
      deepEqual(changed(run, run), {});
    }
  });

  it("is updated or replaced as a change of config means", async () => {
    const before = await runStack("prod");
    const after = await runStack("prod", { overrides: ["replicas=5", "kubernetesVersion=1.36", "registrySku=Premium"] });
    deepEqual(changed(before, after), {
      "aks-cluster": [],
      "registry-registry": [],
      "web-autoscaler": [],
      "web-deployment": [],
    });
  });

  it("is replaced where a change of config cannot be made in place", async () => {
    const before = await runStack("prod");
    const after = await runStack("prod", { overrides: ["pools.user.vmSize=Standard_D8ds_v5"] });
    deepEqual(changed(before, after), { "aks-pool-user": ["vmSize"] });
  });
});
