// The report for a person, of a program that exports nothing.
import { strict as assert } from "node:assert";
import { stripVTControlCharacters } from "node:util";
import { finding } from "../../chain";
import { printReport } from "../../cli/rehearseOutput";
import type { Report } from "../../rehearsal/report";

const timings = { programMs: 0, cloudMs: 0, appReadyMs: 0, firstSecretMs: 0, totalMs: 1234 };
const nothing = {
  pods: [],
  exchanges: [],
  calls: [],
  controls: [],
  demonstrations: [],
  findings: [],
  outputs: {},
  notCovered: [],
  engine: null,
};

function printed(change: Partial<Report>, output: ReadonlyMap<string, string> = new Map(), program?: string): string {
  const rehearsal: Parameters<typeof printReport>[0] = {
    report: { schemaVersion: 1, ok: false, stack: "dev", ...nothing, timings, ...change },
    chains: [],
    output,
    standIns: [{ pod: "orders/orders", image: "ghcr.io/contoso/orders:1.4.2" }],
    registered: 24,
  };
  const lines: string[] = [];
  const { log } = console;
  console.log = (line = "") => lines.push(line);
  try {
    printReport(rehearsal, false, program);
  } finally {
    console.log = log;
  }
  return stripVTControlCharacters(lines.join("\n"));
}

describe("the report for a person", () => {
  it("says why pulumi up failed, and of an engine that the resources were created", () => {
    const text = printed({
      engine: { version: "3.255.0", failure: "two\nlines", destroyFailure: null, left: null, softDeletedVaults: null },
    });
    assert.match(text, /✗ pulumi up\n {4}two\n {4}lines\n/);
    assert.match(text, /24 resources created by the engine, their outputs emulated;/);
    assert.match(text, /Not checked: the providers' own code \(stand-ins check inputs by the packages' types\), quota/);
  });

  it("says which images were not run, and lists what was not covered where that is little", () => {
    const entry = { resource: "Deployment::cache", reason: "not run: nothing in it is meant for workload identity" };
    const text = printed({ notCovered: [entry] });
    assert.match(
      text,
      /^stand-in: orders\/orders \(ghcr\.io\/contoso\/orders:1\.4\.2\): a built-in program ran, not this image$/m,
    );
    assert.match(text, /1 resource not exercised\.\n {2}Deployment::cache: not run: nothing in it/);
    const many = printed({ notCovered: Array.from({ length: 6 }, () => entry) });
    assert.match(many, /\(--json lists them\)\.\nNot checked/);
  });

  it("tells a chain that works from a stack that does not go", () => {
    const engine = { version: "3.255.0", failure: null, destroyFailure: "is protected", left: ["/a"], softDeletedVaults: [] };
    const text = printed({ engine });
    assert.match(text, /✗ pulumi destroy\n {4}is protected\n/);
    assert.match(text, /The chain works, and the stack does not go in/);
    assert.match(printed({ engine: { ...engine, destroyFailure: null } }), /✗ pulumi destroy left\n {4}\/a\n/);
  });

  it("shows issuer and address only where the program exports them", () => {
    assert.doesNotMatch(printed({}), /undefined|issuerUrl|serviceIp/);
    assert.match(
      printed({ outputs: { issuerUrl: "https://issuer/", serviceIp: "203.0.113.1" } }),
      /^issuerUrl {2}https:\/\/issuer\/\nserviceIp {2}203\.0\.113\.1 {2}\(emulated\)$/m,
    );
  });

  it("ends with what it does not show", () => {
    assert.match(
      printed({}),
      /in 1\.23 s\.\nstand-in: .*\n24 resources registered, their outputs emulated; 0 resources not exercised\.\nNot checked: .*\nThe same program for real: pulumi up --stack dev$/,
    );
  });

  it("names the folder of a program that is not this project's own", () => {
    assert.match(printed({}, new Map(), "../theirs"), /for real: pulumi up --stack dev --cwd \.\.\/theirs$/);
  });

  it("counts as a resource neither a step of a Dockerfile nor a value of the configuration", () => {
    const image = "docker:index/image:Image::app";
    const notCovered = [
      { resource: image, reason: "not built as an image" },
      { resource: image, reason: "step of the image's Dockerfile not performed: RUN apk add curl" },
      { resource: image, reason: "step of the image's Dockerfile not performed: RUN make" },
      { resource: "config app:secret", reason: "encrypted in the stack's file: a stand-in took its place" },
    ];
    const extent = "1 resource not exercised, 2 steps of Dockerfiles not performed, 1 encrypted value not read";
    assert.ok(printed({ notCovered }).includes(`; ${extent} (--json lists them).\nNot checked`));
  });

  const place = { resource: "app", property: "p", expected: "e", actual: "node:24" };
  for (const [what, found, head] of [
    [
      "the code that a pod shows",
      finding("WI030", place),
      "✗ ImagePullFailed  Does not hold: the image that the pod names is there (WI030)",
    ],
    [
      "the rule where it is all that explains it",
      finding("WI032", place),
      "✗ WI032  Does not hold: a pod that is ready has read the secret that it was given",
    ],
    ["a warning's rule", finding("WI034", place), "! WI034  The base image may change: node:24"],
    ["that nothing explains it", finding("WI099", place), "✗ Unexplained  Does not hold: the pod becomes ready (WI099)"],
  ] as const)
    it(`heads a finding with ${what}`, () =>
      assert.ok(printed({ findings: [found] }).includes(`\n${head}\n    resource  app\n`)));

  it("shows the last twenty lines of a pod that is not ready", () => {
    const pod = {
      pod: "web/web-0",
      namespace: "web",
      name: "web-0",
      serviceAccount: "web",
      mutated: true,
      env: [],
      url: null,
      containers: [],
    };
    const output = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
    const shown = (ready: boolean) => printed({ pods: [{ ...pod, ready }] }, new Map([["web/web-0", output.join("\n")]]));
    const last = output.slice(10).map((line) => `    ${line}\n`);
    assert.ok(shown(false).includes(`\nlast lines of web/web-0\n${last.join("")}\n`));
    assert.doesNotMatch(shown(true), /line \d/);
  });
});
