// A workload that names no provider, while its ServiceAccount lies in a cluster of the program.
import { match } from "node:assert";
import { clusters, unrehearsed } from "../../rehearsal/chainModel";
import { emulatedCloud } from "../support/program";

describe("a workload without a provider", () => {
  it("is told to name the one of its ServiceAccount's cluster", async () => {
    const cloud = emulatedCloud();
    const register = (type: string, name: string, inputs: object, provider = "") =>
      cloud.register({ type, name, inputs: { ...inputs }, provider, id: undefined });
    const group = { resourceGroupName: "rg", location: "westeurope" };
    await register("azure-native:resources:ResourceGroup", "rg", group);
    const aks = { resourceGroupName: "rg", resourceName: "aks", oidcIssuerProfile: { enabled: true } };
    await register("azure-native:containerservice:ManagedCluster", "aks", aks);
    const server = `https://${clusters(cloud)[0]?.fqdn}:443`;
    cloud.connect("own", { kubeconfig: JSON.stringify({ clusters: [{ cluster: { server } }] }) });
    cloud.kubernetes.connectUnknown("machine", "");
    await register("kubernetes:core/v1:ServiceAccount", "orders", { metadata: { name: "orders" } }, "p::own");
    const metadata = { labels: { "azure.workload.identity/use": "true" } };
    const template = { metadata, spec: { serviceAccountName: "orders", containers: [{ name: "web", image: "x" }] } };
    await register("kubernetes:apps/v1:Deployment", "orders", { spec: { template } }, "p::machine");
    const [left] = unrehearsed(cloud);
    match(left?.reason ?? "", /names no provider, .*its ServiceAccount is in azure-native:containerservice:ManagedCluster::aks/);
    match(left?.fix ?? "", /^Pass \{ provider \}/);
  });
});
