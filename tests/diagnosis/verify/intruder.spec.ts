// What an intruder is made of, from a Deployment as the API server gives it.
import { deepStrictEqual } from "node:assert";
import { intruders } from "../../../diagnosis/verify/intruder";

const OUTPUT = {
  issuer: "i",
  subject: "s",
  audience: "a",
  clientId: "own-client",
  tenantId: "own-tenant",
  identityId: "/subscriptions/x",
  namespace: "web",
  serviceAccount: "web",
};

describe("An intruder", () => {
  it("has the Deployment's pod but for account, labels, and what could end it before it has spoken", () => {
    const container = {
      name: "web",
      image: "x",
      env: [{ name: "AZURE_CLIENT_ID", value: "other" }],
      livenessProbe: {},
      startupProbe: {},
    };
    const template = {
      metadata: { labels: { app: "web" }, annotations: { note: "kept" } },
      // The API gives the account under both names.
      spec: { serviceAccount: "web", serviceAccountName: "web", nodeSelector: { disk: "ssd" }, containers: [container] },
    };
    const made = intruders({ spec: { selector: {}, template } }, OUTPUT, "default", "run");
    const common = {
      nodeSelector: { disk: "ssd" },
      restartPolicy: "Never",
      activeDeadlineSeconds: 180,
      terminationGracePeriodSeconds: 1,
    };
    const env = [
      { name: "AZURE_CLIENT_ID", value: "own-client" },
      { name: "AZURE_TENANT_ID", value: "own-tenant" },
    ];
    deepStrictEqual(
      made.map(({ body: { metadata, spec } }) => [metadata, spec]),
      [
        [
          {
            name: "verify-run-account",
            labels: { "azure.workload.identity/use": "true", "aks-workload-identity/verify": "run" },
            annotations: { note: "kept" },
          },
          { ...common, serviceAccountName: "default", containers: [{ name: "web", image: "x", env }] },
        ],
        [
          { name: "verify-run-label", labels: { "aks-workload-identity/verify": "run" }, annotations: { note: "kept" } },
          { ...common, serviceAccountName: "web", containers: [{ name: "web", image: "x", env: container.env }] },
        ],
      ],
    );
  });
});
