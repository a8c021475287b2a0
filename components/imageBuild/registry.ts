// A container registry as a build sees it, over the Azure SDK. Public Azure only: the addresses of other clouds are not known here.
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ContainerRegistryClient } from "@azure/container-registry";
import { createDefaultHttpClient, type HttpClient, isRestError } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { REGISTRY_ROLE_MODES, RegistryRoleMode, ROLES, subscriptionOf } from "../../chain";
import { AccessTokens } from "./accessTokens";
import { callAzure, callOptions } from "./azureCall";
import { BuildError } from "./buildError";
import { digestShape, RegistryTasks, type RunRequest, type RunState } from "./registryTasks";
import { withIdleTimeouts } from "./requestTimeouts";
import { checkRoleMode } from "./roleMode";
import type { LogReader } from "./runLog";

export interface RegistryAccess {
  /** Resource id of the registry. */
  readonly registryId: string;
  readonly loginServer: string;
  /** A token for an audience such as `https://management.azure.com`, asked for again every few minutes. */
  token(audience: string): Promise<string>;
  /** What the program was told; `checkRoleMode` compares it with Azure. */
  readonly roleMode: RegistryRoleMode;
  /** How requests are sent. Defaults to the SDK's own way, which heeds HTTPS_PROXY. */
  readonly httpClient?: HttpClient | undefined;
}

/** Every call throws a `BuildError`, and the signal's reason where it is aborted. */
export interface Registry {
  readonly name: string;
  /** Throws where Azure's role mode is not the stated one. */
  checkRoleMode(signal: AbortSignal): Promise<void>;
  /** Undefined: there is no such tag. */
  digestOf(repository: string, tag: string, signal: AbortSignal): Promise<string | undefined>;
  /** Gives the name under which a run finds the archive. */
  upload(archive: Uint8Array, signal: AbortSignal): Promise<string>;
  /** Gives the run's id. Once it is sent an abort does not interrupt it: nobody could cancel a run whose id is not known. */
  schedule(request: RunRequest, signal: AbortSignal): Promise<string>;
  run(runId: string, signal: AbortSignal): Promise<RunState>;
  log(runId: string): LogReader;
  /** Takes seconds at most, and asks nobody for a token. */
  cancel(runId: string): Promise<void>;
}

export function connectRegistry({
  registryId,
  loginServer,
  token,
  roleMode,
  httpClient = createDefaultHttpClient(),
}: RegistryAccess): Registry {
  const subscription = subscriptionOf(registryId);
  const [, resourceGroup, name] = /\/resourceGroups\/([^/]+)\/.*\/registries\/([^/]+)$/i.exec(registryId) ?? [];
  if (resourceGroup === undefined || name === undefined)
    throw new BuildError(`${registryId} is not the id of a container registry.`);
  const credential = new AccessTokens(token);
  const http = { httpClient: withIdleTimeouts(httpClient) };
  const management = new ContainerRegistryManagementClient(credential, subscription, http);
  const data = new ContainerRegistryClient(`https://${loginServer}`, credential, http);
  const tasks = new RegistryTasks({ name, resourceGroup, subscription, roleMode, credential, ...http }, management);
  return {
    name,
    checkRoleMode: (signal) => checkRoleMode(management, { id: registryId, name }, roleMode, signal),
    digestOf(repository, tag, signal) {
      const doing = `look up ${repository}:${tag} in`;
      return callAzure({ registry: name, doing, right: rightToRead(roleMode) }, signal, () =>
        digestOf(data, repository, tag, signal),
      );
    },
    upload: (archive, signal) => tasks.upload(archive, signal),
    schedule: (request, signal) => tasks.schedule(request, signal),
    run: (runId, signal) => tasks.run(runId, signal),
    log: (runId) => tasks.log(runId),
    cancel: (runId) => tasks.cancel(runId),
  };
}

const tagShape = z.object({ digest: digestShape });

async function digestOf(
  data: ContainerRegistryClient,
  repository: string,
  tag: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return tagShape.parse(await data.getArtifact(repository, tag).getTagProperties(tag, callOptions(signal))).digest;
  } catch (error) {
    if (isRestError(error) && error.statusCode === 404) return undefined;
    throw error;
  }
}

function rightToRead(roleMode: RegistryRoleMode): string {
  const reader = ROLES[REGISTRY_ROLE_MODES[roleMode].pull].name;
  return roleMode === RegistryRoleMode.Legacy
    ? `The deployer needs the role ${reader} on it, or Contributor.`
    : `The deployer needs the role ${reader} on it to look up images, and Container Registry Repository Writer to push; Contributor does not do.`;
}
