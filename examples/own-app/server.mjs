// Your own application: it takes what the webhook and WebApp give every container, and nothing of this project.
// Without the Azure SDK, so that each step can be seen; an application with its own SDK needs none of these lines.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const { AZURE_AUTHORITY_HOST, AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE, KEY_VAULT_URI, SECRET_NAME } =
  process.env;
const { PORT = "3000", HOST = "0.0.0.0" } = process.env;
const RETRY_MS = 2000;

/** The pod's token for an access token. The file is read each time, since Kubernetes replaces it. */
async function accessToken() {
  const response = await fetch(new URL(`${AZURE_TENANT_ID}/oauth2/v2.0/token`, AZURE_AUTHORITY_HOST), {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: AZURE_CLIENT_ID ?? "",
      scope: "https://vault.azure.net/.default",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await readFile(AZURE_FEDERATED_TOKEN_FILE ?? "", "utf8"),
    }),
  });
  const { access_token: token, error_codes: codes } = await response.json();
  if (!response.ok) throw new Error(`Entra ID refused: AADSTS${codes?.[0] ?? response.status}`);
  return token;
}

async function readSecret() {
  const headers = { authorization: `Bearer ${await accessToken()}` };
  const response = await fetch(new URL(`secrets/${SECRET_NAME}?api-version=2026-04-01`, KEY_VAULT_URI), { headers });
  const { value, error } = await response.json();
  if (!response.ok) throw new Error(`Key Vault refused: ${error?.innererror?.code ?? error?.code ?? response.status}`);
  return value;
}

let state = "starting";
let secret;

async function start() {
  try {
    secret = await readSecret();
    state = "ready";
  } catch (error) {
    // The message of a refusal only: an answer that cannot be parsed could hold the secret.
    state = error.message.includes(" refused: ") ? error.message : "no answer that could be read";
    setTimeout(start, RETRY_MS);
  }
  process.stdout.write(`${JSON.stringify({ state })}\n`);
}

const server = createServer(({ url }, response) => {
  const ready = secret !== undefined;
  const answers = {
    "/live": [200, "alive"],
    "/ready": [ready ? 200 : 503, state],
    "/": [200, `${state}, ${secret?.length ?? 0} characters`],
  };
  const [status, text] = answers[url] ?? [404, "not found"];
  response.writeHead(status, { "content-type": "text/plain" }).end(`${text}\n`);
});
server.listen(Number(PORT), HOST, start);
process.on("SIGTERM", () => server.close(() => process.exit(0)));
