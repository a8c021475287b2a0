// A program that fails is told the rule that it breaks, beside the error that it ends with.
import { match, strictEqual, throws } from "node:assert";
import { KubernetesApi } from "../../rehearsal/cloud/fronts/kubernetes";
import { withRules } from "../../rehearsal/programFailure";
import { UsageError } from "../../rehearsal/usageError";
import { emulatedCloud } from "../support/program";

async function withCluster(inputs: object) {
  const cloud = emulatedCloud();
  const register = (type: string, name: string, more: object) =>
    cloud.register({ type: `azure-native:${type}`, name, inputs: { ...more }, provider: "", id: undefined });
  await register("resources:ResourceGroup", "rg", { resourceGroupName: "rg", location: "westeurope" });
  await register("containerservice:ManagedCluster", "aks", { resourceGroupName: "rg", resourceName: "aks", ...inputs });
  return cloud;
}

const REASON = "TypeError: Cannot read properties of undefined (reading 'issuerURL')";
const failed = (message: string) => new UsageError(message, "change the program");

describe("a program that fails", () => {
  it("is told that its cluster has no issuer", async () => {
    const { message, fix } = withRules(failed(REASON), await withCluster({}));
    match(message, /reading 'issuerURL'\)\n {2}WI008: .*issuer is on\n/);
    match(message, /azure-native:containerservice:ManagedCluster::aks, oidcIssuerProfile\.enabled: expected true, got false/);
    strictEqual(fix, "change the program");
  });

  it("is told the rule that a refusal stands for", async () => {
    const cloud = await withCluster({ oidcIssuerProfile: { enabled: true } });
    match(
      withRules(failed("BadRequest: Federated identity credentials must have exactly one audience."), cloud).message,
      /WI070: /,
    );
    const error = failed(REASON);
    strictEqual(withRules(error, cloud), error);
  });

  it("is refused a workload whose template lacks the labels of its selector", async () => {
    const api = new KubernetesApi();
    const orders = (kind: string, labels: object) => () =>
      api.register(
        kind,
        kind.toLowerCase(),
        { spec: { selector: { matchLabels: { app: "orders" } }, template: { metadata: { labels } } } },
        `kubernetes:${kind}::orders`,
      );
    const refusal = /Invalid: .*`selector` does not match template `labels`/;
    for (const kind of ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]) {
      throws(orders(`apps/v1:${kind}`, { app: "order" }), refusal);
      orders(`apps/v1:${kind}`, { app: "orders", tier: "backend" })();
    }
    throws(orders("batch/v1:Job", {}), refusal);
    const cloud = await withCluster({ oidcIssuerProfile: { enabled: true } });
    match(withRules(failed("Invalid: `selector` does not match template `labels`"), cloud).message, /WI058: /);
  });
});
