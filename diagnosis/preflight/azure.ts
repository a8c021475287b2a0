// The clients of a preflight: the Azure SDKs, with few repetitions, and every answer asked for once.
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ComputeManagementClient } from "@azure/arm-compute";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ContainerServiceClient } from "@azure/arm-containerservice";
import { KeyVaultManagementClient } from "@azure/arm-keyvault";
import { ResourceManagementClient } from "@azure/arm-resources";
import { SubscriptionClient } from "@azure/arm-resources-subscriptions";
import { StorageManagementClient } from "@azure/arm-storage";
import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { ask, type Question, watchAnswers } from "./asking";

export interface AzureOptions {
  readonly credential: TokenCredential;
  readonly subscriptionId: string;
  /** Defaults to the SDKs' own, which heeds HTTPS_PROXY. */
  readonly httpClient?: HttpClient | undefined;
  /** The longest Retry-After that is waited for, in seconds. Defaults to `WAIT_SECONDS`. */
  readonly waitSeconds?: number | undefined;
  /** How long the SDK waits before its first repetition where Azure names no time. Defaults to 500. */
  readonly delayMs?: number | undefined;
  /** How long one question may take, in seconds. Defaults to `ANSWER_SECONDS`. */
  readonly answerSeconds?: number | undefined;
}

const REPETITIONS = 2;
const DELAY_MS = 500;

export class Azure {
  readonly subscriptionId: string;
  readonly credential: TokenCredential;
  readonly subscriptions: SubscriptionClient;
  readonly resources: ResourceManagementClient;
  readonly compute: ComputeManagementClient;
  readonly clusters: ContainerServiceClient;
  readonly vaults: KeyVaultManagementClient;
  readonly registries: ContainerRegistryManagementClient;
  readonly storage: StorageManagementClient;
  readonly authorization: AuthorizationManagementClient;
  readonly #answerSeconds: number | undefined;
  readonly #asked = new Map<string, Promise<unknown>>();

  constructor({ credential, subscriptionId, httpClient, waitSeconds, answerSeconds, delayMs = DELAY_MS }: AzureOptions) {
    const options = {
      retryOptions: { maxRetries: REPETITIONS, retryDelayInMs: delayMs, maxRetryDelayInMs: 4 * delayMs },
      additionalPolicies: [{ policy: watchAnswers(waitSeconds), position: "perRetry" as const }],
      ...(httpClient === undefined ? {} : { httpClient }),
    };
    this.subscriptionId = subscriptionId;
    this.credential = credential;
    this.#answerSeconds = answerSeconds;
    this.subscriptions = new SubscriptionClient(credential, options);
    this.resources = new ResourceManagementClient(credential, subscriptionId, options);
    this.compute = new ComputeManagementClient(credential, subscriptionId, options);
    this.clusters = new ContainerServiceClient(credential, subscriptionId, options);
    this.vaults = new KeyVaultManagementClient(credential, subscriptionId, options);
    this.registries = new ContainerRegistryManagementClient(credential, subscriptionId, options);
    this.storage = new StorageManagementClient(credential, subscriptionId, options);
    this.authorization = new AuthorizationManagementClient(credential, subscriptionId, options);
  }

  /** Throws `NoAnswer` where Azure does not say it. The same question is asked once. */
  ask<T>(question: Question, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const key = `${question.action}|${question.what}`;
    const answer = (this.#asked.get(key) as Promise<T> | undefined) ?? ask(question, request, this.#answerSeconds);
    this.#asked.set(key, answer);
    return answer;
  }
}

/** Every item of a list in pages. */
export async function all<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
