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
const ownClientId = POD.containers.map((container) => ({
  ...container,
  env: { ...container.env, [POD_ENVIRONMENT.clientId]: IDENTITY.clientId },
}));
const byHand = (annotation: string): Changes => ({
  serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: annotation } },
  pod: { containers: ownClientId },
});
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
    ["Key Vault Administrator", { role: { roleDefinitionId: roleDefinitionId("keyVaultAdministrator", VAULT.id) } }],
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
    ["a pod that reads no vault", { pod: { containers: [{ name: "app", image: "app", env: {} }] }, secret: null }],
    [
      "a vault address without its slash",
      { pod: { containers: [{ name: "app", image: "app", env: { [APP_ENVIRONMENT.vaultUri]: VAULT.uri.slice(0, -1) } }] } },
    ],
    [
      "a client id in the container that is the annotation's",
      { pod: { containers: [{ name: "app", image: "app", env: { [POD_ENVIRONMENT.clientId]: IDENTITY.clientId } }] } },
    ],
    ["a client id in the container, of an identity that trusts the ServiceAccount, and an empty annotation", byHand("")],
    [
      "a client id in the container, of an identity that trusts the ServiceAccount, and a wrong annotation",
      byHand(KUBELET.clientId),
    ],
    [
      "a missing annotation that only a sidecar without a vault would use",
      {
        serviceAccount: { annotations: {} },
        pod: { containers: [{ name: "proxy", image: "proxy", env: {} }, ...ownClientId] },
      },
    ],
    [
      "a sidecar that is skipped, before the container that reads the vault",
      {
        pod: {
          annotations: { [SKIP_CONTAINERS_ANNOTATION]: "proxy" },
          containers: [{ name: "proxy", image: "proxy", env: {} }, ...POD.containers],
        },
      },
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

describe("a check of a pod whose container sets its client id itself", () => {
  it("follows that identity to the secret", () => {
    const found = rulesAt({ ...byHand(""), credential: { issuer: ISSUER.slice(0, -1) }, role: null });
    assert.deepEqual(found, [`WI001 ${CREDENTIAL.resource}`, `WI020 ${IDENTITY.resource}`]);
  });

  it("names a credential once where two containers set the same client id", () => {
    const containers = [...ownClientId, ...ownClientId.map((container) => ({ ...container, name: "reader" }))];
    const found = rulesAt({ ...byHand(""), pod: { containers }, credential: { issuer: ISSUER.slice(0, -1) } });
    assert.deepEqual(found, [`WI001 ${CREDENTIAL.resource}`]);
  });

  it("still needs the annotation for another container that reads the vault", () => {
    const reader = { name: "reader", image: "reader", env: { [APP_ENVIRONMENT.vaultUri]: VAULT.uri } };
    const changes = { ...byHand(""), pod: { containers: [...ownClientId, reader] } };
    assert.deepEqual(rulesAt(changes), [`WI010 ${SERVICE_ACCOUNT.resource}`]);
  });

  it("names the tenant annotation once where containers go by different identities", () => {
    const second = { ...CREDENTIAL, resource: "kubelet", identityId: KUBELET.id };
    const reader = { name: "reader", image: "reader", env: { [APP_ENVIRONMENT.vaultUri]: VAULT.uri } };
    const found = rulesAt(
      {
        serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId, [TENANT_ID_ANNOTATION]: "elsewhere" } },
        pod: { containers: [...ownClientId, reader] },
      },
      { federatedCredentials: [second], roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }] },
    );
    assert.deepEqual(found, [`WI013 ${SERVICE_ACCOUNT.resource}`]);
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

  it("names the identity where the second has no credential, not the first's, which is right", () => {
    const [missing, ...others] = findingsIn(chainModel({}, { serviceAccounts: [second], pods: [secondPod] }));
    assert.deepEqual(others, []);
    assert.deepEqual(
      [missing?.rule, missing?.code, missing?.resource, missing?.actual],
      ["WI005", "AADSTS700213", IDENTITY.resource, `only orders, for ${SUBJECT} of ${ISSUER}`],
    );
  });

  it("names the credential that is wrong beside one that works, whichever comes first", () => {
    const more = { serviceAccounts: [second], pods: [secondPod], federatedCredentials: [secondCredential] };
    const model = chainModel({ credential: { subject: serviceAccountSubject("default", "orders") } }, more);
    for (const federatedCredentials of [model.federatedCredentials, [...model.federatedCredentials].reverse()]) {
      assert.deepEqual(
        findingsIn({ ...model, federatedCredentials }).map(({ rule, resource }) => `${rule} ${resource}`),
        [`WI003 ${CREDENTIAL.resource}`],
      );
    }
  });

  it("names a credential with the subject of a ServiceAccount that goes by another identity", () => {
    const own = { ...second, annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId } };
    const more = {
      serviceAccounts: [own],
      pods: [secondPod],
      federatedCredentials: [{ ...secondCredential, identityId: KUBELET.id }],
      roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }],
    };
    const found = rulesAt({ credential: { subject: serviceAccountSubject("web", "billing") } }, more);
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

describe("a check of one of several clusters that share an identity", () => {
  const otherIssuer = "https://other.example/";
  const first = { ...CREDENTIAL, resource: "first", id: `${CREDENTIAL.id}-first`, name: "first", issuer: otherIssuer };
  const rules = (changes: Changes) => {
    const model = chainModel(changes, { otherIssuers: [otherIssuer, ISSUER], federatedCredentials: [first] });
    const found = findingsIn({ ...model, federatedCredentials: [...model.federatedCredentials].reverse() });
    return found.map(({ rule, code, resource, actual }) => [rule, code, resource, actual]);
  };

  it("has nothing to say where each has its credential", () => assert.deepEqual(rules({}), []));

  it("names its own credential that has lost its slash, not the other cluster's", () => {
    const issuer = ISSUER.slice(0, -1);
    assert.deepEqual(rules({ credential: { issuer } }), [["WI001", "AADSTS700211", CREDENTIAL.resource, issuer]]);
  });

  it("names the identity where only the other cluster has a credential", () => {
    const actual = `only first, for ${SUBJECT} of ${otherIssuer}`;
    assert.deepEqual(rules({ credential: null }), [["WI005", "AADSTS700211", IDENTITY.resource, actual]]);
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
