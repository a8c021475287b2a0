// An emulated Azure with one registry, and the unmodified clients of the Azure SDK for it.
import { setImmediate } from "node:timers/promises";
import { ContainerRegistryManagementClient, type DockerBuildRequest, type Run } from "@azure/arm-containerregistry";
import { ContainerRegistryClient, KnownContainerRegistryAudience } from "@azure/container-registry";
import type { TokenCredential } from "@azure/core-auth";
import { createHttpHeaders, createPipelineRequest, type HttpClient, type HttpMethods } from "@azure/core-rest-pipeline";
import type { BuiltImage, EmulatedBuilder } from "../../rehearsal/build/types";
import { DEPLOYER } from "../../rehearsal/cloud/deployer";
import { azureError, type EmulatedResponse, type Fault } from "../../rehearsal/network/handler";
import { type AzureState, type Emulation, SUBSCRIPTION_ID, startEmulation, TENANT_ID } from "./emulation";
import { loopbackHttpClient } from "./loopbackHttp";

export const RESOURCE_GROUP = "rg-web";
export const REGISTRY_NAME = "acrweb";
export const LOGIN_SERVER = "acrweb.azurecr.io";
export const REGISTRY_ID = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.ContainerRegistry/registries/${REGISTRY_NAME}`;
export const DIGEST = `sha256:${"a1".repeat(32)}`;

export const IMAGE: BuiltImage = {
  runnable: { problem: "this image is not meant to run" },
  user: "10001",
  warnings: [],
  notPerformed: [],
};

/** A builder that writes two lines and succeeds at once. */
export const goodBuilder: EmulatedBuilder = async (_input, log) => {
  log("Step 1/1 : FROM scratch");
  log("Successfully built");
  return { digest: DIGEST, image: IMAGE };
};

type Outcome = Awaited<ReturnType<EmulatedBuilder>>;

/** A builder that a test leads: it waits until `finish`, or until its run is aborted. */
export class LedBuilder {
  readonly #started = Promise.withResolvers<{ log(line: string): void; readonly signal: AbortSignal }>();
  readonly #finished = Promise.withResolvers<Outcome>();
  /** Settles as soon as a run gives it something to build. */
  readonly started = this.#started.promise;

  readonly build: EmulatedBuilder = (_input, log, signal) => {
    signal.addEventListener("abort", () => this.finish({ failure: "aborted" }), { once: true });
    this.#started.resolve({ log, signal });
    return this.#finished.promise;
  };

  finish(outcome: Outcome = { digest: DIGEST, image: IMAGE }): void {
    this.#finished.resolve(outcome);
  }
}

/** Answers the first `times` requests whose path ends so in the host's place. */
export function faultAt(pathEnd: string, response: EmulatedResponse, times = Number.POSITIVE_INFINITY): Fault {
  let left = times;
  return ({ url }) => {
    if (!url.pathname.endsWith(pathEnd) || left === 0) return undefined;
    left -= 1;
    return response;
  };
}

/** Resource Manager's answer to too many requests. */
export function throttled(retryAfterSeconds: number): EmulatedResponse {
  const headers = { "retry-after": String(retryAfterSeconds) };
  return azureError(429, "TooManyRequests", "The request is being throttled.", { headers });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class RegistryEmulation {
  private constructor(
    readonly azure: Emulation,
    readonly http: HttpClient,
  ) {}

  static async start(overrides: Partial<AzureState> = {}): Promise<RegistryEmulation> {
    const registries = [{ id: REGISTRY_ID, loginServer: LOGIN_SERVER }];
    const azure = await startEmulation({ registries, builder: goodBuilder, ...overrides });
    return new RegistryEmulation(azure, loopbackHttpClient(azure.network, "program"));
  }

  /** A token of the emulated Entra ID for any audience, as the deployer has it. */
  token(audience: string): Promise<string> {
    return this.azure.signer.issue({ tenantId: TENANT_ID, audience, ...DEPLOYER });
  }

  readonly credential: TokenCredential = {
    getToken: async (scopes) => {
      const [scope = ""] = [scopes].flat();
      return { token: await this.token(scope.replace(/\/\.default$/, "")), expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };

  management(credential = this.credential, maxRetries = 0, subscriptionId = SUBSCRIPTION_ID): ContainerRegistryManagementClient {
    return new ContainerRegistryManagementClient(credential, subscriptionId, {
      httpClient: this.http,
      retryOptions: { maxRetries },
    });
  }

  data(loginServer = LOGIN_SERVER): ContainerRegistryClient {
    return new ContainerRegistryClient(`https://${loginServer}`, this.credential, {
      audience: KnownContainerRegistryAudience.AzureResourceManagerPublicCloud,
      httpClient: this.http,
      retryOptions: { maxRetries: 0 },
    });
  }

  /** One request without any SDK. */
  async request(url: string, method: HttpMethods = "GET", headers: Record<string, string> = {}, body?: Buffer): Promise<Answer> {
    const request = createPipelineRequest({ url, method, headers: createHttpHeaders(headers), ...(body ? { body } : {}) });
    const response = await this.http.sendRequest(request);
    return { status: response.status, headers: response.headers.toJSON(), body: response.bodyAsText ?? "" };
  }

  /** Uploads an archive, and gives its name for a run. */
  async upload(archive: Buffer): Promise<string> {
    const { uploadUrl = "", relativePath = "" } = await this.management().registries.getBuildSourceUploadUrl(
      RESOURCE_GROUP,
      REGISTRY_NAME,
    );
    const { status, body } = await this.request(uploadUrl, "PUT", { "x-ms-blob-type": "BlockBlob" }, archive);
    if (status !== 201) throw new Error(`The upload was answered with ${status}: ${body}`);
    return relativePath;
  }

  async schedule(sourceLocation: string, change: Partial<DockerBuildRequest> = {}): Promise<Run> {
    const run = await this.management().registries.beginScheduleRunAndWait(
      RESOURCE_GROUP,
      REGISTRY_NAME,
      {
        type: "DockerBuildRequest",
        dockerFilePath: "Dockerfile",
        platform: { os: "Linux", architecture: "amd64" },
        imageNames: ["app:1"],
        isPushEnabled: true,
        timeout: 600,
        sourceLocation,
        ...change,
      },
      { updateIntervalInMs: 1 },
    );
    // The emulated registry answers first and begins to build in the next turn: this one comes after that.
    await setImmediate();
    return run;
  }

  run(id = "cb1"): Promise<Run> {
    return this.management().runs.get(RESOURCE_GROUP, REGISTRY_NAME, id);
  }

  async logLink(id = "cb1"): Promise<string> {
    const { logLink = "" } = await this.management().runs.getLogSasUrl(RESOURCE_GROUP, REGISTRY_NAME, id);
    return logLink;
  }
}
