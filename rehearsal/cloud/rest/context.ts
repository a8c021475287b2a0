// What every part of the REST API works with.
import { lastSegment } from "../../../chain";
import type { EmulatedResponse } from "../../network/handler";
import type { CloudState } from "../cloudState";
import { mayDo } from "../deployer";
import type { ClusterAccess } from "../fronts/clusterCredentials";
import { authorizationFailed } from "../managementRefusals";
import type { Operations, Verb } from "../operations";
import type { AccessToken } from "../tokens";
import type { LongRunning } from "./longRunning";
import type { SubscriptionFacts } from "./subscriptionFacts";

/** The emulated cloud, with what every call of it passes through. */
export interface RestCloud extends CloudState {
  readonly operations: Operations;
  /** Set while the API servers of clusters answer over HTTP. */
  readonly clusterAccess?: ClusterAccess | undefined;
}

export interface RestContext {
  readonly cloud: RestCloud;
  readonly longRunning: LongRunning;
  readonly pageSize: number;
  readonly facts: SubscriptionFacts;
}

/** One request whose token is good. */
export interface RestCall {
  readonly method: string;
  /** Decoded. */
  readonly path: string;
  readonly url: URL;
  /** Of the form of a version. */
  readonly apiVersion: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly caller: AccessToken;
}

/** Before anything is looked up: who has no right does not learn whether the resource exists. */
export function forbidden(
  { cloud }: RestContext,
  { caller }: RestCall,
  action: string,
  scope: string,
): EmulatedResponse | undefined {
  return mayDo(cloud, caller.principalId, action, "action", scope) ? undefined : authorizationFailed(caller, action, scope);
}

export function perform<T>({ cloud }: RestContext, verb: Verb, type: string, id: string, work: () => T | Promise<T>): Promise<T> {
  const declared = cloud.manager.get(id)?.declared ?? `${type}::${lastSegment(id)}`;
  return cloud.operations.perform({ verb, type, id, declared }, work);
}
