import { deepStrictEqual } from "node:assert";
import { previewOutputs } from "../../../rehearsal/engine/previewOutputs";
import { UNKNOWN } from "../../../rehearsal/program/recording";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";

describe("What a preview knows of a resource's outputs", () => {
  it("is what was sent, for a new one, and that the rest is not known, also inside of what was sent", () => {
    const inputs = { resourceName: "aks", oidcIssuerProfile: { enabled: true } };
    deepStrictEqual(previewOutputs(CLUSTER, inputs, undefined), {
      ...inputs,
      name: UNKNOWN,
      fqdn: UNKNOWN,
      identityProfile: UNKNOWN,
      oidcIssuerProfile: { enabled: true, issuerURL: UNKNOWN },
    });
  });

  it("is no more for an update in Azure, but for the name: azure-native takes nothing else over from before", () => {
    const before = { name: "id-web", clientId: "client", principalId: "principal", tenantId: "tenant" };
    deepStrictEqual(previewOutputs(IDENTITY, { resourceName: "id-web", tags: {} }, before), {
      resourceName: "id-web",
      tags: {},
      name: "id-web",
      clientId: UNKNOWN,
      principalId: UNKNOWN,
      tenantId: UNKNOWN,
    });
  });

  it("is what was there before, for an update with another provider", () => {
    const service = { spec: { type: "LoadBalancer" } };
    const status = { loadBalancer: { ingress: [{ ip: "203.0.113.7" }] } };
    deepStrictEqual(previewOutputs("kubernetes:core/v1:Service", service, { status }), { ...service, status });
    deepStrictEqual(
      previewOutputs("azuread:index/application:Application", { displayName: "b" }, { objectId: "o", clientId: "c" }),
      {
        displayName: "b",
        objectId: "o",
        clientId: "c",
      },
    );
  });
});
