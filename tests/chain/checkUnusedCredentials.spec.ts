// Federated credentials that no pod uses, seen from the credential.
import { deepStrictEqual } from "node:assert";
import { checkUnusedCredentials } from "../../chain";
import { type Changes, CREDENTIAL, chainModel, POD, SERVICE_ACCOUNT } from "../support/chainModel";

const other = (subject: string) => ({ ...CREDENTIAL, id: `${CREDENTIAL.id}2`, resource: "other", subject });
const found = (subject: string, { elsewhere = false, changes = {} as Changes, issuer = CREDENTIAL.issuer } = {}) => {
  const federatedCredentials = [{ ...other(subject), issuer }];
  return checkUnusedCredentials(chainModel(changes, { federatedCredentials }), elsewhere).map(
    ({ rule, severity, code, resource, property, expected, actual }) => {
      deepStrictEqual([rule, severity, code, resource, property], ["WI048", "warning", null, "other", "subject"]);
      return [expected, actual];
    },
  );
};
const NO_SUCH = "there is no such ServiceAccount";

describe("a federated credential of the cluster", () => {
  it("is right where a pod goes by its ServiceAccount", () => deepStrictEqual(checkUnusedCredentials(chainModel(), false), []));

  it("is told with the ServiceAccount whose name comes near", () =>
    deepStrictEqual(found("system:serviceaccount:web:order"), [
      ["system:serviceaccount:web:orders", `system:serviceaccount:web:order: ${NO_SUCH}`],
    ]));

  it("is told where there is none that comes near", () =>
    deepStrictEqual(found("system:serviceaccount:web:billing"), [
      ["the ServiceAccount of a pod", `system:serviceaccount:web:billing: ${NO_SUCH}`],
    ]));

  it("is left alone in a namespace of which the program has nothing, unless a ServiceAccount comes near", () => {
    deepStrictEqual(found("system:serviceaccount:external-dns:external-dns"), []);
    deepStrictEqual(found("system:serviceaccount:wep:orders").length, 1);
  });

  it("is told where its ServiceAccount is there and no pod uses it", () => {
    const changes = { pod: { serviceAccountName: "default" } };
    deepStrictEqual(
      checkUnusedCredentials(chainModel(changes), false).map(({ resource, actual }) => [resource, actual]),
      [[CREDENTIAL.resource, `${CREDENTIAL.subject}: no pod uses this ServiceAccount`]],
    );
    deepStrictEqual([POD.serviceAccountName, SERVICE_ACCOUNT.name], ["orders", "orders"]);
  });

  it("is left alone where its ServiceAccount may come with a chart, unless one comes near", () => {
    deepStrictEqual(found("system:serviceaccount:web:billing", { elsewhere: true }), []);
    deepStrictEqual(found("system:serviceaccount:web:order", { elsewhere: true }).length, 1);
  });

  it("is none where it trusts another issuer, or no ServiceAccount", () => {
    deepStrictEqual(found("system:serviceaccount:web:billing", { issuer: "https://elsewhere.example/" }), []);
    deepStrictEqual(found("repo:octo-org/octo-repo:ref:refs/heads/main"), []);
  });
});
