// The request to build an image in a registry, read and checked as Azure does before a run is there.
// https://learn.microsoft.com/rest/api/containerregistry/registries-tasks/schedule-run
import { z } from "zod";
import { azureError, type EmulatedResponse } from "../network/handler";

export interface RunRequest {
  /** `name:tag` without the registry; empty: the result is thrown away. */
  readonly images: readonly { readonly repository: string; readonly tag: string }[];
  readonly dockerfile: string;
  /** As `listBuildSourceUploadUrl` gave it. */
  readonly source: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly timeoutSeconds: number;
  /** Who signs in to the registry for the run, `[caller]` for whoever schedules it. A registry that permits by repository gives nobody else access. */
  readonly identity: string | undefined;
}

const shape = z.object({
  imageNames: z.array(z.string().min(1)).nullish(),
  isPushEnabled: z.boolean().default(true),
  dockerFilePath: z.string().min(1),
  sourceLocation: z.string().min(1),
  arguments: z.array(z.object({ name: z.string().min(1), value: z.string() })).nullish(),
  platform: z.object({
    os: z.string().regex(/^(linux|windows)$/i),
    architecture: z.enum(["amd64", "x86", "386", "arm", "arm64"]).default("amd64"),
  }),
  timeout: z.int().min(300).max(28_800).default(3600),
  credentials: z.object({ sourceRegistry: z.object({ identity: z.string().optional() }).nullish() }).nullish(),
});

const typed = z.looseObject({ type: z.string() });

/** The request, or Azure's refusal. The texts of refusals are this emulation's own: Azure's are not documented. */
export function readRunRequest(body: string, loginServer: string): RunRequest | EmulatedResponse {
  const json = parsed(body);
  const kind = typed.safeParse(json);
  if (!kind.success) return azureError(400, "InvalidRequestContent", "The run request is not JSON with a 'type'.");
  if (kind.data.type !== "DockerBuildRequest") {
    return azureError(501, "NotInRehearsal", `The rehearsal's registry runs a DockerBuildRequest, not a ${kind.data.type}.`);
  }
  const request = shape.safeParse(json);
  if (!request.success) {
    const text = request.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    return azureError(400, "InvalidRequestContent", `The run request is not valid: ${text}`);
  }
  const { imageNames, isPushEnabled, dockerFilePath, sourceLocation, platform, timeout, credentials } = request.data;
  return {
    images: isPushEnabled ? (imageNames ?? []).map((name) => imageOf(name, loginServer)) : [],
    dockerfile: dockerFilePath,
    source: sourceLocation,
    arguments: Object.fromEntries((request.data.arguments ?? []).map(({ name, value }) => [name, value])),
    platform: { os: platform.os.toLowerCase(), architecture: platform.architecture },
    timeoutSeconds: timeout,
    identity: credentials?.sourceRegistry?.identity,
  };
}

function imageOf(name: string, loginServer: string) {
  const local = name.startsWith(`${loginServer}/`) ? name.slice(loginServer.length + 1) : name;
  const [, repository = local, tag = "latest"] = /^(.*):([^:/]+)$/.exec(local) ?? [];
  return { repository, tag };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
