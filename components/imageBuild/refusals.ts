// What Azure answers when it does not do what is asked, as one message for a person.
import { isRestError, type PipelineResponse, type RestError } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { BuildError, sayingOf } from "./buildError";

/** What was asked, for the message. */
export interface Undertaking {
  /** Name of the registry. */
  readonly registry: string;
  /** Up to the registry, for example "schedule the build in". */
  readonly doing: string;
  /** Id of the run that it is about; without one it is about the registry itself. */
  readonly run?: string;
  /** The right that it takes, as an instruction. */
  readonly right: string;
}

/** Code and text of an answer, and how Azure marks it. */
export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly text: string;
}

const PROVIDER_ROLES = "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview";
const TASKS = "https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview";
const FIREWALL = "https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks";
const TEXT_LIMIT = 500;

/** How a registry says that its firewall is in the way, to a client and in the log of a run. https://github.com/Azure/azure-cli/issues/27253 */
const FIREWALL_TEXT = /aka\.ms\/acr\/firewall|client with IP .* is not allowed access/;

/** The hint for whatever a registry's firewall has refused; nothing for another text. */
export function firewallHint(text: string): string {
  if (!FIREWALL_TEXT.test(text)) return "";
  return (
    " The registry's firewall is in the way: it must admit this machine and the agents that build. Open the registry to all networks, or build elsewhere: " +
    `imageBuilder docker (where this machine is admitted) or prebuilt. See ${FIREWALL}`
  );
}

// Resource Manager writes { error: { code, message } }, a registry { errors: [{ code, message }] }.
const detail = z.object({ code: z.string(), message: z.string() });
const shape = z.union([
  z.object({ error: detail }).transform(({ error }) => error),
  z.object({ errors: z.tuple([detail], z.unknown()) }).transform(({ errors: [error] }) => error),
]);

export function answerOf({ status, bodyAsText }: PipelineResponse): Answer {
  const body = shape.safeParse(parsed(bodyAsText ?? ""));
  const { code, message } = body.success ? body.data : { code: "without a code", message: "" };
  return { status, code: sayingOf(code), text: sayingOf(message).slice(0, TEXT_LIMIT) };
}

/** Makes a `BuildError` of whatever a client of the registry threw. */
export function buildErrorOf(undertaking: Undertaking, error: unknown): BuildError {
  if (error instanceof BuildError) return error;
  if (isRestError(error) && error.response !== undefined) return refusal(undertaking, answerOf(error.response));
  const { registry, doing } = undertaking;
  const what = `Cannot ${doing} the registry ${registry}`;
  const network = "Check this machine's network, its name server, and HTTPS_PROXY where it needs a proxy.";
  if (error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name))
    return new BuildError(`${what}: no answer came in time. ${network}`, true);
  if (isRestError(error)) return new BuildError(`${what}: ${sayingOf(error)}${hostOf(error)}. ${network}`, true);
  // What another parser says may repeat what it read.
  const said = error instanceof z.ZodError ? sayingOf(z.prettifyError(error)) : nameOf(error);
  return new BuildError(`${what}: Azure's answer is not understood (${said}).`);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function hostOf({ request }: RestError): string {
  return request === undefined ? "" : ` (${new URL(request.url).hostname})`;
}

export function refusal({ registry, run, doing, right }: Undertaking, answer: Answer): BuildError {
  const { status, code, text } = answer;
  const what = `Cannot ${doing} the registry ${registry}`;
  const got = `Azure answered ${status} ${code}${text === "" ? "" : `: ${text}`}`;
  if (code === "TasksOperationsNotAllowed") {
    return new BuildError(
      `${what}: Azure answered ${code}, as it does where a free or trial subscription may not build in a registry. Set imageBuilder to docker to build ` +
        `with Docker on this machine, or to prebuilt to deploy an image that is already pushed. See ${TASKS}`,
    );
  }
  const firewall = firewallHint(text);
  if (firewall !== "") return new BuildError(`${what}: ${got}.${firewall}`);
  if (status === 403 || (status === 401 && code === "UNAUTHORIZED"))
    return new BuildError(`${what}: ${got}. ${right} A new assignment may take minutes to work. See ${PROVIDER_ROLES}`);
  if (status === 401) return new BuildError(`${what}: ${got}. Azure does not accept the sign-in of the provider: sign in again.`);
  if (status === 404 && run !== undefined)
    return new BuildError(
      `${what}: ${got}. Azure does not know this run. Those that it knows: az acr task list-runs --registry ${registry}`,
    );
  if (status === 404)
    return new BuildError(
      `${what}: ${got}. Somebody deleted the registry, or it is in another subscription: run pulumi refresh.`,
    );
  if (status === 429)
    return new BuildError(
      `${what}: ${got}. Too many requests reach Azure from this subscription: wait some minutes and run again.`,
      true,
    );
  return new BuildError(`${what}: ${got}.`, status >= 500);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
