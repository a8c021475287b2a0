// The config of a stack as the Pulumi CLI hands it to the program: defaults, the stack's file, and values set for one run.
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStack } from "../../rehearsal/stack";

const PROJECT = `name: sample
runtime: nodejs
config:
  azure-native:location:
    value: westeurope
  plain: short form
  version:
    type: string
    default: "1.30"
  replicas:
    type: integer
    default: 1
  zones:
    type: array
    items: { type: string }
    default: ["1"]
  pools:
    type: object
    default: { user: { vmSize: D2, count: 1 } }
  token:
    type: string
    secret: true
  flag:
    type: boolean
`;
const DEFAULTS = {
  "azure-native:location": "westeurope",
  "sample:plain": "short form",
  "sample:version": "1.30",
  "sample:replicas": "1",
  "sample:zones": '["1"]',
  "sample:pools": '{"user":{"vmSize":"D2","count":1}}',
};

describe("the config of a stack", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "stack-"));
    write("Pulumi.yaml", PROJECT);
    write("Pulumi.dev.yaml", "config: {}\n");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const write = (file: string, text: string) => writeFileSync(join(directory, file), text);
  const read = (set: readonly string[] = [], stack = "dev") => readStack(directory, stack, set);
  const set = (...overrides: readonly string[]) => {
    const { config } = read(overrides);
    return Object.fromEntries(
      Object.entries(config).filter(([key, value]) => Object.entries(DEFAULTS).every(([k, v]) => k !== key || v !== value)),
    );
  };

  it("is the project's defaults, and values for other packages, as text and JSON", () => {
    const { config, project, stack, main, secretKeys, standIns } = read();
    assert.deepEqual(config, DEFAULTS);
    assert.deepEqual(
      { project, stack, main, secretKeys, standIns },
      { project: "sample", stack: "dev", main: "index.ts", secretKeys: [], standIns: [] },
    );
  });

  it("takes the stack's file before a default, in short and in long form of the key", () => {
    write(
      "Pulumi.dev.yaml",
      "config:\n  replicas: 3\n  sample:version: '1.31'\n  azure-native:location: northeurope\n  flag: true\n",
    );
    assert.deepEqual(read().config, {
      ...DEFAULTS,
      "sample:replicas": "3",
      "sample:version": "1.31",
      "azure-native:location": "northeurope",
      "sample:flag": "true",
    });
  });

  for (const text of ["", "config:\n", "encryptionsalt: v1:x\n", "# nothing\n"]) {
    it(`may be all defaults: ${JSON.stringify(text)}`, () => {
      write("Pulumi.dev.yaml", text);
      assert.deepEqual(read().config, DEFAULTS);
    });
  }

  it("names the program's entry where the project does", () => {
    write("Pulumi.yaml", `${PROJECT}main: src/program.ts\n`);
    assert.equal(read().main, "src/program.ts");
  });

  describe("with --set", () => {
    const cases: readonly (readonly [override: string, key: string, value: string])[] = [
      ["version=1.20", "sample:version", "1.20"],
      ["version=", "sample:version", ""],
      ["version=a=b", "sample:version", "a=b"],
      ["sample:version=2", "sample:version", "2"],
      ["azure-native:location=northeurope", "azure-native:location", "northeurope"],
      ["azure-native:version=1.30", "azure-native:version", "1.30"],
      ["undeclared=1.30", "sample:undeclared", "1.30"],
      ["replicas=2", "sample:replicas", "2"],
      ["replicas=many", "sample:replicas", "many"],
      ["flag=false", "sample:flag", "false"],
      ['zones=["1", "2"]', "sample:zones", '["1","2"]'],
      ["zones[0]=3", "sample:zones", "[3]"],
      ["zones[1]=b", "sample:zones", '["1","b"]'],
      ['pools={"a": {}}', "sample:pools", '{"a":{}}'],
      ["pools.user.count=2", "sample:pools", '{"user":{"vmSize":"D2","count":2}}'],
      ["pools.user.version=1.30", "sample:pools", '{"user":{"vmSize":"D2","count":1,"version":"1.30"}}'],
      ["pools.user.id=007", "sample:pools", '{"user":{"vmSize":"D2","count":1,"id":"007"}}'],
      ["pools.user.spot=true", "sample:pools", '{"user":{"vmSize":"D2","count":1,"spot":true}}'],
      ['pools.user.zones=["1"]', "sample:pools", '{"user":{"vmSize":"D2","count":1,"zones":["1"]}}'],
      ["pools.user.taints[0]=a", "sample:pools", '{"user":{"vmSize":"D2","count":1,"taints":["a"]}}'],
      ['pools.user.labels["a.b/c"]=d', "sample:pools", '{"user":{"vmSize":"D2","count":1,"labels":{"a.b/c":"d"}}}'],
      ["workloads.orders.replicas=2", "sample:workloads", '{"orders":{"replicas":2}}'],
    ];
    for (const [override, key, value] of cases) {
      it(`${override} is ${key} ${value}`, () => assert.deepEqual(set(override), { [key]: value }));
    }

    it("takes several into one value, the last one winning", () => {
      assert.deepEqual(set("workloads.a.replicas=1", "workloads.b.replicas=2", "workloads.a.replicas=3"), {
        "sample:workloads": '{"a":{"replicas":3},"b":{"replicas":2}}',
      });
    });

    for (const override of ["replicas", "", "=2", "sample:=2", "a[x]=1", "a]=1", "a..b=1"]) {
      it(`refuses "${override}"`, () => {
        assert.throws(() => read([override]), { name: "UsageError", message: `--set takes key=value, got "${override}"` });
      });
    }

    it("refuses an item beyond the end of a list", () => {
      assert.throws(() => read(["zones[2]=3"]), { name: "UsageError", message: "--set names item 2 of a list that has 1" });
    });
  });

  describe("with encrypted values", () => {
    beforeEach(() => {
      const nested = "pools:\n    user:\n      keys: [{ secure: AAAB }, open]\n";
      write("Pulumi.dev.yaml", `config:\n  token: { secure: AAAA }\n  other:secret:\n    secure: AAAC\n  ${nested}`);
    });

    it("has stand-ins in their place, also inside objects, lists their keys and keeps them secret", () => {
      const { config, standIns, secretKeys } = read();
      assert.equal(config["sample:token"], "rehearsal-stand-in");
      assert.equal(config["other:secret"], "rehearsal-stand-in");
      assert.equal(config["sample:pools"], '{"user":{"keys":["rehearsal-stand-in","open"]}}');
      const keys = ["other:secret", "sample:pools", "sample:token"];
      assert.deepEqual(
        { standIns: [...standIns].sort(), secretKeys: [...secretKeys].sort() },
        { standIns: keys, secretKeys: keys },
      );
    });

    it("needs no stand-in for a value that is set, which stays secret", () => {
      const { config, standIns, secretKeys } = read(["token=known"]);
      assert.equal(config["sample:token"], "known");
      assert.deepEqual([...standIns].sort(), ["other:secret", "sample:pools"]);
      assert.ok(secretKeys.includes("sample:token"));
    });

    it("keeps secret what the project declares secret, encrypted or not", () => {
      write("Pulumi.dev.yaml", "config:\n  token: open\n");
      const { secretKeys, standIns } = read();
      assert.deepEqual({ secretKeys, standIns }, { secretKeys: ["sample:token"], standIns: [] });
    });
  });

  describe("that cannot be read", () => {
    const at = (file: string) => join(directory, file);

    it("names the stacks that there are", () => {
      write("Pulumi.prod.yaml", "");
      assert.throws(() => read([], "test"), {
        name: "UsageError",
        message: 'stack "test" has no file Pulumi.test.yaml',
        fix: "use one of: dev, prod, or create the file",
      });
    });

    it("asks for the file where there is no stack at all", () => {
      rmSync(at("Pulumi.dev.yaml"));
      assert.throws(() => read(), { message: 'stack "dev" has no file Pulumi.dev.yaml', fix: "create the file" });
    });

    it("says that this is no folder of a project", () => {
      rmSync(at("Pulumi.yaml"));
      const expected = {
        message: `cannot read ${at("Pulumi.yaml")}`,
        fix: "run the command in the folder of the Pulumi project",
      };
      assert.throws(() => read(), expected);
    });

    it("says where a file is no YAML, in one line", () => {
      write("Pulumi.dev.yaml", "config:\n  a: [1\n");
      assert.throws(() => read(), {
        name: "UsageError",
        message: /^\S+Pulumi\.dev\.yaml is not YAML: .+ at line \d+, column \d+:?$/,
      });
    });

    it("says which part of a file has another shape", () => {
      write("Pulumi.yaml", "config: []\n");
      assert.throws(() => read(), { name: "UsageError", message: /Pulumi\.yaml: .*at name.*at config/s });
      write("Pulumi.yaml", PROJECT);
      write("Pulumi.dev.yaml", "config: text\n");
      assert.throws(() => read(), { name: "UsageError", message: /Pulumi\.dev\.yaml: .*at config/s });
    });
  });
});
