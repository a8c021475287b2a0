import { deepEqual } from "node:assert/strict";
import { diffInputs } from "../../../../rehearsal/engine/diff";
import { UNKNOWN } from "../../../../rehearsal/program/recording";
import { NOTHING, replacement, update } from "./answers";

describe("A change of a Kubernetes object", () => {
  const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
  const deployment = (spec: object, metadata: object = { name: "web", namespace: "web" }) => ({ metadata, spec });
  const selector = (app: string) => ({ selector: { matchLabels: { app } } });

  it("updates a pod's template, and replaces by the selector", () => {
    const image = (name: string) => deployment({ template: { spec: { containers: [{ name: "web", image: name }] } } });
    deepEqual(diffInputs(DEPLOYMENT, image("a"), image("b")), update("spec.template.spec.containers[0].image"));
    deepEqual(
      diffInputs(DEPLOYMENT, deployment(selector("a")), deployment(selector("b"))),
      replacement(true, "spec.selector.matchLabels.app"),
    );
    deepEqual(diffInputs(DEPLOYMENT, { metadata: { name: "a" } }, { ...deployment(selector("a"), { name: "a" }) }).detailed, {
      spec: "add-replace",
    });
  });

  it("replaces by name and namespace, and then the two can be there at once", () => {
    const named = (name: string, namespace: string) => deployment({}, { name, namespace });
    deepEqual(diffInputs(DEPLOYMENT, named("a", "x"), named("b", "x")), replacement(false, "metadata.name"));
    deepEqual(diffInputs(DEPLOYMENT, named("a", "x"), named("a", "y")), replacement(false, "metadata.namespace"));
    deepEqual(diffInputs(DEPLOYMENT, named("a", "x"), named(UNKNOWN, "x")), replacement(false, "metadata.name"));
  });

  it("replaces by what comes with a selector, not by what comes without, and by metadata that goes", () => {
    deepEqual(diffInputs(DEPLOYMENT, {}, { spec: { replicas: 1 } }).detailed, { spec: "add" });
    deepEqual(diffInputs(DEPLOYMENT, {}, { spec: selector("a") }).detailed, { spec: "add-replace" });
    deepEqual(diffInputs(DEPLOYMENT, { metadata: { name: "a" } }, {}).detailed, { metadata: "delete-replace" });
  });

  it("creates first what has a made-up name", () => {
    const annotations = { "pulumi.com/autonamed": "true" };
    const made = (app: string) => deployment(selector(app), { name: "web-1a2b3c4d", annotations });
    deepEqual(diffInputs(DEPLOYMENT, made("a"), made("b")), replacement(false, "spec.selector.matchLabels.app"));
  });

  it("takes no namespace for the default one, and for none where the kind has none", () => {
    deepEqual(diffInputs(DEPLOYMENT, { metadata: { namespace: "" } }, { metadata: { namespace: "default" } }), NOTHING);
    deepEqual(diffInputs(DEPLOYMENT, { metadata: { name: "a" } }, { metadata: { name: "a", namespace: "default" } }), NOTHING);
    const namespace = "kubernetes:core/v1:Namespace";
    deepEqual(diffInputs(namespace, { metadata: { name: "a" } }, { metadata: { name: "a", namespace: "b" } }), NOTHING);
  });

  it("replaces a service by its cluster address only", () => {
    const service = (spec: object) => deployment(spec);
    const type = "kubernetes:core/v1:Service";
    deepEqual(diffInputs(type, service({ clusterIP: "a" }), service({ clusterIP: "b" })), replacement(true, "spec.clusterIP"));
    deepEqual(diffInputs(type, service({ type: "a" }), service({ type: "b" })), update("spec.type"));
  });

  it("replaces secrets and config maps by what they hold", () => {
    const metadata = { name: "a", namespace: "b" };
    const data = (value: string) => ({ metadata, data: { key: value } });
    for (const type of ["kubernetes:core/v1:Secret", "kubernetes:core/v1:ConfigMap"])
      deepEqual(diffInputs(type, data("a"), data("b")), replacement(true, "data.key"), type);
  });

  it("updates ServiceAccounts, autoscalers, network policies and budgets in place", () => {
    const metadata = (value: string) => ({ metadata: { name: "a", annotations: { "a/b": value } }, spec: { x: value } });
    for (const type of [
      "kubernetes:core/v1:ServiceAccount",
      "kubernetes:core/v1:ServiceAccountPatch",
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "kubernetes:policy/v1:PodDisruptionBudget",
    ])
      deepEqual(diffInputs(type, metadata("a"), metadata("b")), update("metadata.annotations.a/b", "spec.x"), type);
  });
});
