// npm run verify against a rehearsal over HTTPS: each check fails once, and alone.
import { deepStrictEqual, strictEqual } from "node:assert";
import { roleDefinitionId, USE_LABEL } from "../../../chain";
import { CLUSTER, FEDERATED_CREDENTIAL, IDENTITY, SECRET, VAULT } from "../../../rehearsal/cloud/resourceTypes";
import { VerifyBench, wrongOf } from "../../support/verifyBench";

const ISSUERS = "*.oic.prod-aks.azure.com";
const API_SERVER = "*.hcp.westeurope.azmk8s.io";
const DEPLOYMENT = "apps/v1:Deployment";

interface Mistake {
  readonly what: string;
  readonly make: (bench: VerifyBench) => void;
  /** Everything that does not hold then. */
  readonly says: readonly string[];
}

/** The application goes on with what it has read: of what changes in Azure afterwards it says nothing yet. */
const IN_AZURE: readonly Mistake[] = [
  {
    what: "the cluster's OIDC issuer is off",
    make: (bench) => bench.azure(CLUSTER, "", (all) => ({ ...all, oidcIssuerProfile: { enabled: false } })),
    says: [
      "broken OIDC issuer: WI008 AADSTS50166",
      "broken issuer document: WI190 AADSTS50166",
      "broken issuer: WI008 AADSTS50166",
    ],
  },
  {
    what: "workload identity is off in the cluster",
    make: (bench) => bench.azure(CLUSTER, "", (all) => ({ ...all, securityProfile: { workloadIdentity: { enabled: false } } })),
    says: ["broken webhook pods: WI192 PodNotMutated", "broken webhook: WI007 PodNotMutated"],
  },
  {
    what: "the stack exports another issuer than the cluster has",
    make: (bench) => bench.changeOutput({ issuer: "https://westeurope.oic.prod-aks.azure.com/t/old/" }),
    says: ["broken OIDC issuer: WI001 AADSTS700211", "broken issuer document: WI190 AADSTS50166"],
  },
  {
    what: "the federated credential's issuer lacks its trailing slash",
    make: (bench) => bench.azure(FEDERATED_CREDENTIAL, "", (all) => ({ ...all, issuer: String(all.issuer).slice(0, -1) })),
    says: ["broken issuer: WI001 AADSTS700211"],
  },
  {
    what: "the federated credential is for another ServiceAccount",
    make: (bench) => bench.azure(FEDERATED_CREDENTIAL, "", (all) => ({ ...all, subject: "system:serviceaccount:web:shop" })),
    says: ["broken subject: WI003 AADSTS700213"],
  },
  {
    what: "the federated credential has another audience",
    make: (bench) => bench.azure(FEDERATED_CREDENTIAL, "", (all) => ({ ...all, audiences: ["api://other"] })),
    says: ["broken audience: WI002 AADSTS700212"],
  },
  {
    what: "the identity has no federated credential",
    make: (bench) => bench.azureGone(FEDERATED_CREDENTIAL, ""),
    says: ["broken federated credential: WI005 AADSTS70025"],
  },
  {
    what: "the identity is gone",
    make: (bench) => bench.azureGone(IDENTITY, bench.output.identityId),
    says: ["broken client id: WI011 AADSTS700016"],
  },
  {
    what: "the role assignment is gone",
    make: (bench) => bench.role(() => undefined),
    says: ["broken role: WI020 ForbiddenByRbac"],
  },
  {
    what: "the role reads names only",
    make: (bench) => bench.role((all) => ({ ...all, roleDefinitionId: roleDefinitionId("keyVaultReader", String(all.scope)) })),
    says: ["broken role: WI021 ForbiddenByRbac"],
  },
  {
    what: "the role is assigned on something else",
    make: (bench) => bench.role((all) => ({ ...all, scope: `${String(all.scope)}-old` })),
    says: ["broken role: WI022 ForbiddenByRbac"],
  },
  {
    what: "the role is assigned to the client id",
    make: (bench) => bench.role((all) => ({ ...all, principalId: bench.output.clientId })),
    says: ["broken role: WI023 ForbiddenByRbac"],
  },
  {
    what: "the vault goes by access policies",
    make: (bench) => bench.azure(VAULT, "", (all) => ({ ...all, enableRbacAuthorization: false })),
    says: ["broken role: WI024 AccessDenied"],
  },
  {
    what: "the secret is not in the vault",
    make: (bench) => bench.azureGone(SECRET, ""),
    says: ["broken secret: WI026 SecretNotFound"],
  },
  {
    what: "the secret is disabled",
    make: (bench) => bench.azure(SECRET, "", (all) => ({ ...all, attributes: { enabled: false } })),
    says: ["broken secret: WI027 SecretDisabled"],
  },
  {
    what: "the vault's firewall lists networks, which is a warning",
    make: (bench) => bench.azure(VAULT, "", (all) => ({ ...all, networkAcls: { defaultAction: "Deny" } })),
    says: ["warning vault network: WI197"],
  },
  {
    what: "the issuer's document names another issuer",
    make: (bench) =>
      bench.answers(ISSUERS, "openid-configuration", {
        status: 200,
        body: { issuer: bench.output.issuer.slice(0, -1), jwks_uri: `${bench.output.issuer}openid/v1/jwks` },
      }),
    says: ["broken issuer document: WI190 AADSTS50166"],
  },
  {
    what: "the issuer's document is an HTML page",
    make: (bench) => bench.answers(ISSUERS, "openid-configuration", { status: 200, body: "<html></html>" }),
    says: ["broken issuer document: WI190 AADSTS50166"],
  },
  {
    what: "the issuer publishes no key",
    make: (bench) => bench.answers(ISSUERS, "jwks", { status: 200, body: { keys: [] } }),
    says: ["broken issuer keys: WI191 AADSTS50166"],
  },
];

const IN_CLUSTER: readonly Mistake[] = [
  {
    what: "the webhook's pods are not ready",
    make: (bench) => {
      bench.webhookReady = 0;
    },
    says: ["broken webhook pods: WI192 PodNotMutated"],
  },
  {
    what: "the pod template has lost its label",
    make: (bench) =>
      bench.template((template) => withLabels(template, (labels) => Object.entries(labels).filter(([key]) => key !== USE_LABEL))),
    says: ["broken pod label: WI006 PodNotMutated"],
  },
  {
    what: "the ServiceAccount is annotated with an id that nobody has",
    make: (bench) => bench.annotate({ "azure.workload.identity/client-id": "99999999-9999-4999-8999-999999999999" }),
    says: ["broken client id: WI011 AADSTS700016"],
  },
  {
    what: "the ServiceAccount is not annotated",
    make: (bench) => bench.annotate({}),
    says: ["broken client id: WI010 ClientIdNotInjected"],
  },
  {
    what: "the ServiceAccount names another tenant",
    make: (bench) =>
      bench.annotate({
        "azure.workload.identity/client-id": bench.output.clientId,
        "azure.workload.identity/tenant-id": "99999999-9999-4999-8999-999999999999",
      }),
    says: ["broken tenant: WI013 VaultTenantMismatch"],
  },
  {
    what: "the ServiceAccount is gone",
    make: (bench) => bench.api.delete("core/v1:ServiceAccount", "web/web"),
    says: ["broken ServiceAccount: WI009 AdmissionRefused"],
  },
  {
    what: "the Deployment is gone with its pods",
    make: (bench) => {
      bench.api.delete(DEPLOYMENT, "web/web");
      bench.changePods(() => '{"apiVersion":"v1","kind":"PodList","items":[]}');
    },
    says: ["broken Deployment: WI031 Unexplained", "unknown application: no pod of it runs"],
  },
  {
    what: "the Deployment is scaled to none, of which nothing shows that it works",
    make: (bench) => {
      bench.kubernetes(DEPLOYMENT, "web", (all) => ({ ...all, spec: { ...Object(all.spec), replicas: 0 } }));
      bench.changePods(() => '{"apiVersion":"v1","kind":"PodList","items":[]}');
    },
    says: ["unknown application: no pod of it runs"],
  },
  {
    what: "the pods are fewer than they should be",
    make: (bench) => bench.kubernetes(DEPLOYMENT, "web", (all) => ({ ...all, spec: { ...Object(all.spec), replicas: 3 } })),
    says: ["broken running pods: WI099 Unexplained"],
  },
  {
    what: "a running pod has no label",
    make: (bench) => bench.changePods((pod) => pod.replaceAll(`"${USE_LABEL}":"true"`, '"other":"true"')),
    says: ["broken running pods' label: WI193 PodNotMutated"],
  },
  {
    what: "a running pod has none of the variables",
    make: (bench) => bench.changePods((pod) => pod.replaceAll("AZURE_FEDERATED_TOKEN_FILE", "OTHER")),
    says: ["broken injected environment: WI193 PodNotMutated", "broken token volume: WI194 TokenFileMissing"],
  },
  {
    what: "a running pod is older than its ServiceAccount's annotation",
    make: (bench) => bench.changePods((pod) => pod.replaceAll(bench.output.clientId, "88888888-8888-4888-8888-888888888888")),
    says: ["broken injected environment: WI193 PodNotMutated"],
  },
  {
    what: "a running pod has no projected token",
    make: (bench) => bench.changePods((pod) => pod.replaceAll('"serviceAccountToken"', '"configMap"')),
    says: ["broken token volume: WI194 TokenFileMissing"],
  },
  {
    what: "a running pod's token is for another audience",
    make: (bench) =>
      bench.changePods((pod) => pod.replaceAll('"audience":"api://AzureADTokenExchange"', '"audience":"api://other"')),
    says: ["broken token volume: WI194 AADSTS700212"],
  },
  {
    what: "the application says that a link is broken",
    make: (bench) => {
      const link = { name: "secret", ok: false, expected: "secret", found: null, code: "ForbiddenByRbac" };
      bench.answers(API_SERVER, "/proxy/", { status: 200, body: { ok: false, links: [link] } });
    },
    says: ["broken application: secret: WI195 ForbiddenByRbac"],
  },
];

function withLabels(template: object, change: (labels: object) => (readonly [string, unknown])[]): object {
  const { metadata, ...rest } = Object(template);
  return { ...rest, metadata: { ...metadata, labels: Object.fromEntries(change(metadata.labels)) } };
}

describe("A chain as it is deployed, with one mistake", () => {
  let bench: VerifyBench;
  before(async () => {
    bench = await VerifyBench.start();
  });
  afterEach(() => bench.reset());
  after(() => bench.close());

  for (const { what, make, says } of [...IN_AZURE, ...IN_CLUSTER])
    it(`says it where ${what}`, async () => {
      make(bench);
      const report = await bench.verify();
      deepStrictEqual(wrongOf(report), says);
      strictEqual(
        report.ok,
        says.every((each) => each.startsWith("warning")),
      );
    });

  it("holds where the pods are those of another object than a Deployment", async () => {
    bench.api.delete(DEPLOYMENT, "web/web");
    deepStrictEqual(await bench.wrong(), []);
  });

  it("reads a role that the stack defines itself, by its own data actions", async () => {
    const scope = `/subscriptions/${bench.cloud.subscriptionId}`;
    const guid = "77777777-7777-4777-8777-777777777777";
    const definition = `${scope}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
    const define = (dataActions: string[]) =>
      bench.cloud.manager.put(
        definition,
        { roleName: "secret readers", assignableScopes: [scope], permissions: [{ actions: [], dataActions }] },
        "test",
      );
    define(["Microsoft.KeyVault/vaults/secrets/getSecret/action"]);
    bench.role((all) => ({ ...all, roleDefinitionId: definition }));
    deepStrictEqual(await bench.wrong(), []);
    define(["Microsoft.KeyVault/vaults/keys/read"]);
    deepStrictEqual(await bench.wrong(), ["broken role: WI021 ForbiddenByRbac"]);
  });
});
