// The unmodified Azure CLI against the emulated cloud: it signs in without a credential, and creates, shows, lists and deletes over REST.
// Not part of `npm test`: the CLI has 730 MB. `.ci/azureCli` installs it.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { AUDIENCE } from "../../chain";
import { CLUSTER } from "../../rehearsal/cloud/resourceTypes";
import { type ServedCloud, serveCloud } from "../../rehearsal/serveCloud";

const PYTHON = process.env.AZURE_CLI_PYTHON ?? "";
const GROUP = "rg-web";
const IN_GROUP = ["--resource-group", GROUP];
const PRINCIPAL = "33333333-3333-4333-8333-333333333333";
const ISSUER = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/";
const SUBJECT = "system:serviceaccount:web:web";

interface Ran {
  readonly code: number | null;
  /** Its output as JSON; undefined where it printed nothing. */
  readonly json: unknown;
  readonly errors: string;
}

describe("The Azure CLI against the emulated cloud", function () {
  // Each command starts a Python that loads for seconds, on a busy machine for many.
  this.timeout(180_000);
  let served: ServedCloud;
  let home: string;
  let groupId: string;

  const az = (...args: string[]) => run(join(home, "config"), args);
  async function run(config: string, args: readonly string[]): Promise<Ran> {
    const env = {
      ...served.environment("az"),
      PATH: "/usr/bin:/bin",
      HOME: home,
      AZURE_CONFIG_DIR: config,
      AZURE_CORE_COLLECT_TELEMETRY: "no",
      AZURE_CORE_OUTPUT: "json",
      AZURE_CORE_NO_COLOR: "yes",
    };
    const child = spawn(PYTHON, ["-m", "azure.cli", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
    const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { code, json: output.trim() === "" ? undefined : JSON.parse(output), errors };
  }
  async function good(...args: string[]): Promise<unknown> {
    const { code, json, errors } = await az(...args);
    strictEqual(code, 0, `az ${args.join(" ")}: ${errors}`);
    return json;
  }
  const signIn = (config: string, clientId: string, token: string) => {
    const who = ["--username", clientId, "--tenant", served.deployer.tenantId, "--federated-token", token];
    return run(join(home, config), ["login", "--service-principal", ...who]);
  };
  const webToken = (issuer: string) =>
    served
      .issuer(issuer)
      .mint({ subject: SUBJECT, audience: AUDIENCE, namespace: "web", serviceAccount: "web", lifetimeSeconds: 3600 });
  const createIdentity = (name: string) =>
    good("identity", "create", ...IN_GROUP, "--name", name, "--query", "[name, principalId, clientId]");

  before(async () => {
    const install = 'AZURE_CLI_PYTHON="$(.ci/azureCli)" npm run test:azure-cli';
    if (!existsSync(PYTHON)) throw new Error(`AZURE_CLI_PYTHON names no Python with the Azure CLI, got "${PYTHON}": ${install}`);
    served = await serveCloud();
    groupId = `/subscriptions/${served.cloud.subscriptionId}/resourceGroups/${GROUP}`;
    home = await mkdtemp(join(tmpdir(), "azure-cli-"));
    const { code, errors } = await signIn("config", served.deployer.clientId, await served.deployer.token());
    strictEqual(code, 0, errors);
    await good("group", "create", "--name", GROUP, "--location", "westeurope");
  });
  after(async () => {
    await served?.close();
    if (home !== undefined) await rm(home, { recursive: true, force: true });
  });

  it("is signed in with the deployer's token, and sees the subscription", async () => {
    const [id, tenantId, user] = [served.cloud.subscriptionId, served.deployer.tenantId, served.deployer.clientId];
    deepStrictEqual(await good("account", "show", "--query", "[id, tenantId, user.name]"), [id, tenantId, user]);
  });

  it("is not signed in with the token of another subject: AADSTS700213", async () => {
    const issuer = served.cloud.federatedCredentials()[0]?.issuer ?? "";
    const { code, errors } = await signIn("stranger", served.deployer.clientId, await webToken(issuer));
    strictEqual(code, 1);
    match(errors, /AADSTS700213/);
  });

  it("is signed in as a pod's identity, and finds no subscription until that has a role", async () => {
    const [, principalId, clientId] = [...Object(await createIdentity("id-pod"))];
    served.issuer(ISSUER);
    const named = [...IN_GROUP, "--identity-name", "id-pod", "--name", "fc-web"];
    const trusted = ["--issuer", ISSUER, "--subject", SUBJECT, "--audiences", AUDIENCE];
    await good("identity", "federated-credential", "create", ...named, ...trusted);
    match((await signIn("pod", clientId, await webToken(ISSUER))).errors, /No subscriptions found/);
    const assignee = ["--assignee-object-id", principalId, "--assignee-principal-type", "ServicePrincipal"];
    await good("role", "assignment", "create", ...assignee, "--role", "Reader", "--scope", groupId);
    strictEqual((await signIn("pod", clientId, await webToken(ISSUER))).code, 0);
  });

  it("shows a resource group, and that another one is not there", async () => {
    const group = await good("group", "show", "--name", GROUP, "--query", "[id, location, properties.provisioningState]");
    deepStrictEqual(group, [groupId, "westeurope", "Succeeded"]);
    strictEqual(await good("group", "exists", "--name", "rg-other"), false);
    match((await az("group", "show", "--name", "rg-other")).errors, /ResourceGroupNotFound/);
  });

  it("creates and shows an identity", async () => {
    const [, principalId] = [...Object(await createIdentity("id-web"))];
    const query = ["--query", "[name, principalId, tenantId]"];
    deepStrictEqual(await good("identity", "show", ...IN_GROUP, "--name", "id-web", ...query), [
      "id-web",
      principalId,
      served.deployer.tenantId,
    ]);
  });

  it("creates and lists federated credentials", async () => {
    await createIdentity("id-federated");
    const of = ["identity", "federated-credential"];
    const to = [...IN_GROUP, "--identity-name", "id-federated"];
    await good(...of, "create", ...to, "--name", "fc-web", "--issuer", ISSUER, "--subject", SUBJECT, "--audiences", AUDIENCE);
    deepStrictEqual(await good(...of, "list", ...to, "--query", "[].[name, issuer, subject, audiences[0]]"), [
      ["fc-web", ISSUER, SUBJECT, AUDIENCE],
    ]);
  });

  it("creates a vault, finds it by its name alone, deletes it, and lists and purges what was deleted", async () => {
    const named = ["--name", "kv-web"];
    const query = ["--query", "[name, properties.vaultUri, properties.enableRbacAuthorization]"];
    const vault = ["kv-web", "https://kv-web.vault.azure.net/", true];
    deepStrictEqual(await good("keyvault", "create", ...IN_GROUP, ...named, "--location", "westeurope", ...query), vault);
    deepStrictEqual(await good("keyvault", "show", ...named, ...query), vault);
    await good("keyvault", "delete", ...named);
    deepStrictEqual(await good("keyvault", "list-deleted", "--query", "[].name"), ["kv-web"]);
    await good("keyvault", "purge", ...named);
    deepStrictEqual(await good("keyvault", "list-deleted"), []);
  });

  const toPrincipal = ["--assignee-object-id", PRINCIPAL, "--assignee-principal-type", "ServicePrincipal"];

  it("assigns a role by its name, and lists it", async () => {
    const role = ["--role", "Key Vault Secrets User", "--scope", groupId];
    strictEqual(await good("role", "assignment", "create", ...toPrincipal, ...role, "--query", "principalId"), PRINCIPAL);
    const query = ["--query", `[?principalId=='${PRINCIPAL}'].roleDefinitionName`];
    const list = ["role", "assignment", "list", "--scope", groupId, "--fill-principal-name", "false"];
    deepStrictEqual(await good(...list, ...query), ["Key Vault Secrets User"]);
  });

  it("is told that there is no Microsoft Graph where it looks for a principal by name", async () => {
    const { code, errors } = await az(
      "role",
      "assignment",
      "create",
      "--assignee",
      "web",
      "--role",
      "Reader",
      "--scope",
      groupId,
    );
    strictEqual(code, 1);
    match(errors, /The rehearsal has no Microsoft Graph: name a principal by its object id and type\./);
  });

  it("shows a cluster, and hands out its kubeconfig", async () => {
    const id = `${groupId}/providers/${CLUSTER}/aks`;
    served.cloud.manager.put(id, { location: "westeurope", oidcIssuerProfile: { enabled: true } }, "the test's own");
    const issuer = await good("aks", "show", ...IN_GROUP, "--name", "aks", "--query", "oidcIssuerProfile.issuerUrl");
    match(String(issuer), /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\//);
    const file = join(home, "kubeconfig");
    await good("aks", "get-credentials", ...IN_GROUP, "--name", "aks", "--file", file);
    ok(existsSync(file));
  });

  it("reaches no host outside the emulated cloud", () => {
    const emulated = /^(login\.microsoftonline\.com|management\.azure\.com|graph\.microsoft\.com)$/;
    const others = served.network.calls.filter(
      ({ client, host, status }) => client === "az" && !emulated.test(host) && status !== 403,
    );
    deepStrictEqual(others, []);
  });
});
