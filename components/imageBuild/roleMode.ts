import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { REGISTRY_ROLE_MODES, type RegistryRoleMode } from "../../chain";
import { callAzure, REQUEST_TIMEOUT_MS } from "./azureCall";
import { BuildError } from "./buildError";
import { answerOf, refusal } from "./refusals";

/** The first stable version that tells the mode; the SDK's own does not. */
const API_VERSION = "2025-11-01";
const MODES_URL = "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions";

const shape = z.object({ properties: z.object({ roleAssignmentMode: z.string().optional() }) });

/** Throws where the registry's role mode in Azure is not the stated one. */
export function checkRoleMode(
  management: ContainerRegistryManagementClient,
  { id, name }: { readonly id: string; readonly name: string },
  stated: RegistryRoleMode,
  signal: AbortSignal,
): Promise<void> {
  const right = "The deployer needs the action Microsoft.ContainerRegistry/registries/read on it, as in the role Reader.";
  const undertaking = { registry: name, doing: "read the role mode of", right };
  return callAzure(undertaking, signal, async () => {
    const url = `${management.$host}${id}?api-version=${API_VERSION}`;
    const request = createPipelineRequest({ url, abortSignal: signal, timeout: REQUEST_TIMEOUT_MS });
    const response = await management.sendRequest(request);
    if (response.status !== 200) throw refusal(undertaking, answerOf(response));
    compare(name, stated, shape.parse(JSON.parse(response.bodyAsText ?? "")).properties.roleAssignmentMode);
  });
}

function compare(name: string, stated: RegistryRoleMode, found: string | undefined): void {
  const expected = REGISTRY_ROLE_MODES[stated].azure;
  if (found === undefined || found === expected) return;
  const mode = Object.entries(REGISTRY_ROLE_MODES).find(([, { azure }]) => azure === found)?.[0];
  throw new BuildError(
    `The registry ${name} is in the mode ${found}, but registryRoleMode is ${stated} (${expected}): pods could not pull, because the pull role of one mode ` +
      `has no effect in the other. ${mode === undefined ? "Change" : `Set registryRoleMode to ${mode}, or change`} the registry's mode in Azure. See ${MODES_URL}`,
  );
}
