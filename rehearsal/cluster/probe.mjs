// Stands in for an image that the program does not build: signs in with the pod's identity, reads what it is given, and says what it read, never the value.
import { createServer } from "node:http";
import { WorkloadIdentityCredential } from "@azure/identity";

const { secrets, blobs, roleLists, stays, done } = JSON.parse(process.argv[2]);
// It is to show the first refusal at once.
const retryOptions = { maxRetries: 0 };
const read = [];

async function readSecrets(credential) {
  if (secrets.length === 0) return;
  const { SecretClient } = await import("@azure/keyvault-secrets");
  for (const { vaultUri, name } of secrets) {
    const secret = await new SecretClient(vaultUri, credential, { retryOptions }).getSecret(name);
    read.push(`secret ${name} of ${vaultUri}, version ${secret.properties.version}`);
  }
}

async function readBlobs(credential) {
  if (blobs.length === 0) return;
  const { BlobServiceClient } = await import("@azure/storage-blob");
  for (const { endpoint, container } of blobs) {
    const client = new BlobServiceClient(endpoint, credential, { retryOptions: { maxTries: 1 } }).getContainerClient(container);
    const first = await client.listBlobsFlat().next();
    read.push(`blobs of ${endpoint}${container}${first.done ? ", which has none" : ""}`);
  }
}

async function readRoles(credential) {
  if (roleLists.length === 0) return;
  const { AuthorizationManagementClient } = await import("@azure/arm-authorization");
  for (const { scope, principalId } of roleLists) {
    const subscription = /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1] ?? "";
    const client = new AuthorizationManagementClient(credential, subscription, { retryOptions });
    let count = 0;
    for await (const _ of client.roleAssignments.listForScope(scope, { filter: `assignedTo('${principalId}')` })) count += 1;
    read.push(`${count} roles at ${scope}`);
  }
}

process.on("SIGTERM", () => process.exit(0));
try {
  const credential = new WorkloadIdentityCredential({ retryOptions });
  if (secrets.length + blobs.length + roleLists.length === 0) {
    await credential.getToken("https://management.azure.com/.default");
    read.push("a token");
  }
  await readSecrets(credential);
  await readBlobs(credential);
  await readRoles(credential);
  process.stdout.write(`${read.join("\n")}\n`);
  if (stays)
    createServer((_, response) => response.end(`${read.join("\n")}\n`)).listen(Number(process.env.PORT), "127.0.0.1", () =>
      process.stdout.write(`${done}\n`),
    );
  else process.stdout.write(`${done}\n`);
} catch (error) {
  console.error(`Error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
