// Who asks emulated blob storage, and whether a role permits it: a token of Entra ID, and nothing else.
// https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
import type { EmulatedRequest } from "../network/handler";
import { mayDo } from "./deployer";
import { type StorageRefusal, storageError } from "./storageErrors";
import type { AccessToken, TokenProblem, TokenSigner } from "./tokens";
import type { AzureView, StorageAccountLink } from "./view";

const STORAGE_AUDIENCE = "https://storage.azure.com";
const CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers";

export const BLOB_ACTIONS = {
  readContainer: { action: `${CONTAINERS}/read`, kind: "action" },
  read: { action: `${CONTAINERS}/blobs/read`, kind: "dataAction" },
  write: { action: `${CONTAINERS}/blobs/write`, kind: "dataAction" },
  delete: { action: `${CONTAINERS}/blobs/delete`, kind: "dataAction" },
} as const;
export type BlobAction = keyof typeof BLOB_ACTIONS;

/** The caller of a request, or why there is none. */
export async function authenticate(
  { method, url, headers }: EmulatedRequest,
  account: StorageAccountLink,
  view: AzureView,
  signer: TokenSigner,
): Promise<AccessToken | StorageRefusal> {
  const authorization = headers.authorization ?? "";
  const bearer = /^Bearer (\S+)$/i.exec(authorization)?.[1];
  if (bearer === undefined) return withoutToken(authorization, url, method, account, view.tenantId);
  // Without the header Azure takes the request for one of a version before tokens, and says so.
  // https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services
  if (headers["x-ms-version"] === undefined)
    return storageError("AuthenticationFailed", [
      "AuthenticationErrorDetail",
      "Authentication scheme Bearer is not supported in this version.",
    ]);
  const audiences = [STORAGE_AUDIENCE, account.endpoint.replace(/\/$/, "")];
  const verified = await signer.verify(bearer, { tenantId: view.tenantId, audiences });
  if ("token" in verified) return verified.token;
  return storageError(
    "InvalidAuthenticationInfo",
    ["AuthenticationErrorDetail", PROBLEMS[verified.problem]],
    challenge(view.tenantId),
  );
}

/** Code, header and the words for the audience as in Azure/AzureStor#119; the other words are ours, in the same form. */
const PROBLEMS: Readonly<Record<TokenProblem, string>> = {
  expired: "Lifetime validation failed. The token is expired.",
  audience: "Audience validation failed. Audience did not match.",
  issuer: "Issuer validation failed. Issuer did not match.",
  signature: "Signature validation failed. Signature verification failed.",
  malformed: "The token is not a JWT with the claims of an access token.",
};

// Keys: https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent - anonymous requests:
// https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent, where public access is off for the account. Containers are private here.
function withoutToken(
  authorization: string,
  { searchParams }: URL,
  method: string,
  { sharedKeys, publicAccess }: StorageAccountLink,
  tenantId: string,
): StorageRefusal {
  const isDelegated = searchParams.has("skoid");
  if (/^SharedKey/i.test(authorization) || (searchParams.has("sig") && !isDelegated))
    return sharedKeys ? storageError("AuthenticationFailed", NO_SIGNATURE) : storageError("KeyBasedAuthenticationNotPermitted");
  // Nobody gets a key here, an account's or a delegated one: no signature can be right.
  if (isDelegated) return storageError("AuthenticationFailed", NO_SIGNATURE);
  if (!publicAccess && ["GET", "HEAD"].includes(method)) return storageError("PublicAccessNotPermitted");
  return storageError("NoAuthenticationInformation", undefined, challenge(tenantId));
}

const NO_SIGNATURE = ["AuthenticationErrorDetail", "Signature did not match."] as const;

// https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#bearer-challenge
function challenge(tenantId: string): Readonly<Record<string, string>> {
  const uri = `https://login.microsoftonline.com/${tenantId}/oauth2/authorize`;
  return { "www-authenticate": `Bearer authorization_uri=${uri} resource_id=${STORAGE_AUDIENCE}` };
}

/** Before anything is looked up: who has no right does not learn whether container or blob exists. */
export function roleRefusal(
  view: AzureView,
  caller: AccessToken,
  wanted: BlobAction,
  account: StorageAccountLink,
  container: string,
): StorageRefusal | undefined {
  const { action, kind } = BLOB_ACTIONS[wanted];
  const scope = `${account.id}/blobServices/default/containers/${container}`;
  return mayDo(view, caller.principalId, action, kind, scope) ? undefined : storageError("AuthorizationPermissionMismatch");
}
