// What pods come from an object of each kind, and what they are called.
import { deepStrictEqual, throws } from "node:assert";
import { KubernetesApi } from "../../../rehearsal/cloud/fronts/kubernetes";
import { podId, podLink, podName, podTemplate } from "../../../rehearsal/cluster/podTemplate";

const SPEC = { serviceAccountName: "orders", containers: [{ name: "app", image: "app" }] };
const TEMPLATE = { metadata: { labels: { app: "orders" } }, spec: SPEC };

function template(kind: string, inputs: object) {
  const object = {
    kind,
    partial: false,
    namespace: "web",
    name: "orders",
    labels: { app: "owner" },
    annotations: {},
    declared: "d",
  };
  return podTemplate({ ...object, inputs: { ...inputs } }, new KubernetesApi(), "");
}

const KINDS: readonly (readonly [kind: string, inputs: object, names: readonly string[], place: string, runsToEnd: boolean])[] = [
  ["apps/v1:Deployment", { spec: { template: TEMPLATE, replicas: 2 } }, ["orders-0", "orders-1"], "spec.template", false],
  ["apps/v1:StatefulSet", { spec: { template: TEMPLATE, replicas: 2 } }, ["orders-0", "orders-1"], "spec.template", false],
  ["apps/v1:DaemonSet", { spec: { template: TEMPLATE } }, ["orders-a"], "spec.template", false],
  ["apps/v1:ReplicaSet", { spec: { template: TEMPLATE } }, ["orders-a"], "spec.template", false],
  [
    "batch/v1:Job",
    { spec: { template: TEMPLATE, completions: 5, parallelism: 2 } },
    ["orders-a", "orders-b"],
    "spec.template",
    true,
  ],
  [
    "batch/v1:CronJob",
    { spec: { schedule: "@daily", jobTemplate: { spec: { template: TEMPLATE } } } },
    ["orders-a"],
    "spec.jobTemplate.spec.template",
    true,
  ],
  ["core/v1:Pod", TEMPLATE, ["orders"], "", false],
  ["core/v1:Pod", { ...TEMPLATE, spec: { ...SPEC, restartPolicy: "Never" } }, ["orders"], "", true],
];

describe("a workload", () => {
  it("has pods of every kind, under the names that Kubernetes gives them", () => {
    for (const [kind, inputs, names, place, runsToEnd] of KINDS) {
      const its = template(kind, inputs);
      const found = Array.from({ length: its.replicas }, (_, index) => podName(its, index));
      // What Kubernetes makes up is five letters without a vowel.
      const shapes = names.map((name) =>
        /-(\d+)$/.test(name) || !name.includes("-") ? name : /^orders-[bcdfghjklmnpqrstvwxz2456789]{5}$/,
      );
      deepStrictEqual(found.length, shapes.length, kind);
      for (const [index, shape] of shapes.entries())
        deepStrictEqual(
          typeof shape === "string" ? found[index] === shape : shape.test(found[index] ?? ""),
          true,
          `${kind}: ${found[index]}`,
        );
      deepStrictEqual(new Set(found).size, found.length);
      deepStrictEqual(podId(its, 0), `web/${found[0]}`);
      deepStrictEqual(
        [podLink(its).template, its.runsToEnd, its.labels, its.serviceAccountName],
        [place, runsToEnd, { app: "orders" }, "orders"],
      );
    }
  });

  it("has another name than one of another kind that is called the same", () => {
    const ids = KINDS.slice(1, 7).map(([kind, inputs]) => podId(template(kind, inputs), 0));
    deepStrictEqual(new Set(ids).size, ids.length);
  });

  it("has none where the program wants none, and says why", () => {
    const job = { template: TEMPLATE };
    for (const [kind, spec, why] of [
      ["apps/v1:StatefulSet", { template: TEMPLATE, replicas: 0 }, "it has no replicas"],
      ["batch/v1:Job", { ...job, suspend: true }, "it is suspended"],
      ["batch/v1:Job", { ...job, parallelism: 0 }, "its parallelism is 0"],
      ["batch/v1:CronJob", { suspend: true, jobTemplate: { spec: job } }, "it is suspended"],
      ["batch/v1:CronJob", { jobTemplate: { spec: { ...job, suspend: true } } }, "it is suspended"],
    ] as const) {
      const { replicas, whyNone } = template(kind, { spec });
      deepStrictEqual([replicas, whyNone], [0, why]);
    }
  });

  it("goes by the older name of the ServiceAccount's field, and by default where there is none", () => {
    const named = (spec: object) =>
      template("core/v1:Pod", { spec: { containers: SPEC.containers, ...spec } }).serviceAccountName;
    deepStrictEqual([named({ serviceAccount: "older" }), named({})], ["older", "default"]);
  });

  it("resolves variables in commands, as the kubelet does", () => {
    const env = [{ name: "VAULT", value: "kv" }];
    const containers = [
      { name: "app", image: "app", env, command: ["run"], args: ["https://$(VAULT).vault.azure.net", "$$(VAULT)"] },
    ];
    deepStrictEqual(podLink(template("core/v1:Pod", { spec: { containers } })).containers[0]?.commandLine, [
      "run",
      "https://kv.vault.azure.net",
      "$(VAULT)",
    ]);
  });

  it("is the program's mistake where Kubernetes would not take it, wherever its template stands", () => {
    throws(() => template("batch/v1:CronJob", { spec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } } }), {
      name: "UsageError",
      message: /^d is no workload that Kubernetes would take: spec\.jobTemplate\.spec\.template\.spec\.containers: /,
    });
  });
});
