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

  it("names every mistake at once, with the value", () => {
    throws(
      () => configOf({ PORT: "http", KEY_VAULT_URI: "kv.vault.azure.net", REFRESH_MS: "1" }),
      refusal(
        'PORT must be a port number from 0 to 65535 (0 takes a free one), got "http"; ' +
          'KEY_VAULT_URI must be the https address of the vault, such as https://name.vault.azure.net/, got "kv.vault.azure.net"; ' +
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

  it("refuses a longest wait below the shortest", () => {
    throws(
      () => configOf({ RETRY_MIN_MS: "2000", RETRY_MAX_MS: "1000" }),
      refusal("RETRY_MAX_MS must not be less than RETRY_MIN_MS (2000), got 1000"),
    );
  });
});
