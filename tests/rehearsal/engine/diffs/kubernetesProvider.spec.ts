import { deepEqual } from "node:assert/strict";
import { diffInputs } from "../../../../rehearsal/engine/diff";
import { UNKNOWN } from "../../../../rehearsal/program/recording";
import { replacement, secret, update } from "./answers";

describe("A change of the Kubernetes provider", () => {
  const PROVIDER = "pulumi:providers:kubernetes";
  const kubeconfig = (server: string, user = "u") =>
    JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "k", user } }],
      clusters: [{ name: "k", cluster: { server } }],
      users: [{ name: user }],
    });

  it("replaces by another cluster identifier, and by nothing else while that stays", () => {
    const olds = { clusterIdentifier: "a", kubeconfig: kubeconfig("https://a") };
    deepEqual(diffInputs(PROVIDER, olds, { ...olds, clusterIdentifier: "b" }), replacement(false, "clusterIdentifier"));
    deepEqual(diffInputs(PROVIDER, olds, { ...olds, clusterIdentifier: UNKNOWN }), replacement(false, "clusterIdentifier"));
    deepEqual(diffInputs(PROVIDER, olds, { ...olds, kubeconfig: kubeconfig("https://b") }), update("kubeconfig"));
    deepEqual(diffInputs(PROVIDER, olds, { ...olds, kubeconfig: UNKNOWN }), update("kubeconfig"));
  });

  it("without one replaces by a kubeconfig that is not known, or of another cluster, not by another user", () => {
    const olds = { kubeconfig: kubeconfig("https://a") };
    deepEqual(diffInputs(PROVIDER, olds, { kubeconfig: UNKNOWN }), replacement(false, "kubeconfig"));
    deepEqual(diffInputs(PROVIDER, olds, { kubeconfig: secret(kubeconfig("https://b")) }), replacement(false, "kubeconfig"));
    deepEqual(diffInputs(PROVIDER, olds, { kubeconfig: kubeconfig("https://a", "v") }), update("kubeconfig"));
  });

  it("looks at the cluster that context and cluster of the inputs choose", () => {
    const both = JSON.stringify({
      "current-context": "x",
      contexts: ["x", "y"].map((name) => ({ name, context: { cluster: name } })),
      clusters: ["x", "y"].map((name) => ({ name, cluster: { server: `https://${name}` } })),
    });
    const chosen = (choice: object) => ({ kubeconfig: both, ...choice });
    deepEqual(diffInputs(PROVIDER, chosen({ context: "x" }), chosen({ context: "y" })), replacement(false, "context"));
    deepEqual(diffInputs(PROVIDER, chosen({ cluster: "x" }), chosen({ cluster: "y" })), replacement(false, "cluster"));
    deepEqual(diffInputs(PROVIDER, chosen({}), chosen({ context: "x" })).detailed, { context: "add" });
  });

  it("replaces by another folder to write manifests to", () => {
    const folder = (renderYamlToDirectory: string) => ({ renderYamlToDirectory });
    deepEqual(diffInputs(PROVIDER, folder("a"), folder("b")), replacement(false, "renderYamlToDirectory"));
  });

  it("replaces nothing because an identifier is given or taken away", () => {
    const olds = { kubeconfig: kubeconfig("https://a") };
    const added = diffInputs(PROVIDER, olds, { ...olds, clusterIdentifier: "a" });
    deepEqual([added.detailed, added.replaces], [{ clusterIdentifier: "add" }, []]);
  });

  it("changes all else in place", () => {
    deepEqual(
      diffInputs(PROVIDER, { enableServerSideApply: "true" }, { enableServerSideApply: "false" }),
      update("enableServerSideApply"),
    );
  });
});
