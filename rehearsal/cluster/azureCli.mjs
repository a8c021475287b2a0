// Stands in for an image of the Azure CLI: signs in with the pod's federated token, for Resource Manager, as `az login --federated-token` does, and waits.
import { readFile } from "node:fs/promises";
import { ClientAssertionCredential } from "@azure/identity";

const { stays, done } = JSON.parse(process.argv[2]);
const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE, AZURE_AUTHORITY_HOST } = process.env;
const TRY_AGAIN_MS = 1000;

async function signIn() {
  const assertion = async () => (await readFile(AZURE_FEDERATED_TOKEN_FILE, "utf8")).trim();
  const credential = new ClientAssertionCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, assertion, {
    authorityHost: AZURE_AUTHORITY_HOST,
    retryOptions: { maxRetries: 0 },
  });
  await credential.getToken("https://management.azure.com/.default");
}

async function untilSignedIn() {
  try {
    await signIn();
    process.stdout.write(`${done}\n`);
    // As the container goes on living, where it does.
    if (stays) setInterval(() => {}, 2 ** 30);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (stays) setTimeout(untilSignedIn, TRY_AGAIN_MS);
    else process.exitCode = 1;
  }
}

process.on("SIGTERM", () => process.exit(0));
await untilSignedIn();
