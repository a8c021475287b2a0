// What the Secrets Store CSI driver mounts into a pod, and the client id that it signs in with.
import { strict as assert } from "node:assert";
import {
  type ChainModel,
  checkDeclared,
  type PodLink,
  type SecretProviderLink,
  secretsInObjects,
  signsInAsPod,
} from "../../chain";
import { type Additions, type Changes, chainModel, IDENTITY, KUBELET, POD, SECRET, VAULT } from "../support/chainModel";

const CLASS: SecretProviderLink = {
  resource: "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass::orders",
  namespace: "web",
  name: "orders-secrets",
  clientId: IDENTITY.clientId,
  vaultName: VAULT.name.toUpperCase(),
  secrets: [SECRET.name],
};
/** The driver does not look at the webhook's label. */
const MOUNTING: Partial<PodLink> = {
  labels: {},
  containers: [{ name: "app", image: "app", env: {} }],
  secretProviders: [CLASS.name],
};

function found(changed: Partial<SecretProviderLink>, changes: Changes = {}, more: Additions = {}) {
  const model: ChainModel = {
    ...chainModel({ ...changes, pod: { ...MOUNTING, ...changes.pod } }, more),
    secretProviders: [{ ...CLASS, ...changed }],
  };
  return checkDeclared(model).map(({ rule, resource, property, actual, code }) => [rule, resource, property, actual, code]);
}

const clientID = "spec.parameters.clientID";

describe("a SecretProviderClass", () => {
  it("is right with the clientId of the identity that trusts the pod, with the webhook's label or without", () => {
    assert.deepEqual(found({}), []);
    assert.deepEqual(found({}, { pod: { labels: POD.labels } }), []);
  });

  it("takes no principalId, and no client id of nobody", () => {
    const principal = `${IDENTITY.principalId} (the principalId of ${IDENTITY.name})`;
    assert.deepEqual(found({ clientId: IDENTITY.principalId }), [["WI019", CLASS.resource, clientID, principal, "AADSTS700016"]]);
    assert.deepEqual(found({ clientId: "me" }), [["WI019", CLASS.resource, clientID, "me", "AADSTS700016"]]);
  });

  it("takes no identity that does not trust the pod, such as the driver's own", () => {
    const other = `${KUBELET.clientId} (${KUBELET.name})`;
    assert.deepEqual(found({ clientId: KUBELET.clientId }), [["WI019", CLASS.resource, clientID, other, "AADSTS70025"]]);
  });

  it("needs the federated credential, the role and the secret as a pod does that reads by itself", () => {
    assert.equal(found({}, { credential: null })[0]?.[0], "WI005");
    assert.equal(found({}, { role: null })[0]?.[0], "WI020");
    const missing = ["WI026", CLASS.resource, "spec.parameters.objects", "greetings", "SecretNotFound"];
    assert.deepEqual(found({ secrets: ["greetings"] }), [missing]);
  });

  it("says nothing of what is not known, of another's vault, and of a class that no pod mounts", () => {
    assert.deepEqual(found({ clientId: undefined }, { role: null }), []);
    assert.deepEqual(found({ vaultName: undefined }, { role: null }), []);
    assert.deepEqual(found({ vaultName: "kv-platform", secrets: ["tls"] }), []);
    assert.deepEqual(found({ clientId: IDENTITY.principalId }, { pod: { secretProviders: ["another"] } }), []);
    assert.deepEqual(found({ clientId: IDENTITY.principalId, namespace: "shop" }), []);
    const elsewhere = { elsewhere: ["identities"] as const };
    assert.deepEqual(found({}, { identity: null, credential: null, role: null }, elsewhere), []);
  });

  it("names its secrets in YAML within YAML, and says nothing of keys and certificates", () => {
    const objects = (kind: string) =>
      `array:\n  - |\n    objectName: db-password\n    objectType: secret\n  - |\n    objectName: "api-key"\n    objectType: ${kind}\n`;
    assert.deepEqual(secretsInObjects(objects("secret")), ["db-password", "api-key"]);
    assert.deepEqual(secretsInObjects(objects("cert")), []);
  });

  it("signs in as the pod unless it says that the node does", () => {
    const of = (parameters: Readonly<Record<string, string>>, provider = "azure") =>
      signsInAsPod((name) => parameters[name], provider);
    assert.deepEqual(
      [of({}), of({ usePodIdentity: "false" }), of({ useVMManagedIdentity: "true" }), of({}, "vault")],
      [true, true, false, false],
    );
  });
});
