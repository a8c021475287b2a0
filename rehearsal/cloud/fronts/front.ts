// What a Pulumi package is to the emulated cloud: the four things that a provider does with a resource.
import { AzureError } from "../azureError";
import type { Properties } from "../resourceManager";

export interface ResourceRequest {
  readonly type: string;
  /** Pulumi's name of the resource. */
  readonly name: string;
  readonly inputs: Properties;
  /** `type::name` of the Pulumi resource. */
  readonly declared: string;
}

export interface ResourceAnswer {
  readonly id: string;
  readonly state: Record<string, unknown>;
}

export interface ReadAnswer extends ResourceAnswer {
  /** What a program would have to give for this. */
  readonly inputs: Record<string, unknown>;
}

export interface Front {
  /** Refuses what is there already, as the providers do. */
  create(request: ResourceRequest): ResourceAnswer | Promise<ResourceAnswer>;
  update(id: string, request: ResourceRequest): ResourceAnswer | Promise<ResourceAnswer>;
  /** Undefined: there is none. */
  read(type: string, id: string): ReadAnswer | undefined;
  /** Of what is not there: nothing happens. */
  delete(type: string, id: string): void;
}

export function notEmulated(what: string): AzureError {
  return new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${what}`);
}

export function notThere(id: string): AzureError {
  return new AzureError(404, "ResourceNotFound", `'${id}' was not found: a rehearsal knows only what the program itself creates`);
}

/** https://github.com/pulumi/pulumi-azure-nextgen/issues/94 */
export function alreadyThere(id: string, declared: string): AzureError {
  return new AzureError(409, "AlreadyExists", `cannot create already existing resource '${id}': ${declared} is the same one`);
}
