// What the network itself answers, without any host. Every refusal has a JSON body: the Azure SDKs fail without a reason on an empty one.
import { azureError, type EmulatedHost, type EmulatedResponse, HOST_REFUSED } from "./handler";

export function hostRefused(host: string, hosts: readonly EmulatedHost[]): EmulatedResponse {
  const emulated = hosts.map(({ pattern }) => pattern).join(", ");
  return azureError(
    403,
    HOST_REFUSED,
    `"${host}" was not reached: a rehearsal reaches nothing outside this machine. This client may reach only emulated hosts, of: ${emulated}.`,
  );
}

export function proxyPasswordNeeded(): EmulatedResponse {
  return azureError(
    407,
    "ProxyAuthenticationRequired",
    "The rehearsal's proxy needs the user and password of its own URL, which every client gets as HTTPS_PROXY.",
    { headers: { "proxy-authenticate": 'Basic realm="rehearsal"' } },
  );
}

export function badRequest(message: string): EmulatedResponse {
  return azureError(400, "BadRequest", message);
}

export function tooLarge(limitBytes: number): EmulatedResponse {
  return azureError(
    413,
    "RequestEntityTooLarge",
    `The body is larger than ${limitBytes} bytes, the most that an emulated host takes.`,
  );
}

export function handlerFailed(host: string, error: unknown): EmulatedResponse {
  const reason = error instanceof Error ? error.message : String(error);
  return azureError(500, "EmulationError", `The emulation of ${host} failed: ${reason}`);
}
