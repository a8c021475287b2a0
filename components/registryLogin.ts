// Signs in to a registry as the deployer, without the registry's administrator password.
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { currentTenantId } from "./deployer";

/** The user name that a registry expects beside a token. https://learn.microsoft.com/azure/container-registry/container-registry-authentication */
const TOKEN_USER = "00000000-0000-0000-0000-000000000000";
const REGISTRY_AUDIENCE = "https://containerregistry.azure.net";
const TIMEOUT_SECONDS = 30;

export interface RegistryLogin {
  server: pulumi.Output<string>;
  username: string;
  /** A token of the registry, valid for three hours; empty in a preview, which pushes nothing. */
  password: pulumi.Output<string>;
}

export function registryLogin(loginServer: pulumi.Output<string>): RegistryLogin {
  const { token } = authorization.getClientTokenOutput({ endpoint: REGISTRY_AUDIENCE });
  const password = pulumi
    .all([loginServer, currentTenantId(), token])
    .apply(([server, tenant, accessToken]) => (pulumi.runtime.isDryRun() ? "" : exchange(server, tenant, accessToken)));
  return { server: loginServer, username: TOKEN_USER, password: pulumi.secret(password) };
}

const answerShape = z.object({ refresh_token: z.string().min(1) });

async function exchange(server: string, tenant: string, accessToken: string): Promise<string> {
  const response = await fetch(`https://${server}/oauth2/exchange`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "access_token", service: server, tenant, access_token: accessToken }),
    signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
  }).catch((error: unknown) => {
    throw refused(server, error instanceof Error ? error.message : String(error));
  });
  if (!response.ok) throw refused(server, `HTTP ${response.status}`);
  const answer = answerShape.safeParse(await response.json().catch(() => undefined));
  if (!answer.success) throw refused(server, "an answer without refresh_token");
  return answer.data.refresh_token;
}

function refused(server: string, got: string): pulumi.RunError {
  return new pulumi.RunError(
    `Cannot sign in to the registry ${server} to push the image: got ${got}. The deployer needs the role AcrPush (or Contributor) on it, and this machine ` +
      "must reach it. To deploy an image that is already pushed, set imageBuilder to prebuilt. " +
      "See https://learn.microsoft.com/azure/container-registry/container-registry-authentication",
  );
}
