import { strict as assert } from "node:assert";
import { parseStackConfig } from "../../config";
import { PROJECT, raw } from "./rawConfig";

describe("Names of a stack's resources", () => {
  const legal: [string, RegExp][] = [
    ["resourceGroup", /^[\w.()-]{1,89}[\w()-]$/],
    ["cluster", /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])$/],
    ["vault", /^[a-zA-Z](-?[a-zA-Z0-9]){1,17}-$/],
    ["registry", /^[a-zA-Z0-9]{5,44}$/],
    ["storageAccount", /^[a-z0-9]{3,18}$/],
    ["identity", /^[a-zA-Z0-9][\w-]{2,127}$/],
  ];
  for (const stack of ["dev", "Prod_EU.2", "feature-123/very-long-name-of-a-branch", "42", "-", "ünïcode", "a".repeat(100)]) {
    it(`are legal for the stack "${stack.slice(0, 40)}"`, () => {
      const { names } = parseStackConfig({ ...raw(), stack });
      const { resourceGroup, cluster, vault, registry, storageAccount, identity } = names;
      const byKey = new Map(
        Object.entries({
          resourceGroup,
          cluster,
          vault: vault.prefix,
          registry: registry.prefix,
          storageAccount: storageAccount.prefix,
          identity: identity("a".repeat(40)),
        }),
      );
      for (const [key, pattern] of legal) assert.match(byKey.get(key) ?? "", pattern, key);
    });
  }

  it("differ for stacks that differ only in characters that Azure does not take", () => {
    const names = (stack: string) => parseStackConfig({ ...raw(), stack }).names.vault.prefix;
    assert.notEqual(names("dev-1"), names("dev_1"));
  });

  it("stay legal for a project with a long name", () => {
    const project = "p".repeat(80);
    const entries = Object.entries(raw().entries).map(([key, value]) => [key.replace(`${PROJECT}:`, `${project}:`), value]);
    const { names } = parseStackConfig({ ...raw(), project, entries: Object.fromEntries(entries) });
    assert.ok(`${names.cluster}-999`.length <= 54, "with the highest generation");
  });
});
