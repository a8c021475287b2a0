import { deepStrictEqual, ok } from "node:assert";
import { roleDefinitionId } from "../../chain";
import { ASSIGNMENT, type AzureState, CREDENTIAL, IDENTITY, type PodOptions, SECRET, VAULT } from "../support/emulation";
import { emulatedAzure, redLinks } from "./cloudPod";

const OTHER_TENANT = "99999999-9999-4999-8999-999999999999";

interface Mistake {
  readonly cause: string;
  readonly red: string;
  /** What differs in Azure. */
  readonly state?: Partial<AzureState>;
  /** What differs in the pod. */
  readonly pod?: PodOptions;
}

const MISTAKES: readonly Mistake[] = [
  {
    cause: "an issuer without its slash",
    red: "issuer: AADSTS700211",
    state: { federatedCredentials: [{ ...CREDENTIAL, issuer: CREDENTIAL.issuer.slice(0, -1) }] },
  },
  {
    cause: "a pod of another ServiceAccount",
    red: "subject: AADSTS700213",
    pod: { claims: { subject: "system:serviceaccount:default:web" } },
  },
  {
    cause: "a subject in another case",
    red: "subject: AADSTS7002138",
    state: { federatedCredentials: [{ ...CREDENTIAL, subject: "system:serviceaccount:Web:web" }] },
  },
  {
    cause: "another audience",
    red: "audience: AADSTS700212",
    state: { federatedCredentials: [{ ...CREDENTIAL, audiences: ["api://other"] }] },
  },
  { cause: "no federated credential", red: "token exchange: AADSTS70025", state: { federatedCredentials: [] } },
  {
    cause: "the principal id in place of the client id",
    red: "token exchange: AADSTS700016",
    pod: { env: { AZURE_CLIENT_ID: IDENTITY.principalId } },
  },
  {
    cause: "a tenant that does not exist",
    red: "token exchange: AADSTS90002",
    state: { vaults: [{ ...VAULT, tenantId: OTHER_TENANT }] },
    pod: { env: { AZURE_TENANT_ID: OTHER_TENANT } },
  },
  { cause: "a file that holds no token", red: "token exchange: AADSTS50027", pod: { token: "garbage" } },
  {
    cause: "a role that reads names only",
    red: "secret: ForbiddenByRbac",
    state: { roleAssignments: [{ ...ASSIGNMENT, roleDefinitionId: roleDefinitionId("keyVaultReader", VAULT.id) }] },
  },
  { cause: "a vault with access policies", red: "secret: AccessDenied", state: { vaults: [{ ...VAULT, rbac: false }] } },
  { cause: "a secret that is not there", red: "secret: SecretNotFound", state: { secrets: {} } },
  {
    cause: "a disabled secret",
    red: "secret: SecretDisabled",
    state: { secrets: { greeting: [{ ...SECRET, enabled: false }] } },
  },
  {
    cause: "a vault of another tenant",
    red: "secret: VaultTenantMismatch",
    state: { vaults: [{ ...VAULT, tenantId: OTHER_TENANT }] },
  },
  {
    cause: "a vault that is not there",
    red: "secret: HostNotFound",
    pod: { env: { KEY_VAULT_URI: "https://kv-wbe.vault.azure.net/" } },
  },
  { cause: "no token file", red: "pod: TokenFileMissing", pod: { token: null } },
  { cause: "an empty token file", red: "pod: TokenFileMissing", pod: { token: "" } },
  { cause: "no client id", red: "pod: ClientIdNotInjected", pod: { env: { AZURE_CLIENT_ID: undefined } } },
];

describe("The application shows exactly one red row", () => {
  const azure = emulatedAzure();

  for (const { cause, red, state, pod } of MISTAKES) {
    it(`for ${cause}: ${red}`, async () => {
      Object.assign(azure.cloud.state, state);
      const { app } = await azure.start(pod);
      const [, code = ""] = red.split(": ");
      await app.refused(code);
      deepStrictEqual(redLinks(await app.status()), [red]);
      ok((await app.text("/")).includes(`<strong>${code}</strong>`));
      deepStrictEqual([(await app.get("/readyz")).status, (await app.get("/healthz")).status], [503, 200]);
    });
  }

  it("for an issuer that cannot be read any more: token exchange: AADSTS50166", async () => {
    // A key that Entra ID has not seen makes it ask the issuer again.
    await azure.cloud.issuer.rotate();
    azure.cloud.state.issuers = [];
    const { app } = await azure.start();
    await app.refused("AADSTS50166");
    deepStrictEqual(redLinks(await app.status()), ["token exchange: AADSTS50166"]);
  });
});
