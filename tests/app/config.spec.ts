import { deepStrictEqual, ok, strictEqual, throws } from "node:assert";
import { ConfigError, readConfig } from "../../app/src/config";
import { configOf, POD_ENV } from "./fixtures";

const refusal = (message: string) => (error: unknown) => {
  ok(error instanceof ConfigError);
  strictEqual(error.message, message);
  return true;
};

describe("The application's configuration", () => {
  it("needs only the vault and the secret, and has documented defaults", () => {
    const config = readConfig({ KEY_VAULT_URI: "https://kv.vault.azure.net/", SECRET_NAME: "greeting" });
    deepStrictEqual(config, {
      vaultUri: "https://kv.vault.azure.net/",
      secretName: "greeting",
      port: 8080,
      host: "0.0.0.0",
      metricsPort: 9464,
      refreshMs: 60_000,
      retryMinMs: 1000,
      retryMaxMs: 60_000,
      inCluster: false,
      blobs: undefined,
      roleList: undefined,
    });
    ok(Object.isFrozen(config));
  });

  it("takes a pod for one that has the webhook's token file, or that Kubernetes started", () => {
    strictEqual(configOf().inCluster, true);
    const bare = { KEY_VAULT_URI: "https://kv.vault.azure.net/", SECRET_NAME: "greeting" };
    strictEqual(readConfig({ ...bare, KUBERNETES_SERVICE_HOST: "10.0.0.1" }).inCluster, true);
    strictEqual(readConfig({ ...bare, AZURE_CLIENT_ID: "someone" }).inCluster, false);
  });

  it("names every mistake at once, with the value where it cannot be a secret", () => {
    throws(
      () => configOf({ PORT: "http", KEY_VAULT_URI: "kv.vault.azure.net", REFRESH_MS: "1" }),
      refusal(
        'PORT must be a port number from 0 to 65535 (0 takes a free one), got "http"; ' +
          "KEY_VAULT_URI must be the https address of the vault, such as https://name.vault.azure.net/, got 18 characters, not shown as they may be a secret; " +
          'REFRESH_MS must be a whole number of milliseconds from 10 to 86400000 (a day), got "1"',
      ),
    );
  });

  it("says what is missing, and counts an empty variable as missing", () => {
    throws(
      () => readConfig({ ...POD_ENV, KEY_VAULT_URI: "", SECRET_NAME: undefined }),
      refusal(
        "KEY_VAULT_URI must be the https address of the vault, but is not set; SECRET_NAME must be the name of a secret, but is not set",
      ),
    );
    strictEqual(configOf({ EXPECTED_ISSUER: "" }).expectedIssuer, undefined);
  });

  for (const port of ["65536", "-1", "80.5", " 80", "0x50", "1e3"]) {
    it(`refuses the port ${JSON.stringify(port)}`, () => {
      throws(
        () => configOf({ METRICS_PORT: port }),
        refusal(`METRICS_PORT must be a port number from 0 to 65535 (0 takes a free one), got ${JSON.stringify(port)}`),
      );
    });
  }

  for (const uri of [
    "http://kv.vault.azure.net/",
    "https://kv.vault.azure.net/secrets/greeting",
    "https://user:password@kv.vault.azure.net/",
    " https://kv.vault.azure.net/",
    "https://kv.vault.azure.net/\n",
  ]) {
    it(`refuses the vault ${JSON.stringify(uri)}`, () => {
      throws(() => configOf({ KEY_VAULT_URI: uri }), ConfigError);
    });
  }

  const BLOBS = { BLOB_ENDPOINT: "https://stweb.blob.core.windows.net", BLOB_CONTAINER: "documents" };
  const CONNECTION = "DefaultEndpointsProtocol=https;AccountName=stweb;AccountKey=SECRET==;EndpointSuffix=core.windows.net";
  for (const value of [
    CONNECTION,
    CONNECTION.split(";").reverse().join(";"),
    "https://stweb.blob.core.windows.net/?sv=2025&sig=SECRET",
    "https://stweb.blob.core.windows.net/#SECRET",
    "https://SECRET:SECRET@stweb.blob.core.windows.net/",
    "?sv=2025&sig=SECRET",
    "SECRET==",
  ]) {
    it(`shows nothing of ${JSON.stringify(value)} where it stands by mistake`, () => {
      for (const name of ["KEY_VAULT_URI", "SECRET_NAME", "BLOB_ENDPOINT", "BLOB_CONTAINER"]) {
        throws(
          () => configOf({ ...BLOBS, [name]: value }),
          ({ message }: Error) => message.startsWith(`${name} must be `) && !/SECRET(?!_NAME)/.test(message),
        );
      }
    });
  }

  it("refuses a longest wait below the shortest", () => {
    throws(
      () => configOf({ RETRY_MIN_MS: "2000", RETRY_MAX_MS: "1000" }),
      refusal("RETRY_MAX_MS must not be less than RETRY_MIN_MS (2000), got 1000"),
    );
  });

  const GROUP = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-web_(1)";
  const PRINCIPAL = "55555555-5555-4555-8555-555555555555";

  it("takes the container to read, its account from the endpoint, and the route only if it is on", () => {
    const blobs = {
      endpoint: "https://stweb.blob.core.windows.net/",
      account: "stweb",
      container: "documents",
      route: false,
      emulator: undefined,
    };
    deepStrictEqual(configOf(BLOBS).blobs, blobs);
    deepStrictEqual(configOf({ ...BLOBS, BLOB_ROUTE: "on" }).blobs, { ...blobs, route: true });
    strictEqual(configOf({ ...BLOBS, BLOB_ENDPOINT: "https://stweb.z1.blob.storage.azure.net/" }).blobs?.account, "stweb");
  });

  it("takes whose roles to list, and the subscription from the scope", () => {
    deepStrictEqual(configOf({ ROLE_LIST_SCOPE: GROUP, ROLE_LIST_PRINCIPAL: PRINCIPAL }).roleList, {
      scope: GROUP,
      principal: PRINCIPAL,
      subscriptionId: "22222222-2222-4222-8222-222222222222",
    });
  });

  for (const [env, message] of [
    [{ ROLE_LIST_SCOPE: GROUP }, "ROLE_LIST_PRINCIPAL must be set where ROLE_LIST_SCOPE is"],
    [{ ROLE_LIST_PRINCIPAL: PRINCIPAL }, "ROLE_LIST_SCOPE must be set where ROLE_LIST_PRINCIPAL is"],
    [{ BLOB_CONTAINER: "documents" }, "BLOB_ENDPOINT must be set where BLOB_CONTAINER is"],
    [{ BLOB_ENDPOINT: BLOBS.BLOB_ENDPOINT }, "BLOB_CONTAINER must be set where BLOB_ENDPOINT is"],
    [{ BLOB_ROUTE: "on" }, "BLOB_ENDPOINT must be set where BLOB_ROUTE is; BLOB_CONTAINER must be set where BLOB_ROUTE is"],
    [{ ...BLOBS, BLOB_ROUTE: "off" }, 'BLOB_ROUTE must be "on" or not set, got "off"'],
    [
      { ...BLOBS, BLOB_ENDPOINT: "http://stweb.blob.core.windows.net/", PORT: "x", ROLE_LIST_SCOPE: GROUP },
      'PORT must be a port number from 0 to 65535 (0 takes a free one), got "x"; ' +
        "BLOB_ENDPOINT must be the https address of an account's blob service, such as https://name.blob.core.windows.net/, " +
        "got 35 characters, not shown as they may be a secret; ROLE_LIST_PRINCIPAL must be set where ROLE_LIST_SCOPE is",
    ],
    [
      { ...BLOBS, BLOB_CONTAINER: "a--b" },
      "BLOB_CONTAINER must be the name of a container: 3 to 63 small letters, digits and single -, got 4 characters, not shown as they may be a secret",
    ],
    [
      { ROLE_LIST_SCOPE: "/subscriptions/x", ROLE_LIST_PRINCIPAL: "me') or atScope(" },
      "ROLE_LIST_SCOPE must be the resource id of a resource group, such as /subscriptions/<id>/resourceGroups/<name>, " +
        `got "/subscriptions/x"; ROLE_LIST_PRINCIPAL must be the object id of an identity, a GUID, got "me') or atScope("`,
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(env).slice(0, 90)}`, () => {
      throws(() => configOf(env), refusal(message));
    });
  }
});
