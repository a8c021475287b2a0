// How Resource Manager answers over HTTP what the emulated cloud returned or refused.

import { z } from "zod";
import { lastSegment } from "../../../chain";
import { azureError, type EmulatedResponse } from "../../network/handler";
import { AzureError } from "../azureError";

/** Anything that is no refusal is a mistake of the emulation, and stays one. */
export function refusal(error: unknown): EmulatedResponse {
  if (error instanceof z.ZodError) return azureError(400, "InvalidRequestContent", z.prettifyError(error));
  if (!(error instanceof AzureError)) throw error;
  const { status, code, text, headers } = error;
  return azureError(status, code === "NotEmulated" ? "NotInRehearsal" : code, text, headers === undefined ? {} : { headers });
}

// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found
export function groupNotFound(name: string): AzureError {
  return new AzureError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);
}

export function notFound(type: string, id: string): AzureError {
  const names = id.slice(id.toLowerCase().lastIndexOf("/providers/")).split("/").slice(3);
  const path = names.filter((_, index) => index % 2 === 1).join("/");
  const group = /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? "";
  return new AzureError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${path}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource
export function parentNotFound(id: string): AzureError {
  const name = lastSegment(id);
  return new AzureError(
    404,
    "ParentResourceNotFound",
    `Can not perform requested operation on nested resource. Parent resource '${name}' not found.`,
  );
}

export function notInRehearsal(method: string, path: string): AzureError {
  return new AzureError(501, "NotInRehearsal", `The rehearsal's Resource Manager has no ${method} ${path}.`);
}
