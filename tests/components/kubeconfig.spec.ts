import { strict as assert } from "node:assert";
import { execKubeconfig } from "../../components/kubeconfig";
import { TENANT } from "../support/program";

const SOURCE = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Q0E=
    server: https://aks-test.hcp.westeurope.azmk8s.io:443
  name: aks-test
users:
- name: clusterUser
  user:
    token: not-to-be-copied
`;

const CALL = { mode: "azurecli", tenantId: TENANT } as const;

describe("The kubeconfig for kubelogin", () => {
  it("takes address and certificate authority, and nothing else, from Azure's", () => {
    assert.deepEqual(JSON.parse(execKubeconfig(SOURCE, "aks-test", CALL)), {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "aks-test",
          cluster: { server: "https://aks-test.hcp.westeurope.azmk8s.io:443", "certificate-authority-data": "Q0E=" },
        },
      ],
      users: [
        {
          name: "kubelogin",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1",
              command: "kubelogin",
              args: [
                "get-token",
                "--server-id",
                "6dae42f8-4368-4678-94ff-3960e28e3630",
                "--tenant-id",
                TENANT,
                "--login",
                "azurecli",
              ],
              interactiveMode: "Never",
              installHint: "Install kubelogin: https://azure.github.io/kubelogin/install.html",
            },
          },
        },
      ],
      contexts: [{ name: "aks-test", context: { cluster: "aks-test", user: "kubelogin" } }],
      "current-context": "aks-test",
    });
  });

  it("says what Azure's lacks", () => {
    assert.throws(() => execKubeconfig("clusters: []", "aks-test", CALL), {
      message: "The cluster's kubeconfig from Azure has no server",
    });
  });
});
