// The unmodified Azure SDKs of this process as a pod of the emulation: its identity's token, its connections through the proxy.
import type { TokenCredential } from "@azure/core-auth";
import { createHttpHeaders, createPipelineRequest, type HttpClient, type HttpMethods } from "@azure/core-rest-pipeline";
import { WorkloadIdentityCredential } from "@azure/identity";
import type { AccessToken } from "../../rehearsal/cloud/tokens";
import { type Emulation, IDENTITY, TENANT_ID } from "./emulation";
import { loopbackHttpClient } from "./loopbackHttp";

export interface PodAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Tokens are those that Entra ID would give the identity: the exchange itself is what few tests are about, with `signedIn`. */
export class PodCalls {
  readonly http: HttpClient;
  readonly #azure: Emulation;
  readonly #identity: Pick<AccessToken, "clientId" | "principalId">;

  constructor(azure: Emulation, identity: Pick<AccessToken, "clientId" | "principalId"> = IDENTITY) {
    this.#azure = azure;
    this.#identity = identity;
    this.http = loopbackHttpClient(azure.network, "web/web-0");
  }

  readonly credential: TokenCredential = {
    getToken: async (scopes) => {
      const [scope = ""] = [scopes].flat();
      return { token: await this.token(scope.replace(/\/?\.default$/, "")), expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };

  /** What the pod itself would use: its ServiceAccount's token is exchanged at the token endpoint. */
  async signedIn(): Promise<TokenCredential> {
    const { tokenFile } = await this.#azure.podEnvironment("web/web-0");
    const { clientId } = this.#identity;
    return new WorkloadIdentityCredential({ tenantId: TENANT_ID, clientId, tokenFilePath: tokenFile, httpClient: this.http });
  }

  token(audience: string, tenantId = TENANT_ID): Promise<string> {
    const { clientId, principalId } = this.#identity;
    return this.#azure.signer.issue({ tenantId, audience, clientId, principalId });
  }

  /** One request without any SDK. */
  async request(
    url: string,
    headers: Record<string, string> = {},
    method: HttpMethods = "GET",
    body?: Buffer,
  ): Promise<PodAnswer> {
    const request = createPipelineRequest({ url, method, headers: createHttpHeaders(headers), ...(body ? { body } : {}) });
    const response = await this.http.sendRequest(request);
    return { status: response.status, headers: response.headers.toJSON(), body: response.bodyAsText ?? "" };
  }
}

/** Every item of a list that an SDK gives page by page. */
export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
