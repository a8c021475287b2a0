// Key Vault's data plane, as far as an application reads secrets: the challenge, the token, the role, the secret.
import { GET_SECRET_ACTION, isAllowed, policyAllowsGet, type VaultLink } from "../../chain";
import { azureError, type EmulatedHost, type EmulatedRequest, type EmulatedResponse, HOST_REFUSED } from "../network/handler";
import type { AccessToken, TokenProblem, TokenSigner } from "./tokens";
import type { AzureView, SecretVersion } from "./view";

const AUDIENCE = "https://vault.azure.net";
const API_VERSION = /^(7\.\d|20\d\d-\d\d-\d\d)(-preview(\.\d+)?)?$/;

/**
 * `GET /secrets/{name}[/{version}]` of all vaults. Checked in this order: vault 403, token 401, path 501, verb 405, api-version 400,
 * permission model and role 403, secret 404, disabled 403. As in Azure, a caller without the role does not learn whether the secret exists.
 */
export function keyVaultHost(view: AzureView, signer: TokenSigner): EmulatedHost {
  return {
    pattern: "*.vault.azure.net",
    async handle(request) {
      const vault = view.vaults().find(({ uri }) => new URL(uri).hostname === request.url.hostname);
      if (vault === undefined) return noSuchVault(request.url.hostname);
      const caller = await authenticate(request, vault, signer);
      return "status" in caller ? caller : readSecret(request, vault, caller, view);
    },
  };
}

async function authenticate(
  request: EmulatedRequest,
  vault: VaultLink,
  signer: TokenSigner,
): Promise<AccessToken | EmulatedResponse> {
  const token = /^(?:Bearer|PoP) (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) return challenge(vault, "AKV10000: Request is missing a Bearer or PoP token.");
  const verified = await signer.verify(token, { tenantId: vault.tenantId, audiences: [AUDIENCE] });
  return "token" in verified ? verified.token : challenge(vault, tokenProblemText(verified.problem, verified.found, vault));
}

/** The SDK learns tenant and resource from this header, and refuses to sign in to another tenant than its own. */
function challenge({ tenantId }: VaultLink, message: string): EmulatedResponse {
  const header = `Bearer authorization="https://login.microsoftonline.com/${tenantId}", resource="${AUDIENCE}"`;
  return azureError(401, "Unauthorized", message, { headers: { "www-authenticate": header } });
}

/** Numbers as https://learn.microsoft.com/azure/key-vault/general/rest-error-codes has them; the texts without a number are ours. */
function tokenProblemText(problem: TokenProblem, found: string, { tenantId }: VaultLink): string {
  const texts: Readonly<Record<TokenProblem, string>> = {
    malformed: "Error validating token: it is not a JWT with the claims of an access token.",
    signature: "Error validating token: its signature is not valid.",
    expired: "Error validating token: it is not within its time of validity.",
    issuer: `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${tenantId}/, found ${found}.`,
    audience: `AKV10022: Invalid audience. Expected ${AUDIENCE}, found: ${found}.`,
  };
  return texts[problem];
}

function readSecret(request: EmulatedRequest, vault: VaultLink, caller: AccessToken, view: AzureView): EmulatedResponse {
  const { name, version } = /^\/secrets\/(?<name>[^/]+)(?:\/(?<version>[^/]*))?$/.exec(request.url.pathname)?.groups ?? {};
  if (name === undefined)
    return azureError(501, "NotInRehearsal", "The rehearsal's Key Vault has only GET /secrets/{name}[/{version}].");
  if (request.method !== "GET")
    return azureError(405, "MethodNotAllowed", `The rehearsal's Key Vault only reads: ${request.method} is not there.`);
  const apiVersion = request.url.searchParams.get("api-version") ?? "";
  if (!API_VERSION.test(apiVersion))
    return azureError(400, "BadParameter", `The api-version "${apiVersion}" is missing or not known.`);
  const refusal = authorize(view, vault, caller, name);
  if (refusal !== undefined) return refusal;
  const versions = view.secretVersions(vault.id, name);
  const secret = version === undefined || version === "" ? versions.at(-1) : versions.find((each) => each.version === version);
  if (secret === undefined) return secretNotFound(version ? `${name}/${version}` : name);
  if (!secret.enabled) return forbidden("SecretDisabled", "Operation get is not allowed on a disabled secret.");
  return { status: 200, body: bundle(vault, name, secret) };
}

function authorize(view: AzureView, vault: VaultLink, caller: AccessToken, secretName: string): EmulatedResponse | undefined {
  const who = `appid=${caller.clientId};oid=${caller.principalId};iss=${caller.issuer}`;
  if (!vault.rbac) {
    if (policyAllowsGet(vault, vault.tenantId, caller.principalId)) return undefined;
    const text = `The user, group or application '${who}' does not have secrets get permission on key vault '${vault.name}'.`;
    return forbidden(
      "AccessDenied",
      `${text} For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    );
  }
  const resource = `${vault.id}/secrets/${secretName}`;
  const { principalId } = caller;
  const custom = view.customRoles();
  if (isAllowed(view.roleAssignments(), principalId, GET_SECRET_ACTION, "dataAction", resource, custom)) return undefined;
  const lines = [
    "Caller is not authorized to perform action on resource.",
    "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
    `Caller: ${who}`,
    `Action: '${GET_SECRET_ACTION}'`,
    `Resource: '${resource.toLowerCase()}'`,
    "Assignment: (not found)",
    "DenyAssignmentId: null",
    "DecisionReason: null",
    `Vault: ${vault.name}`,
  ];
  return forbidden("ForbiddenByRbac", `${lines.join("\r\n")}\r\n`);
}

function forbidden(innerCode: "ForbiddenByRbac" | "AccessDenied" | "SecretDisabled", message: string): EmulatedResponse {
  return azureError(403, "Forbidden", message, { innererror: { code: innerCode } });
}

function secretNotFound(id: string): EmulatedResponse {
  const hint =
    "If you recently deleted this secret you may be able to recover it using the correct recovery command. " +
    "For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182";
  return azureError(404, "SecretNotFound", `A secret with (name/id) ${id} was not found in this key vault. ${hint}`);
}

/** In Azure the name would not resolve at all. Through a proxy the SDK can only be told so, as for every host that is not there. */
function noSuchVault(host: string): EmulatedResponse {
  const message = `HostNotFound: no key vault of this rehearsal has the host name ${host}. In Azure the name would not resolve.`;
  return { ...azureError(403, HOST_REFUSED, message), code: "HostNotFound" };
}

function bundle(vault: VaultLink, name: string, secret: SecretVersion): object {
  return {
    value: secret.value,
    ...(secret.contentType === undefined ? {} : { contentType: secret.contentType }),
    id: `${vault.uri}secrets/${name}/${secret.version}`,
    attributes: {
      enabled: secret.enabled,
      created: secret.created,
      updated: secret.created,
      recoveryLevel: "Recoverable+Purgeable",
      recoverableDays: 90,
    },
    tags: {},
  };
}
