// The blob service of the program's storage accounts: reading, listing, putting and deleting blobs with a token of Entra ID.
// https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
import type { BlobContainerLink } from "../../chain";
import { azureError, type EmulatedHost, type EmulatedRequest, type EmulatedResponse, HOST_REFUSED } from "../network/handler";
import { authenticate, type BlobAction, roleRefusal } from "./blobAccess";
import { listBlobs } from "./blobListing";
import type { BlobStore } from "./blobStore";
import { putBlob, UPLOAD_LIMIT_BYTES } from "./blobWriting";
import { storageError } from "./storageErrors";
import { answerHeaders, conditionRefusal, readBlob } from "./storedBlob";
import type { TokenSigner } from "./tokens";
import type { AzureView, StorageAccountLink } from "./view";

const VERSION = /^20\d\d-\d\d-\d\d$/;

interface Place {
  readonly account: StorageAccountLink;
  readonly container: string;
  /** Undefined: the container itself. */
  readonly blob: string | undefined;
}

/** Checked in this order: account 403, key, token or none 401/403/409, version 400, what is asked 501, role 403, container and blob 404. */
export function blobHost(view: AzureView, signer: TokenSigner, store: BlobStore): EmulatedHost {
  return {
    pattern: "*.blob.core.windows.net",
    bodyLimitBytes: UPLOAD_LIMIT_BYTES,
    async handle(request) {
      const account = view.storageAccounts().find(({ endpoint }) => new URL(endpoint).hostname === request.url.hostname);
      if (account === undefined) return noSuchAccount(request.url.hostname);
      const caller = await authenticate(request, account, view, signer);
      if (typeof caller === "function") return caller(view.now());
      if (!VERSION.test(request.headers["x-ms-version"] ?? ""))
        return storageError("InvalidHeaderValue", ["HeaderName", "x-ms-version"])(view.now());
      const place = placeOf(account, request.url);
      const wanted = place === undefined ? undefined : operationOf(request, place);
      if (place === undefined || wanted === undefined) return storageError("NotInRehearsal")(view.now());
      const refusal = roleRefusal(view, caller, wanted.needs, account, place.container);
      if (refusal !== undefined) return refusal(view.now());
      const container = view
        .blobContainers()
        .find(({ account: owner, name }) => owner === account.name && name === place.container);
      if (container === undefined) return storageError("ContainerNotFound")(view.now());
      return wanted.answer(request, container, store, place.blob ?? "", view.now());
    },
  };
}

interface Operation {
  readonly needs: BlobAction;
  answer(request: EmulatedRequest, container: BlobContainerLink, store: BlobStore, blob: string, now: number): EmulatedResponse;
}

const OPERATIONS = {
  containerProperties: {
    needs: "readContainer",
    answer: (request) => ({ status: 200, headers: { ...answerHeaders(request), ...CONTAINER_HEADERS } }),
  },
  list: {
    needs: "read",
    answer: (request, container, store, _, now) =>
      listBlobs(request, container, store.list(container.account, container.name), now),
  },
  read: {
    needs: "read",
    answer(request, { account, name }, store, blob, now) {
      const found = store.get(account, name, blob);
      return found === undefined ? storageError("BlobNotFound")(now) : readBlob(request, found, now);
    },
  },
  put: { needs: "write", answer: putBlob },
  delete: {
    needs: "delete",
    answer(request, { account, name }, store, blob, now) {
      const found = store.get(account, name, blob);
      if (found === undefined) return storageError("BlobNotFound")(now);
      const unmet = conditionRefusal(request.headers, found, true);
      if (unmet !== undefined) return unmet(now);
      store.delete(account, name, blob);
      return { status: 202, headers: { ...answerHeaders(request), "x-ms-delete-type-permanent": "true" } };
    },
  },
} as const satisfies Record<string, Operation>;

const CONTAINER_HEADERS = {
  "x-ms-lease-status": "unlocked",
  "x-ms-lease-state": "available",
  "x-ms-has-immutability-policy": "false",
  "x-ms-has-legal-hold": "false",
};

/** Undefined for what the rehearsal's storage does not do, such as blocks, leases, snapshots and tags. */
function operationOf({ method, url }: EmulatedRequest, { blob }: Place): Operation | undefined {
  const query = new Set([...url.searchParams.keys()].filter((name) => name !== "timeout"));
  const isRead = method === "GET" || method === "HEAD";
  if (blob === undefined) {
    if (!isRead || url.searchParams.get("restype") !== "container") return undefined;
    if (url.searchParams.get("comp") === "list" && method === "GET") return OPERATIONS.list;
    return query.size === 1 ? OPERATIONS.containerProperties : undefined;
  }
  if (query.size > 0) return undefined;
  if (isRead) return OPERATIONS.read;
  return method === "PUT" ? OPERATIONS.put : method === "DELETE" ? OPERATIONS.delete : undefined;
}

/** A name in the path is percent-encoded; the service's own root, and what cannot be decoded, is no place. */
function placeOf(account: StorageAccountLink, { pathname }: URL): Place | undefined {
  const { container, blob } = /^\/(?<container>[^/]+)(?:\/(?<blob>.+))?$/.exec(decoded(pathname) ?? "")?.groups ?? {};
  return container === undefined ? undefined : { account, container, blob };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** In Azure the name would not resolve at all, as with a vault that is not there. */
function noSuchAccount(host: string): EmulatedResponse {
  const message = `HostNotFound: no storage account of this rehearsal has the host name ${host}. In Azure the name would not resolve.`;
  return { ...azureError(403, HOST_REFUSED, message), code: "HostNotFound" };
}
