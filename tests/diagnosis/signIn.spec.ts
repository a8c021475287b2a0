// Signing in as the azure-native provider does: which method counts, what is said of it, and what goes wrong in one message.
import { match, ok, rejects, strictEqual } from "node:assert";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { RESOURCE_MANAGER_SCOPE, type SignInOptions, signIn } from "../../diagnosis/signIn";
import { Operations } from "../../rehearsal/cloud/operations";
import { UsageError } from "../../rehearsal/usageError";
import { withFetch } from "../components/fixtures";
import { RestClients } from "../support/restClients";

describe("Signing in to Azure as the azure-native provider does", () => {
  let azure: RestClients;
  let folder: string;
  let token: string;

  before(async () => {
    // By this machine's time: the SDK looks at it too.
    azure = await RestClients.start({ operations: new Operations() });
    folder = await mkdtemp(join(tmpdir(), "sign-in-"));
    token = await azure.served.deployer.token();
  });
  after(async () => {
    await azure.close();
    await rm(folder, { recursive: true });
  });

  const variables = (more: Record<string, string> = {}) => ({
    ARM_CLIENT_ID: azure.served.deployer.clientId,
    ARM_TENANT_ID: azure.served.deployer.tenantId,
    ARM_SUBSCRIPTION_ID: azure.subscriptionId,
    ARM_USE_OIDC: "true",
    ...more,
  });
  const withVariables = (env: Record<string, string>, more: SignInOptions = {}) =>
    signIn({ env, httpClient: azure.http, ...more });
  const fails = (env: Record<string, string>, message: RegExp, more: SignInOptions = {}) =>
    rejects(withVariables(env, more), (error: unknown) => {
      ok(error instanceof UsageError, String(error));
      match(error.message, message);
      ok(!`${error.message}${error.fix}`.includes(token));
      return true;
    });

  it("takes a pipeline's token from ARM_OIDC_TOKEN, says so, and does not show it", async () => {
    const { how, tenantId, subscriptionId, credential } = await withVariables(variables({ ARM_OIDC_TOKEN: token }));
    strictEqual(how, `with the token in ARM_OIDC_TOKEN, as client ${azure.served.deployer.clientId}`);
    strictEqual(tenantId, azure.served.deployer.tenantId);
    strictEqual(subscriptionId, azure.subscriptionId);
    ok(((await credential.getToken(RESOURCE_MANAGER_SCOPE))?.token.length ?? 0) > 0);
  });

  it("takes a pipeline's token from the file of ARM_OIDC_TOKEN_FILE_PATH, with the line's end that a shell left in it", async () => {
    const file = join(folder, "token");
    await writeFile(file, `${token}\n`);
    const { how } = await withVariables(variables({ ARM_OIDC_TOKEN_FILE_PATH: file }));
    match(how, /^with the token in the file of ARM_OIDC_TOKEN_FILE_PATH/);
  });

  it("asks GitHub Actions for a token, for the audience of Entra ID", async () => {
    const github = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.test/token?v=1", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer" };
    const { result, requests } = await withFetch(
      () => Response.json({ value: token }),
      () => withVariables(variables(github)),
    );
    match(result.how, /^with a token of GitHub Actions/);
    strictEqual(requests[0]?.url, "https://github.test/token?v=1&audience=api%3A%2F%2FAzureADTokenExchange");
    strictEqual(requests[0]?.headers.get("authorization"), "Bearer bearer");
  });

  it("tells which permission a workflow lacks that GitHub gives no token", async () => {
    const github = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.test/", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer" };
    await withFetch(
      () => new Response("no", { status: 403 }),
      () => fails(variables(github), /GitHub Actions gave no token: its answer was 403/),
    );
  });

  it("goes by the stack's config before the environment", async () => {
    const config = { "azure-native:clientId": "33333333-3333-4333-8333-333333333333" };
    await fails(variables({ ARM_OIDC_TOKEN: token }), /as client 33333333-.*AADSTS700016/, { config });
  });

  it("names the key of the config that is encrypted, and the variable to set for it", () =>
    fails({}, /azure-native:clientSecret is encrypted/, { encrypted: ["azure-native:clientSecret"] }));

  it("tries a secret before a token, as the provider does", () =>
    fails(variables({ ARM_OIDC_TOKEN: token, ARM_CLIENT_SECRET: "wrong" }), /with the secret in ARM_CLIENT_SECRET/));

  it("names every variable that a method lacks", () =>
    fails(
      { ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: token, ARM_CLIENT_ID: "x" },
      /ARM_TENANT_ID and ARM_SUBSCRIPTION_ID must be set/,
    ));

  it("tries a certificate before a secret, and says that it reads PEM alone", () =>
    fails(
      variables({ ARM_CLIENT_CERTIFICATE_PATH: "me.pfx", ARM_CLIENT_SECRET: "wrong" }),
      /^this command reads no PKCS #12 file: me\.pfx$/,
    ));

  it("wants a subscription for a managed identity and for the default credential, as the provider does", async () => {
    await fails({ ARM_USE_MSI: "true" }, /^to sign in with ARM_USE_MSI, ARM_SUBSCRIPTION_ID must be set$/);
    await fails(
      { ARM_USE_DEFAULT_AZURE_CREDENTIAL: "true", ARM_USE_MSI: "true" },
      /^to sign in with ARM_USE_DEFAULT_AZURE_CREDENTIAL, ARM_SUBSCRIPTION_ID must be set$/,
    );
  });

  it("waits no longer than its limit for a proxy that never answers, and not at all after Ctrl-C", async () => {
    const silent: SignInOptions = { httpClient: { sendRequest: () => new Promise(() => {}) } };
    const given = variables({ ARM_OIDC_TOKEN: token });
    await fails(given, /no answer within 0\.1 seconds$/, { ...silent, limitSeconds: 0.1 });
    const interrupt = new AbortController();
    const signing = withVariables(given, { ...silent, signal: interrupt.signal });
    interrupt.abort(new Error("Ctrl-C"));
    await rejects(signing, /^Error: Ctrl-C$/);
  });

  it("says that a proxy answers in the place of Entra ID", () =>
    fails(variables({ ARM_OIDC_TOKEN: token }), /is not Entra ID: a proxy/, {
      httpClient: {
        sendRequest: async (request) => ({
          request,
          status: 407,
          headers: createHttpHeaders({ "content-type": "text/html" }),
          bodyAsText: "<html>Sign in</html>",
        }),
      },
    }));

  it("says that Entra ID cannot be reached", async () => {
    const httpClient = { sendRequest: () => Promise.reject(new Error("getaddrinfo ENOTFOUND login.microsoftonline.com")) };
    await fails(variables({ ARM_OIDC_TOKEN: token }), /login\.microsoftonline\.com/, { httpClient });
  });

  it("says that ARM_USE_OIDC has no token", () => fails(variables(), /ARM_USE_OIDC is true, and there is no token/));

  it("says that the token's file is not there", () =>
    fails(variables({ ARM_OIDC_TOKEN_FILE_PATH: join(folder, "none") }), /cannot be read: .*none \(ENOENT\)/));

  it("gives Entra ID's reason for a token that it does not trust, in one line", () =>
    fails(variables({ ARM_OIDC_TOKEN: `${token.slice(0, -8)}AAAAAAAA` }), /^cannot sign in to Azure .*AADSTS\d+[^\n]*$/));

  it("knows no other cloud than the public one", () =>
    fails(variables({ ARM_ENVIRONMENT: "usgovernment" }), /ARM_ENVIRONMENT names the cloud "usgovernment"/));

  it("says that nobody is signed in where there are neither variables nor an Azure CLI", () =>
    fails({ PATH: folder }, /^nobody is signed in to Azure: no ARM_\* variables say how, and there is no Azure CLI on PATH$/));

  describe("with the Azure CLI", () => {
    let path: string | undefined;
    const az = async (script: string) => {
      await writeFile(join(folder, "az"), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, "az"), 0o755);
    };
    // The SDK starts the CLI with this process's environment.
    beforeEach(() => {
      path = process.env.PATH;
      process.env.PATH = [folder, path].join(delimiter);
    });
    afterEach(() => {
      process.env.PATH = path;
    });

    it("is signed in as its account, in its subscription", async () => {
      const account = JSON.stringify({
        id: azure.subscriptionId,
        tenantId: azure.served.deployer.tenantId,
        user: { name: "me@example.com" },
      });
      const answer = JSON.stringify({
        accessToken: "secret",
        expiresOn: "2999-01-01 00:00:00.000000",
        expires_on: 32_472_144_000,
      });
      await az(`case "$2" in show) echo '${account}';; *) echo '${answer}';; esac`);
      const { how, subscriptionId, tenantId } = await signIn({ env: { PATH: process.env.PATH } });
      strictEqual(how, "with the Azure CLI, as me@example.com");
      strictEqual(subscriptionId, azure.subscriptionId);
      strictEqual(tenantId, azure.served.deployer.tenantId);
    });

    it("says what the CLI says where nobody is signed in", async () => {
      await az(`echo "ERROR: Please run 'az login' to setup account." >&2; exit 1`);
      await rejects(signIn({ env: { PATH: process.env.PATH } }), {
        name: "UsageError",
        message:
          "nobody is signed in to Azure: no ARM_* variables say how, and az account show says: Please run 'az login' to setup account.",
      });
    });
  });
});
