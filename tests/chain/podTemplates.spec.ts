// Which pods say that they are meant for workload identity.
import { deepStrictEqual } from "node:assert";
import { isMeantForWorkloadIdentity, USE_LABEL } from "../../chain";
import { chainModel, POD, SERVICE_ACCOUNT, VAULT } from "../support/chainModel";

const PLAIN = { ...POD, name: "other", labels: {}, containers: [{ name: "app", image: "app", env: {} }] };
const READER = { ...PLAIN, containers: [{ name: "app", image: "app", env: { VAULT: VAULT.uri } }] };

describe("a pod is meant for workload identity", () => {
  for (const [what, pod, changes, more, meant] of [
    ["with the label", POD, {}, {}, true],
    [
      "with the label on what holds its template",
      { ...PLAIN, serviceAccountName: "default", ownerLabels: { [USE_LABEL]: "true" } },
      {},
      {},
      true,
    ],
    ["with the only ServiceAccount that is annotated", PLAIN, { pod: PLAIN }, {}, true],
    ["not with a ServiceAccount that nobody annotated", { ...PLAIN, serviceAccountName: "default" }, {}, {}, false],
    ["not when it only shares the ServiceAccount of a pod with the label", PLAIN, {}, { pods: [PLAIN] }, false],
    ["when it shares the ServiceAccount of one with the label, and reads", READER, {}, { pods: [READER] }, true],
    [
      "when it shares a ServiceAccount's name in another namespace",
      { ...PLAIN, namespace: "jobs" },
      {},
      { pods: [PLAIN], serviceAccounts: [{ ...SERVICE_ACCOUNT, namespace: "jobs" }] },
      true,
    ],
  ] as const)
    it(what, () => deepStrictEqual(isMeantForWorkloadIdentity(chainModel(changes, more), pod), meant));
});
