// What a check of a whole chain says where there is more than one of a thing, or less than all is known.
import { strict as assert } from "node:assert";
import {
  APP_ENVIRONMENT,
  CLIENT_ID_ANNOTATION,
  checkPod,
  POD_ENVIRONMENT,
  roleDefinitionId,
  SKIP_CONTAINERS_ANNOTATION,
  serviceAccountSubject,
  TENANT_ID_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  USE_LABEL,
} from "../../chain";
import {
  type Additions,
  type Changes,
  CREDENTIAL,
  chainModel,
  findingsIn,
  IDENTITY,
  ISSUER,
  KUBELET,
  POD,
  ROLE,
  SERVICE_ACCOUNT,
  SUBJECT,
  TENANT_ID,
  VAULT,
} from "../support/chainModel";

const rulesAt = (changes: Changes, more?: Additions) =>
  findingsIn(chainModel(changes, more)).map(({ rule, resource }) => `${rule} ${resource}`);
const annotated = (annotations: Readonly<Record<string, string>>) => ({ ...SERVICE_ACCOUNT.annotations, ...annotations });
const group = VAULT.id.slice(0, VAULT.id.indexOf("/providers"));

describe("a check of a pod", () => {
  it("follows the chain in its order, with what is expected and found at each link", () => {
    const model = chainModel();
    assert.deepEqual(
      checkPod(model, POD).map(({ link, expected, found }) => [link, expected, found]),
      [
        ["webhook", "on", "on"],
        ["pod label", `${USE_LABEL}=true`, `${USE_LABEL}=true`],
        ["ServiceAccount", "web/orders", "web/orders"],
        ["client id", IDENTITY.clientId, IDENTITY.clientId],
        ["issuer", ISSUER, ISSUER],
        ["subject", SUBJECT, SUBJECT],
        ["audience", "api://AzureADTokenExchange", "api://AzureADTokenExchange"],
        ["role", "Key Vault Secrets User on kv-orders", "Key Vault Secrets User on kv-orders"],
        ["secret", "greeting, enabled", "greeting, enabled"],
      ],
    );
  });

  const harmless: readonly (readonly [what: string, changes: Changes, more?: Additions])[] = [
    ["a role at the resource group", { role: { scope: group } }],
    ["a role at the subscription", { role: { scope: group.slice(0, group.indexOf("/resourceGroups")) } }],
    ["a role at the one secret", { role: { scope: `${VAULT.id}/secrets/greeting` } }],
    ["a role of a scope in other case", { role: { scope: VAULT.id.toUpperCase() } }],
    ["Key Vault Secrets Officer", { role: { roleDefinitionId: roleDefinitionId("keyVaultSecretsOfficer", VAULT.id) } }],
    ["a second role that allows nothing", {}, { roleAssignments: [{ ...ROLE, scope: `${VAULT.id}2` }] }],
    [
      "a client id in upper case",
      { serviceAccount: { annotations: annotated({ [CLIENT_ID_ANNOTATION]: IDENTITY.clientId.toUpperCase() }) } },
    ],
    ["the right tenant annotation", { serviceAccount: { annotations: annotated({ [TENANT_ID_ANNOTATION]: TENANT_ID }) } }],
    ["a token of one hour", { serviceAccount: { annotations: annotated({ [TOKEN_EXPIRATION_ANNOTATION]: "3600" }) } }],
    ["a token of one day", { pod: { annotations: { [TOKEN_EXPIRATION_ANNOTATION]: "86400" } } }],
    [
      "a wrong expiration that the pod's own overrides",
      {
        serviceAccount: { annotations: annotated({ [TOKEN_EXPIRATION_ANNOTATION]: "1" }) },
        pod: { annotations: { [TOKEN_EXPIRATION_ANNOTATION]: "7200" } },
      },
    ],
    ["a pod that reads no vault", { pod: { containers: [{ name: "app", image: "app", env: {} }] }, role: null, secret: null }],
    [
      "a vault address without its slash",
      { pod: { containers: [{ name: "app", image: "app", env: { [APP_ENVIRONMENT.vaultUri]: VAULT.uri.slice(0, -1) } }] } },
    ],
    [
      "a client id in the container that is the annotation's",
      { pod: { containers: [{ name: "app", image: "app", env: { [POD_ENVIRONMENT.clientId]: IDENTITY.clientId } }] } },
    ],
    [
      "a sidecar that is skipped",
      {
        pod: {
          annotations: { [SKIP_CONTAINERS_ANNOTATION]: "proxy" },
          containers: [...POD.containers, { name: "proxy", image: "proxy", env: {} }],
        },
      },
    ],
  ];
  for (const [what, changes, more] of harmless) {
    it(`has nothing to say about ${what}`, () => assert.deepEqual(findingsIn(chainModel(changes, more)), []));
  }

  it("names a skipped sidecar that reads the vault", () => {
    const containers = [
      ...POD.containers,
      { ...POD.containers[0], name: "reader", image: "reader", env: { [APP_ENVIRONMENT.vaultUri]: VAULT.uri } },
    ];
    const pod = { annotations: { [SKIP_CONTAINERS_ANNOTATION]: "reader" }, containers };
    assert.deepEqual(
      findingsIn(chainModel({ pod })).map(({ rule, expected }) => `${rule} ${expected}`),
      ["WI015 not reader"],
    );
  });

  it("gives each mistake its own finding when there are several, in the order of the chain", () => {
    const found = rulesAt({ pod: { labels: {} }, credential: { subject: "system:serviceaccount:web:other" }, role: null });
    assert.deepEqual(found, [`WI006 ${POD.resource}`, `WI003 ${CREDENTIAL.resource}`, `WI020 ${IDENTITY.resource}`]);
  });
});

describe("a check of a pod whose identity has several federated credentials", () => {
  const other = (changes: object) => ({ ...CREDENTIAL, resource: "other", id: `${CREDENTIAL.id}-2`, name: "other", ...changes });

  for (const [what, credential] of [
    ["another ServiceAccount", { subject: serviceAccountSubject("web", "billing") }],
    ["another cluster", { issuer: "https://other.example/" }],
    ["the same issuer in other case", { issuer: ISSUER.toUpperCase() }],
  ] as const) {
    it(`is content with the right one after one for ${what}`, () => {
      const model = chainModel({}, { federatedCredentials: [other(credential)] });
      assert.deepEqual(findingsIn({ ...model, federatedCredentials: [...model.federatedCredentials].reverse() }), []);
    });
  }

  it("names the credential that comes nearest: the subject in other case", () => {
    const found = rulesAt(
      { credential: { subject: SUBJECT.replace("orders", "Orders") } },
      {
        federatedCredentials: [
          other({ subject: serviceAccountSubject("web", "billing") }),
          other({ issuer: "https://other.example/" }),
        ],
      },
    );
    assert.deepEqual(found, [`WI004 ${CREDENTIAL.resource}`]);
  });

  it("names the credential of the same subject rather than one of the same issuer", () => {
    const found = rulesAt(
      { credential: { issuer: "https://old.example/" } },
      { federatedCredentials: [other({ subject: serviceAccountSubject("web", "billing") })] },
    );
    assert.deepEqual(found, [`WI001 ${CREDENTIAL.resource}`]);
  });
});

describe("a check of two ServiceAccounts in one namespace", () => {
  const second = { ...SERVICE_ACCOUNT, resource: "kubernetes:core/v1:ServiceAccount::billing", name: "billing" };
  const secondCredential = {
    ...CREDENTIAL,
    resource: "azure-native:managedidentity:FederatedIdentityCredential::billing",
    id: `${CREDENTIAL.id}-billing`,
    name: "billing",
    subject: serviceAccountSubject("web", "billing"),
  };
  const secondPod = {
    ...POD,
    resource: "kubernetes:apps/v1:Deployment::billing",
    name: "billing",
    serviceAccountName: "billing",
  };

  it("lets them share an identity that trusts both", () => {
    const more = { serviceAccounts: [second], pods: [secondPod], federatedCredentials: [secondCredential] };
    assert.deepEqual(rulesAt({}, more), []);
  });

  it("names the missing subject of the second alone", () => {
    const found = rulesAt({}, { serviceAccounts: [second], pods: [secondPod] });
    assert.deepEqual(found, [`WI003 ${CREDENTIAL.resource}`]);
  });

  it("sees client ids that were exchanged, at both", () => {
    const own = { ...second, annotations: { [CLIENT_ID_ANNOTATION]: IDENTITY.clientId } };
    const changes = { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId } } };
    const more = {
      serviceAccounts: [own],
      pods: [secondPod],
      federatedCredentials: [{ ...secondCredential, identityId: KUBELET.id }],
      roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }],
    };
    assert.deepEqual(rulesAt(changes, more), [`WI012 ${SERVICE_ACCOUNT.resource}`, `WI012 ${own.resource}`]);
  });
});

describe("a check of a chain that is not fully known yet", () => {
  it("is silent about trust while the issuer is unknown, as in a preview", () => {
    assert.deepEqual(rulesAt({ cluster: { issuer: undefined } }), []);
  });

  it("still sees what does not depend on the issuer", () => {
    const found = rulesAt({ cluster: { issuer: undefined }, pod: { labels: {} }, role: null });
    assert.deepEqual(found, [`WI006 ${POD.resource}`, `WI020 ${IDENTITY.resource}`]);
  });
});
