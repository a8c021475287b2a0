// What a person is told of a pod that is not ready, and of what was uploaded.
import { deepStrictEqual } from "node:assert";
import { KubernetesApi } from "../../rehearsal/cloud/fronts/kubernetes";
import type { BuiltInRegistry } from "../../rehearsal/cloud/taskRuns";
import { podTemplate } from "../../rehearsal/cluster/podTemplate";
import { type Evidence, findingsOf } from "../../rehearsal/findings";
import type { PodRun } from "../../rehearsal/pods";
import { chainModel } from "../support/chainModel";

const PROBE = { readinessProbe: { httpGet: { path: "/readyz", port: 8080 } } };

function evidence(run: Partial<PodRun>, container: object = PROBE, built: readonly BuiltInRegistry[] = []): Evidence {
  const spec = { template: { spec: { containers: [{ name: "web", image: "x", ...container }] } } };
  const object = { kind: "apps/v1:Deployment", partial: false, namespace: "web", name: "web", labels: {}, annotations: {} };
  const api = new KubernetesApi();
  const template = podTemplate({ ...object, declared: "kubernetes:apps/v1:Deployment::web", inputs: { spec } }, api, "");
  const report = {
    pod: "web/web-0",
    namespace: "web",
    name: "web-0",
    serviceAccount: "web",
    mutated: true,
    env: [],
    containers: [],
  };
  return {
    pods: {
      states: [],
      reports: [{ ...report, ready: run.status === 200, url: "http://127.0.0.1:46123" }],
      templates: [{ state: { model: chainModel(), templates: [template], api }, template, links: [] }],
      findings: [],
      notCovered: [],
      plans: new Map(),
      others: [],
      runs: new Map([["web/web-0", { output: "", end: undefined, status: undefined, ports: {}, tokenFile: undefined, ...run }]]),
      processes: new Map(),
      lost: new Promise(() => {}),
      appReadyMs: 0,
      firstSecretMs: 0,
    },
    unrehearsed: [],
    controls: [],
    demonstrations: { reports: [], findings: [] },
    calls: [],
    exchanges: [],
    built,
  };
}

describe("the finding of a pod that is not ready", () => {
  const listening = "ready\n";
  for (const [what, run, container, actual] of [
    [
      "names the error of a process that ended, not what Node prints after it",
      {
        end: "exited with code 1",
        output: "Error: Cannot find module '/app/server.js'\n    at f (a.js:1:1)\n}\n\nNode.js v24.21.0\n",
      },
      PROBE,
      "its process exited with code 1; its last error: Error: Cannot find module '/app/server.js'",
    ],
    [
      "names the port on which nothing answers",
      {},
      PROBE,
      "nothing answers on 127.0.0.1:46123; the pod must listen on the variable PORT",
    ],
    [
      "quotes a process that runs",
      { output: listening, status: 500 },
      PROBE,
      "its readiness probe answers 500; its last line: ready",
    ],
    ["speaks of no probe where there is none", { status: 503 }, {}, "it has read no secret, and has no readiness probe"],
  ] as const)
    it(what, () => {
      const found = findingsOf(evidence(run, container));
      deepStrictEqual(
        found.map((one) => [one.rule, one.resource, one.actual]),
        [["WI099", "web/web-0", actual]],
      );
    });
});

describe("the finding of an uploaded folder", () => {
  const built = (unwanted: readonly string[]) => ({
    image: "web:1",
    loginServer: "cr.azurecr.io",
    buildMs: 1,
    files: 9,
    bytes: 9,
    unwanted,
  });
  const found = (...folders: readonly (readonly string[])[]) =>
    findingsOf(evidence({ status: 200 }, PROBE, folders.map(built))).map((one) => [
      one.rule,
      one.severity,
      one.resource,
      one.actual,
    ]);

  it("is a warning that names what does not belong there, of a long list the first five", () => {
    deepStrictEqual(found([]), []);
    const head = ["WI036", "warning", "image cr.azurecr.io/web:1"];
    deepStrictEqual(found([".env", "node_modules"]), [[...head, ".env, node_modules"]]);
    deepStrictEqual(found(["1", "2", "3", "4", "5", "6", "7"]), [[...head, "1, 2, 3, 4, 5 and 2 more"]]);
  });
});

describe("the findings of what resources show by themselves", () => {
  it("are a rehearsal's too, and are not told once more where a pod's chain told them", () => {
    const { pods, ...rest } = evidence({ status: 200 });
    const [first] = pods.templates;
    if (first === undefined) throw new Error("no template");
    const model = chainModel({ credential: { audiences: ["api://other", "api://AzureADTokenExchange"] } });
    const states = [{ ...first.state, model }];
    const audiences = ({ rule, property }: { rule: string; property: string }) => `${rule} ${property}`;
    deepStrictEqual(findingsOf({ ...rest, pods: { ...pods, states } }).map(audiences), ["WI070 audiences"]);
    const said = {
      rule: "WI002",
      resource: "azure-native:managedidentity:FederatedIdentityCredential::orders",
      property: "audiences",
    };
    const finding = { ...said, severity: "error", code: null, message: "", expected: "", actual: "", fix: "" } as const;
    const links = [{ link: "audience", expected: "", found: "", finding }];
    deepStrictEqual(findingsOf({ ...rest, pods: { ...pods, states, templates: [{ ...first, links }] } }).map(audiences), [
      "WI002 audiences",
    ]);
  });
});
