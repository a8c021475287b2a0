// What the caller may do at a scope. https://learn.microsoft.com/rest/api/authorization/permissions
import { createHttpHeaders, createPipelineRequest, type PipelineResponse, RestError } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { actionMatches } from "../../chain";
import { groupOf, inSubscription } from "../ids";
import { NoAnswer } from "./asking";
import type { Azure } from "./azure";

export const PERMISSIONS_ACTION = "Microsoft.Authorization/permissions/read";
const API_VERSION = "2022-04-01";
const HOST = "https://management.azure.com";

const permissionShape = z.looseObject({
  actions: z.array(z.string()).default([]),
  notActions: z.array(z.string()).default([]),
});
const refusalShape = z.looseObject({ error: z.looseObject({ code: z.string().optional(), message: z.string().optional() }) });
const pageShape = z.looseObject({ value: z.array(permissionShape), nextLink: z.string().nullish() });

export type Permission = z.infer<typeof permissionShape>;

/** Each entry is a role's: what one takes away, another may still give. */
export function allows(permissions: readonly Permission[], action: string): boolean {
  return permissions.some(
    ({ actions, notActions }) =>
      actions.some((pattern) => actionMatches(pattern, action)) && !notActions.some((pattern) => actionMatches(pattern, action)),
  );
}

export interface Allowed {
  readonly allowed: boolean;
  /** Where it was asked. */
  readonly scope: string;
}

/**
 * Whether the caller may do this to what is planned: asked at its resource group if that is there, else at the subscription, from which a new group inherits; and where they
 * do not give it, at the planned scope itself, which may be there already and have assignments of its own.
 */
export async function mayDo(azure: Azure, plannedScope: string, action: string): Promise<Allowed> {
  const subscription = `/subscriptions/${azure.subscriptionId}`;
  const planned = inSubscription(plannedScope, azure.subscriptionId);
  const group = groupOf(planned);
  const groupScope = `${subscription}/resourceGroups/${group}`;
  const inGroup = group === "" ? undefined : await ifThere(at(azure, groupScope));
  const scope = inGroup === undefined ? subscription : groupScope;
  if (allows(inGroup ?? (await at(azure, subscription)), action)) return { allowed: true, scope };
  const own = inGroup === undefined || planned === groupScope ? undefined : await ifThere(at(azure, planned));
  return own !== undefined && allows(own, action) ? { allowed: true, scope: planned } : { allowed: false, scope };
}

/** Undefined: there is no such group or resource yet. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof NoAnswer && error.status === 404) return undefined;
    throw error;
  });
}

function at(azure: Azure, scope: string): Promise<readonly Permission[]> {
  return azure.ask({ action: PERMISSIONS_ACTION, what: `what you may do at ${scope}` }, async (abortSignal) => {
    const found: Permission[] = [];
    // The SDK asks at groups and resources only; Azure answers at a subscription alike.
    for (
      let url: string | undefined = `${HOST}${scope}/providers/Microsoft.Authorization/permissions?api-version=${API_VERSION}`;
      url !== undefined;
    ) {
      const headers = createHttpHeaders({ accept: "application/json" });
      const response = await azure.authorization.sendRequest(createPipelineRequest({ url, abortSignal, headers }));
      if (response.status !== 200) throw refusalOf(response);
      const page = pageShape.parse(JSON.parse(response.bodyAsText ?? "{}"));
      found.push(...page.value);
      // The token goes with it: to nobody else.
      url = page.nextLink?.startsWith(`${HOST}/`) ? page.nextLink : undefined;
    }
    return found;
  });
}

function refusalOf(response: PipelineResponse): RestError {
  let body: unknown;
  try {
    body = JSON.parse(response.bodyAsText ?? "");
  } catch {
    body = undefined;
  }
  const { code = "", message = "" } = refusalShape.safeParse(body).data?.error ?? {};
  return new RestError(message, { code, statusCode: response.status });
}
