import { deepStrictEqual, ok, strictEqual, throws } from "node:assert";
import { ConfigError } from "../../app/src/config";
import { configOf } from "./fixtures";

const refusal = (message: string) => (error: unknown) => {
  ok(error instanceof ConfigError);
  strictEqual(error.message, message);
  return true;
};

describe("An emulated storage account", () => {
  const KEY = "c2VjcmV0LWtleS1vZi1hLXRlc3Q=";
  const LOCAL = { AZURE_FEDERATED_TOKEN_FILE: undefined, BLOB_CONTAINER: "documents" };
  const at = (endpoint: string) => `AccountName=local;AccountKey=${KEY};BlobEndpoint=${endpoint};`;
  const emulated = (connection: string) => configOf({ ...LOCAL, AZURE_STORAGE_CONNECTION_STRING: connection }).blobs;

  for (const connection of ["UseDevelopmentStorage=true", '"UseDevelopmentStorage=true"', "'UseDevelopmentStorage=true;'"]) {
    it(`may be the well-known one: ${connection}`, () => {
      const { account, endpoint, emulator } = emulated(connection) ?? {};
      deepStrictEqual(
        [account, endpoint, emulator?.key],
        ["devstoreaccount1", "http://127.0.0.1:10000/devstoreaccount1/", undefined],
      );
    });
  }

  for (const endpoint of ["http://127.0.0.1:10000/local", "https://localhost:1/local/", "http://[::1]:10000/local"]) {
    it(`may be at ${endpoint}`, () => {
      const { account, endpoint: found, emulator } = emulated(at(endpoint)) ?? {};
      deepStrictEqual([account, found, emulator?.key], ["local", endpoint.replace(/\/?$/, "/"), KEY]);
    });
  }

  for (const connection of [
    `DefaultEndpointsProtocol=https;AccountName=stweb;AccountKey=${KEY};EndpointSuffix=core.windows.net`,
    at("https://stweb.blob.core.windows.net/local"),
    at("http://127.0.0.1.example.com/local"),
    at("http://127.0.0.1@example.com/local"),
    at("http://example.com#@127.0.0.1/local"),
    at("http://127.0.0.1:10000/other"),
    at("ftp://127.0.0.1/local"),
    `${at("http://127.0.0.1:10000/local")}BlobEndpoint=https://stweb.blob.core.windows.net/local`,
    `BlobEndpoint=https://stweb.blob.core.windows.net/local;${at("http://127.0.0.1:10000/local")}`,
    `UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://example.com;AccountKey=${KEY}`,
    KEY,
  ]) {
    it(`may not be ${connection.replaceAll(KEY, "<key>")}, and the refusal shows nothing of it`, () => {
      throws(
        () => emulated(connection),
        refusal(
          "AZURE_STORAGE_CONNECTION_STRING must be UseDevelopmentStorage=true, or name an emulator on this machine " +
            "(BlobEndpoint on 127.0.0.1, localhost or [::1], AccountName, AccountKey)",
        ),
      );
    });
  }

  it("is never taken in a cluster", () => {
    throws(
      () => configOf({ BLOB_CONTAINER: "documents", AZURE_STORAGE_CONNECTION_STRING: "UseDevelopmentStorage=true" }),
      refusal("AZURE_STORAGE_CONNECTION_STRING must not be set in a cluster, where the pod's own identity reads the blobs"),
    );
  });

  it("needs a container", () => {
    throws(
      () => configOf({ ...LOCAL, BLOB_CONTAINER: undefined, AZURE_STORAGE_CONNECTION_STRING: "UseDevelopmentStorage=true" }),
      refusal("BLOB_CONTAINER must be set where AZURE_STORAGE_CONNECTION_STRING is"),
    );
  });
});
