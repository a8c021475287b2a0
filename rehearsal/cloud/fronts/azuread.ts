// The azuread provider: applications, service principals, and federated credentials of applications.
import { z } from "zod";
import { AzureError } from "../azureError";
import { type ApplicationCredential, applicationId, credentialResourceId, type Directory } from "../directory";
import type { Properties } from "../resourceManager";

const text = z.string().min(1);
const applicationShape = z.looseObject({
  displayName: text,
  signInAudience: text.default("AzureADMyOrg"),
});
const principalShape = z.looseObject({ clientId: text, useExisting: z.boolean().default(false) });
const credentialShape = z.looseObject({
  applicationId: text,
  displayName: text,
  issuer: text,
  subject: text,
  audiences: z.array(text),
});

export function registerAzuread(directory: Directory, type: string, inputs: Properties, declared: string) {
  switch (kindOf(type)) {
    case "Application": {
      if (inputs.password !== undefined)
        throw new AzureError(
          501,
          "NotEmulated",
          "the rehearsal gives no application a password: it would be a credential to hold",
        );
      const { displayName, signInAudience } = applicationShape.parse(inputs);
      const { objectId, clientId } = directory.putApplication(displayName, declared);
      return { id: applicationId(objectId), state: { ...inputs, signInAudience, objectId, clientId } };
    }
    case "ServicePrincipal": {
      const { clientId, useExisting } = principalShape.parse(inputs);
      if (useExisting)
        throw new AzureError(501, "NotEmulated", "the rehearsal does not emulate useExisting of a service principal");
      const { objectId, application } = directory.putServicePrincipal(clientId, declared);
      const { displayName } = application;
      const outputs = { objectId, displayName, applicationTenantId: directory.tenantId, type: "Application" };
      return { id: `/servicePrincipals/${objectId}`, state: { ...inputs, ...outputs, servicePrincipalNames: [clientId] } };
    }
    case "ApplicationFederatedIdentityCredential": {
      const given = credentialShape.parse(inputs);
      const { displayName, issuer, subject, audiences } = given;
      const objectId = objectIdOf(given.applicationId);
      const credential = directory.putCredential(objectId, { displayName, issuer, subject, audiences, declared });
      return { id: credentialResourceId(credential), state: { ...inputs, credentialId: credential.credentialId } };
    }
    default:
      throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type}`);
  }
}

/** What a program reads by its id, as it does with `get()`. */
export function readAzuread(directory: Directory, type: string, id: string) {
  const found = readable(directory, kindOf(type)).find((each) => each.id.toLowerCase() === id.toLowerCase());
  if (found !== undefined) return found;
  throw new AzureError(404, "ResourceNotFound", `'${id}' was not found: a rehearsal knows only what the program itself creates`);
}

function readable(directory: Directory, kind: string | undefined): { readonly id: string; readonly state: Properties }[] {
  switch (kind) {
    case "Application":
      return directory.applications().map(({ objectId, clientId, displayName }) => ({
        id: applicationId(objectId),
        state: { objectId, clientId, displayName },
      }));
    case "ServicePrincipal":
      return directory.servicePrincipals().map(({ objectId, application: { clientId, displayName } }) => ({
        id: `/servicePrincipals/${objectId}`,
        state: { objectId, clientId, displayName, applicationTenantId: directory.tenantId },
      }));
    case "ApplicationFederatedIdentityCredential":
      return directory.credentials().map((credential) => ({
        id: credentialResourceId(credential),
        state: credentialState(credential),
      }));
    default:
      return [];
  }
}

function credentialState({
  application,
  credentialId,
  displayName,
  issuer,
  subject,
  audiences,
}: ApplicationCredential): Properties {
  return { applicationId: applicationId(application.objectId), credentialId, displayName, issuer, subject, audiences };
}

export function invokeAzuread(
  directory: Directory,
  token: string,
  deployer: { readonly clientId: string; readonly objectId: string },
) {
  if (token !== "azuread:index/getClientConfig:getClientConfig")
    throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate the function ${token}`);
  const { tenantId } = directory;
  const { clientId, objectId } = deployer;
  return { id: `${tenantId}-${clientId}-${objectId}`, tenantId, clientId, objectId };
}

function kindOf(type: string): string | undefined {
  return /^azuread:index\/\w+:(\w+)$/.exec(type)?.[1];
}

/**
 * The resource id of an application has a path before its object id. A client id, or an object id alone, is what people give in its place:
 * hashicorp/terraform-provider-azuread#1227. The form of the text is the provider's: hashicorp/terraform-provider-azurerm#29868.
 */
function objectIdOf(id: string): string {
  const objectId = /^\/applications\/([^/]+)$/.exec(id)?.[1];
  if (objectId !== undefined) return objectId;
  throw new AzureError(
    400,
    "InvalidApplicationId",
    `parsing "${id}": the number of segments didn't match. Expected a ApplicationId that matched (containing 2 segments): > /applications/applicationId`,
  );
}
