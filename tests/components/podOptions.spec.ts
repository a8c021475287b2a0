// What the arguments about tokens and containers become in a pod, held against the webhook's own rules.
import { strict as assert } from "node:assert";
import { CLIENT_ID_ANNOTATION, POD_ENVIRONMENT, SKIP_CONTAINERS_ANNOTATION, TENANT_ID_ANNOTATION } from "../../chain";
import { type ServiceAccountSpec, WebApp, type WebAppArgs, WorkloadIdentity } from "../../components";
import { admit } from "../../rehearsal/cluster/admission";
import { podTemplate } from "../../rehearsal/cluster/podTemplate";
import { chainModel } from "../support/chainModel";
import { type Run, run, TENANT } from "../support/program";
import { assertRefused, ISSUER, kubernetes, resourceGroup } from "./fixtures";

const SKIP_URL = "https://learn.microsoft.com/azure/aks/workload-identity-overview#pod-annotations";
const OTHER_TENANT = "99999999-9999-4999-8999-999999999999";

function make(app: Partial<WebAppArgs> = {}, account: Partial<ServiceAccountSpec> = {}): void {
  const { provider, namespace } = kubernetes();
  const identity = new WorkloadIdentity(
    "shop",
    {
      resourceGroupName: resourceGroup().name,
      identityName: "id-shop",
      issuerUrl: ISSUER,
      namespace,
      serviceAccount: { name: "shop", ...account },
      roles: {},
    },
    { provider },
  );
  const image = `registry.example/app@sha256:${"0".repeat(64)}`;
  new WebApp(
    "shop",
    { identity, image, vaultUri: "https://kv.vault.azure.net/", secretName: "greeting", replicas: 1, ...app },
    { provider },
  );
}

/** The pod template and the ServiceAccount as Kubernetes has them, with what the webhook does to the pod. */
async function admitted(app: Partial<WebAppArgs> = {}, account: Partial<ServiceAccountSpec> = {}) {
  const result: Run = await run(() => make(app, account));
  const api = [...result.cloud.kubernetes.values()][0]?.api ?? assert.fail("no cluster");
  const [deployment] = api.list("apps/v1:Deployment");
  const serviceAccount = api.list("core/v1:ServiceAccount").find(({ name }) => name === "shop") ?? assert.fail("no account");
  const template = podTemplate(deployment ?? assert.fail("no pod"), api, "");
  const { declared: resource, ...rest } = serviceAccount;
  const sidecar = { name: "istio-proxy", image: "proxy", ports: [], env: [] };
  const pod = { ...template, containers: [...template.containers, sidecar] };
  return { template, serviceAccount, admission: admit(pod, { resource, ...rest }, chainModel().cluster), result };
}

describe("A pod's options for workload identity", () => {
  it("give every container token and variables when nothing is said", async () => {
    const { admission } = await admitted();
    assert.ok(admission.kind === "mutated");
    assert.equal(admission.tokenExpirationSeconds, 3600);
    assert.deepEqual(Object.keys(admission.environment), ["app", "istio-proxy"]);
    assert.equal(admission.environment.app?.[POD_ENVIRONMENT.tenantId], TENANT);
  });

  it("keep the webhook's hands off the containers that are named, and not off the application's", async () => {
    const { admission, template } = await admitted({ skipContainers: ["istio-proxy", "logs"] });
    assert.equal(template.annotations[SKIP_CONTAINERS_ANNOTATION], "istio-proxy;logs");
    assert.ok(admission.kind === "mutated");
    assert.deepEqual(Object.keys(admission.environment), ["app"]);
  });

  it("set the life of the token for the ServiceAccount, and for one workload over it", async () => {
    const byAccount = (await admitted({}, { tokenExpirationSeconds: 7200 })).admission;
    const byPod = (await admitted({ tokenExpirationSeconds: 86_400 }, { tokenExpirationSeconds: 7200 })).admission;
    assert.deepEqual(
      [byAccount, byPod].map((admission) => admission.kind === "mutated" && admission.tokenExpirationSeconds),
      [7200, 86_400],
    );
  });

  it("annotate the ServiceAccount with the identity's tenant, or with the one that is given", async () => {
    const { admission, serviceAccount } = await admitted({}, { tenantId: OTHER_TENANT });
    assert.equal(serviceAccount.annotations[TENANT_ID_ANNOTATION], OTHER_TENANT);
    assert.ok(CLIENT_ID_ANNOTATION in serviceAccount.annotations);
    assert.ok(admission.kind === "mutated");
    assert.equal(admission.environment.app?.[POD_ENVIRONMENT.tenantId], OTHER_TENANT);
  });

  it("leave out the probes of a container that serves no HTTP, and run the command that is given", async () => {
    const { result } = await admitted({ livenessPath: "", readinessPath: "", command: ["sleep", "3600"] });
    const [container] = Object(Object(Object(result.find("kubernetes:apps/v1:Deployment").inputs.spec).template).spec).containers;
    assert.deepEqual(container.command, ["sleep", "3600"]);
    assert.deepEqual(
      Object.keys(container).filter((key) => key.endsWith("Probe")),
      [],
    );
  });

  it("let a variable of the user's refer to one of the chain's", async () => {
    const { template } = await admitted({ environment: { KEYVAULT_URL: "$(KEY_VAULT_URI)" } });
    assert.equal(template.containers[0]?.env.find(({ name }) => name === "KEYVAULT_URL")?.value, "https://kv.vault.azure.net/");
  });

  it("tell the application which blobs to read and which roles to list, and only what it was given", async () => {
    const names = ({ template }: Awaited<ReturnType<typeof admitted>>) =>
      Object.fromEntries((template.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
    const told = names(
      await admitted({
        blobs: { endpoint: "https://st.blob.core.windows.net/", container: "data", route: true },
        roleListScope: "/subscriptions/s/resourceGroups/rg",
      }),
    );
    assert.deepEqual(
      [told.BLOB_ENDPOINT, told.BLOB_CONTAINER, told.BLOB_ROUTE, told.ROLE_LIST_SCOPE],
      ["https://st.blob.core.windows.net/", "data", "on", "/subscriptions/s/resourceGroups/rg"],
    );
    const { result } = await admitted();
    assert.notEqual(told.ROLE_LIST_PRINCIPAL, undefined);
    assert.equal(told.ROLE_LIST_PRINCIPAL, result.cloud.identities()[0]?.principalId);
    const closed = names(
      await admitted({ blobs: { endpoint: "https://st.blob.core.windows.net/", container: "data", route: false } }),
    );
    assert.equal(closed.BLOB_ROUTE, undefined);
    const limit = async (route: boolean) => {
      const blobs = { endpoint: "https://st.blob.core.windows.net/", container: "data", route };
      const { result: run } = await admitted({ blobs });
      const [container] = Object(Object(Object(run.find("kubernetes:apps/v1:Deployment").inputs.spec).template).spec).containers;
      return container.resources.limits.memory;
    };
    assert.deepEqual([await limit(false), await limit(true)], ["256Mi", "512Mi"]);
    assert.deepEqual(
      Object.keys(names(await admitted())).filter((name) => /BLOB|ROLE/.test(name)),
      [],
    );
  });

  const refusals: readonly (readonly [string, Partial<WebAppArgs>, string])[] = [
    [
      "the application's own container among those that get no token",
      { skipContainers: ["app"] },
      `skipContainers must be as WI015 says (the container is not among those that the webhook skips), got "app". See ${SKIP_URL}`,
    ],
    [
      "a token that lives longer than a day",
      { tokenExpirationSeconds: 86_401 },
      "tokenExpirationSeconds must be as WI014 says (the token expiration lies between 3600 and 86400 seconds), got 86401. " +
        "See https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations",
    ],
  ];
  for (const [what, app, message] of refusals) {
    it(`refuse ${what}`, () => assertRefused("WebApp", () => make(app), `WebApp "shop": ${message}`));
  }
});
