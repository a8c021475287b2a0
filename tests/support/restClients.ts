// The unmodified Azure SDKs for Resource Manager against the emulated cloud alone.
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ContainerServiceClient } from "@azure/arm-containerservice";
import { KeyVaultManagementClient } from "@azure/arm-keyvault";
import { ManagedServiceIdentityClient } from "@azure/arm-msi";
import { ResourceManagementClient } from "@azure/arm-resources";
import type { TokenCredential } from "@azure/core-auth";
import { createHttpHeaders, createPipelineRequest, type HttpClient, type HttpMethods } from "@azure/core-rest-pipeline";
import { Operations } from "../../rehearsal/cloud/operations";
import type { AccessToken } from "../../rehearsal/cloud/tokens";
import { type ServedCloud, type ServeOptions, serveCloud } from "../../rehearsal/serveCloud";
import { SIGNER_KEY } from "./emulation";
import { loopbackHttpClient } from "./loopbackHttp";
import { StoppedClock } from "./stoppedClock";

export const GROUP = "rg-web";
export const LOCATION = "westeurope";

type Principal = Pick<AccessToken, "clientId" | "principalId">;

export class RestClients {
  readonly subscriptionId: string;
  readonly http: HttpClient;
  #principal: Principal;

  private constructor(
    readonly served: ServedCloud,
    readonly clock: StoppedClock,
    readonly operations: Operations,
  ) {
    this.subscriptionId = served.cloud.subscriptionId;
    this.http = loopbackHttpClient(served.network, "test");
    this.#principal = served.deployer;
  }

  /** With the resource group that everything lies in. */
  static async start(options: ServeOptions = {}): Promise<RestClients> {
    const clock = new StoppedClock();
    const operations = new Operations(clock);
    const clients = new RestClients(await serveCloud({ operations, key: SIGNER_KEY, ...options }), clock, operations);
    await clients.resources().resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
    return clients;
  }

  close(): Promise<void> {
    return this.served.close();
  }

  /** Whoever has signed in. Tokens are those that Entra ID would give: signing in itself is what signIn.spec.ts is about. */
  as(principal: Principal): void {
    this.#principal = principal;
  }

  readonly credential: TokenCredential = {
    getToken: async (scopes) => {
      const [scope = ""] = [scopes].flat();
      const audience = scope.replace(/\/?\.default$/, "");
      const { clientId, principalId } = this.#principal;
      const { signer, cloud } = this.served;
      const token = await signer.issue({ tenantId: cloud.tenantId, audience, clientId, principalId });
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };

  #options(maxRetries = 0) {
    return { httpClient: this.http, retryOptions: { maxRetries, retryDelayInMs: 1 } };
  }
  resources(maxRetries?: number) {
    return new ResourceManagementClient(this.credential, this.subscriptionId, this.#options(maxRetries));
  }
  identities() {
    return new ManagedServiceIdentityClient(this.credential, this.subscriptionId, this.#options());
  }
  vaults() {
    return new KeyVaultManagementClient(this.credential, this.subscriptionId, this.#options());
  }
  clusters() {
    return new ContainerServiceClient(this.credential, this.subscriptionId, this.#options());
  }
  roles() {
    return new AuthorizationManagementClient(this.credential, this.subscriptionId, this.#options());
  }

  /** One request without any SDK; the body is sent and read as JSON. */
  async send(method: HttpMethods, path: string, body?: object, headers: Record<string, string> = {}) {
    const token = await this.credential.getToken("https://management.azure.com/.default");
    const all = { authorization: `Bearer ${token?.token}`, "content-type": "application/json", ...headers };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const url = path.startsWith("https:") ? path : `https://management.azure.com${path}`;
    const request = createPipelineRequest({ url, method, headers: createHttpHeaders(all), ...text });
    const response = await this.http.sendRequest(request);
    const answer = response.bodyAsText ?? "";
    return { status: response.status, headers: response.headers.toJSON(), body: answer === "" ? undefined : JSON.parse(answer) };
  }

  /** What everything lies below. */
  get groupId(): string {
    return `/subscriptions/${this.subscriptionId}/resourceGroups/${GROUP}`;
  }

  /** Of the last requests: method, status and code. */
  calls(count: number): (readonly [method: string, status: number, code: string | null])[] {
    const requests = this.served.network.calls.filter(({ method }) => method !== "CONNECT");
    return requests.slice(-count).map(({ method, status, code }) => [method, status, code] as const);
  }
}

/** An operation of this type takes so long. */
export function takes(operations: Operations, type: string, milliseconds: number): void {
  operations.add({ durationMs: (operation) => (operation.type === type && operation.verb !== "read" ? milliseconds : 0) });
}
