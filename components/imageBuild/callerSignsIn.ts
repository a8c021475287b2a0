import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { z } from "zod";

/** The first version that takes `identity`, as `az acr build --source-acr-auth-id` sends it. The SDK speaks 2019-06-01-preview. */
const API_VERSION = "2025-03-01-preview";

/**
 * Lets a run push as whoever scheduled it. In a registry that decides by data actions a run has no rights of its own.
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
 */
export const callerSignsIn: PipelinePolicy = {
  name: "callerSignsIn",
  sendRequest(request, next) {
    // Where the run is not there yet, the SDK's poller asks for it through the same client.
    if (request.method !== "POST") return next(request);
    const url = new URL(request.url);
    url.searchParams.set("api-version", API_VERSION);
    request.url = url.href;
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse(z.string().parse(request.body)));
    request.body = JSON.stringify({ ...body, credentials: { sourceRegistry: { identity: "[caller]" } } });
    return next(request);
  },
};
