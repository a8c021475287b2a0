// The calls of Resource Manager that concern a container registry: its properties, and building an image in it.
// https://learn.microsoft.com/rest/api/containerregistry
import { azureError, type EmulatedResponse } from "../network/handler";
import type { ManagementCall, ResourceProvider } from "./managementHost";
import { resourceNotFound } from "./managementRefusals";
import { readRunRequest } from "./runRequest";
import type { Run, TaskRuns } from "./taskRuns";
import type { AzureView, RegistryLink } from "./view";

export const REGISTRIES = "microsoft.containerregistry/registries";

/** From this version on the registry tells its mode; before, the property is left out. */
export const ROLE_MODE_SINCE = "2024-11-01";

/** `allowed` is false for a subscription on free credits, where Azure runs nothing. */
export function registryTasks(view: AzureView, runs: TaskRuns, allowed: () => boolean): ResourceProvider {
  return (call) => {
    const registry = view.registries().find(({ id }) => id.toLowerCase() === call.id.toLowerCase());
    if (registry === undefined) return resourceNotFound(call);
    const [kind, runId = "", action] = call.rest;
    switch (`${call.method} ${[kind, ...(action === undefined ? [] : [action])].join("/").toLowerCase()}`) {
      case "GET ":
        return { status: 200, body: registryResource(call, registry) };
      case "POST listbuildsourceuploadurl":
        return { status: 200, body: runs.newSource(registry) };
      case "POST schedulerun":
        return allowed() ? schedule(call, registry, runs) : tasksNotAllowed(call, view);
      case "GET runs":
        return withRun(call, registry, runs, runId, (run) => ({ status: 200, body: runResource(registry, run) }));
      case "POST runs/listlogsasurl":
        return withRun(call, registry, runs, runId, () => ({ status: 200, body: { logLink: runs.logLink(registry, runId) } }));
      case "POST runs/cancel":
        return withRun(call, registry, runs, runId, () => {
          runs.cancel(registry, runId);
          return { status: 200 };
        });
      default:
        return undefined;
    }
  };
}

function schedule({ body }: ManagementCall, registry: RegistryLink, runs: TaskRuns): EmulatedResponse {
  const request = readRunRequest(body, registry.loginServer);
  if ("status" in request) return request;
  const run = runs.schedule(registry, request);
  if (run !== undefined) return { status: 200, body: runResource(registry, run) };
  // The text as in https://github.com/microsoft/vscode-docker/issues/679; its code is not shown there.
  const text = `The provided source location '${request.source}' is invalid or doesn't exists. Please use 'GetBuildSourceUploadUrl' to get a valid location to upload the source.`;
  return azureError(400, "InvalidRequestContent", text);
}

function withRun(
  call: ManagementCall,
  registry: RegistryLink,
  runs: TaskRuns,
  id: string,
  answer: (run: Run) => EmulatedResponse,
): EmulatedResponse | undefined {
  if (id === "") return undefined;
  const run = runs.find(registry, id);
  return run === undefined ? resourceNotFound(call, `/runs/${id}`) : answer(run);
}

/** Status, code and text as in https://github.com/Azure-Samples/azure-search-openai-demo/issues/2592. */
function tasksNotAllowed({ name }: ManagementCall, { subscriptionId }: AzureView): EmulatedResponse {
  const code = "TasksOperationsNotAllowed";
  const message = `ACR Tasks requests for the registry ${name} and ${subscriptionId} are not permitted. Please file an Azure support request at http://aka.ms/azuresupport for assistance.`;
  return { status: 400, body: { error: { code, message, target: "request" } }, code };
}

function registryResource({ id, name, apiVersion }: ManagementCall, registry: RegistryLink): object {
  const { loginServer, location, sku = "Standard", roleAssignmentMode } = registry;
  return {
    sku: { name: sku, tier: sku },
    type: "Microsoft.ContainerRegistry/registries",
    id,
    name,
    location,
    tags: {},
    properties: {
      loginServer,
      provisioningState: "Succeeded",
      adminUserEnabled: false,
      ...(apiVersion >= ROLE_MODE_SINCE ? { roleAssignmentMode } : {}),
    },
  };
}

// Recorded from Azure: a queued run has no times and no platform yet. https://github.com/Azure/azure-cli (test_acr_abac_build.yaml)
function runResource({ id }: RegistryLink, run: Run): object {
  const text = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
  const { os, architecture } = run.request.platform;
  const begun = {
    runType: "QuickRun",
    createTime: text(run.createdMs),
    startTime: text(run.startedMs),
    finishTime: text(run.finishedMs),
    platform: { os, architecture },
    agentConfiguration: { cpu: 2 },
  };
  return {
    type: "Microsoft.ContainerRegistry/registries/runs",
    id: `${id}/runs/${run.id}`,
    name: run.id,
    properties: {
      runId: run.id,
      status: run.status,
      lastUpdatedTime: text(run.updatedMs),
      ...(run.status === "Queued" ? {} : begun),
      ...(run.outputImages.length === 0 ? {} : { outputImages: run.outputImages }),
      ...(run.error === undefined ? {} : { runErrorMessage: run.error }),
      provisioningState: "Succeeded",
      isArchiveEnabled: false,
    },
  };
}
