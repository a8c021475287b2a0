// What a report says of an image: an error where the kubelet starts nothing, a warning where it does.
import { strict as assert } from "node:assert";
import type { BuiltImage } from "../../rehearsal/build/types";
import { KubernetesApi } from "../../rehearsal/cloud/fronts/kubernetes";
import { podTemplate } from "../../rehearsal/cluster/podTemplate";
import { imageFindings } from "../../rehearsal/imageFindings";

const DECLARED = "kubernetes:apps/v1:Deployment::orders";
const FLOATING = { kind: "floatingBase", line: 1, actual: "node:24" } as const;
const NAMED = { kind: "userNotNumeric", line: 5, actual: "USER node" } as const;

function findings(pod: object, container: object, image: Partial<BuiltImage>) {
  const spec = { securityContext: pod, containers: [{ name: "web", image: "x", securityContext: container }] };
  const object = { kind: "apps/v1:Deployment", partial: false, namespace: "web", name: "orders", labels: {}, annotations: {} };
  const template = podTemplate(
    { ...object, declared: DECLARED, inputs: { spec: { template: { spec } } } },
    new KubernetesApi(),
    "",
  );
  const whole = { runnable: { problem: "none" }, user: "65532", warnings: [], notPerformed: [], ...image };
  const [first] = template.containers;
  assert.ok(first);
  return imageFindings(template, whole, first, 'spec.template.spec.containers["web"]').map(
    ({ rule, severity, code, resource, property, actual }) => {
      assert.equal(resource, DECLARED);
      return [rule, severity, code, property, actual];
    },
  );
}

const WARNED = ["WI035", "warning", null, 'spec.template.spec.containers["web"].image (Dockerfile, line 5)', "USER node"];
const REFUSED = [
  "WI035",
  "error",
  "CreateContainerConfigError",
  'spec.template.spec.containers["web"].securityContext',
  "container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root",
];

describe("the findings of an image", () => {
  it("are none for a number as user on a base that stays", () => assert.deepEqual(findings({ runAsNonRoot: true }, {}, {}), []));

  it("warn of every base that floats", () => {
    const place = (line: number) => `spec.template.spec.containers["web"].image (Dockerfile, line ${line})`;
    assert.deepEqual(findings({}, {}, { warnings: [FLOATING, { ...FLOATING, line: 3, actual: "nginx" }] }), [
      ["WI034", "warning", null, place(1), "node:24"],
      ["WI034", "warning", null, place(3), "nginx"],
    ]);
  });

  it("warn of a user that is a name where the pod asks for nothing", () => {
    assert.deepEqual(findings({}, {}, { user: "node", warnings: [NAMED] }), [WARNED]);
  });

  it("are an error where the pod, or its container, must not run as root", () => {
    const image = { user: "node", warnings: [NAMED] };
    assert.deepEqual(findings({ runAsNonRoot: true }, {}, image), [REFUSED]);
    assert.deepEqual(findings({}, { runAsNonRoot: true }, image), [REFUSED]);
    assert.deepEqual(findings({ runAsNonRoot: true }, { runAsNonRoot: false }, image), [WARNED]);
  });

  it("say nothing of the user where the pod or its container sets one", () => {
    const image = { user: "node", warnings: [NAMED] };
    assert.deepEqual(findings({ runAsNonRoot: true, runAsUser: 65532 }, {}, image), []);
    assert.deepEqual(findings({ runAsNonRoot: true }, { runAsUser: 65532 }, image), []);
  });
});
