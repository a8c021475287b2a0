// What a Kubernetes API server answers where it does not do what was asked.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
import type { EmulatedResponse } from "../../network/handler";

export function failure(code: number, reason: string, message: string): EmulatedResponse {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  return { status: code, body, code: reason };
}

export function notFound(resource: string, name: string): EmulatedResponse {
  return failure(404, "NotFound", `${resource} "${name}" not found`);
}

export function notInRehearsal(method: string, path: string): EmulatedResponse {
  return failure(501, "NotInRehearsal", `The rehearsal's API server has no ${method} ${path}.`);
}
