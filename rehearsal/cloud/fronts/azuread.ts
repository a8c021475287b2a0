// The azuread provider: applications, service principals, and federated credentials of applications.

import { z } from "zod";
import { lastSegment } from "../../../chain";
import { AzureError } from "../azureError";
import { type ApplicationCredential, applicationId, credentialResourceId, type Directory } from "../directory";
import { type Front, notEmulated, type ReadAnswer, type ResourceAnswer, type ResourceRequest } from "./front";

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

export function azureadFront(directory: Directory): Front {
  return {
    create: (request) => write(directory, request, undefined),
    update: (id, request) => write(directory, request, lastSegment(id)),
    read: (type, id) => readable(directory, kindOf(type)).find((each) => each.id.toLowerCase() === id.toLowerCase()),
    delete(type, id) {
      const key = lastSegment(id);
      const kind = kindOf(type);
      if (kind === "Application") directory.deleteApplication(key);
      else if (kind === "ServicePrincipal") directory.deleteServicePrincipal(key);
      else directory.deleteCredential(key);
    },
  };
}

// With a key, which is the last part of its id, the object is there already.
function write(directory: Directory, { type, inputs, declared }: ResourceRequest, key: string | undefined): ResourceAnswer {
  switch (kindOf(type)) {
    case "Application": {
      if (inputs.password !== undefined)
        throw new AzureError(
          501,
          "NotEmulated",
          "the rehearsal gives no application a password: it would be a credential to hold",
        );
      const { displayName, signInAudience } = applicationShape.parse(inputs);
      const { objectId, clientId } = directory.putApplication(displayName, declared, key);
      return { id: applicationId(objectId), state: { ...inputs, signInAudience, objectId, clientId } };
    }
    case "ServicePrincipal": {
      const { clientId, useExisting } = principalShape.parse(inputs);
      if (useExisting) throw notEmulated("useExisting of a service principal");
      const { objectId, application } = directory.putServicePrincipal(clientId, declared, key);
      const { displayName } = application;
      const outputs = { objectId, displayName, applicationTenantId: directory.tenantId, type: "Application" };
      return { id: `/servicePrincipals/${objectId}`, state: { ...inputs, ...outputs, servicePrincipalNames: [clientId] } };
    }
    case "ApplicationFederatedIdentityCredential": {
      const given = credentialShape.parse(inputs);
      const { displayName, issuer, subject, audiences } = given;
      const objectId = objectIdOf(given.applicationId);
      const credential = directory.putCredential(objectId, { displayName, issuer, subject, audiences, declared }, key);
      return { id: credentialResourceId(credential), state: { ...inputs, credentialId: credential.credentialId } };
    }
    default:
      throw notEmulated(type);
  }
}

function readable(directory: Directory, kind: string | undefined): ReadAnswer[] {
  switch (kind) {
    case "Application":
      return directory.applications().map(({ objectId, clientId, displayName }) => ({
        id: applicationId(objectId),
        state: { objectId, clientId, displayName },
        inputs: { displayName },
      }));
    case "ServicePrincipal":
      return directory.servicePrincipals().map(({ objectId, application: { clientId, displayName } }) => ({
        id: `/servicePrincipals/${objectId}`,
        state: { objectId, clientId, displayName, applicationTenantId: directory.tenantId },
        inputs: { clientId },
      }));
    case "ApplicationFederatedIdentityCredential":
      return directory.credentials().map((credential) => {
        const { credentialId, ...inputs } = credentialState(credential);
        return { id: credentialResourceId(credential), state: { ...inputs, credentialId }, inputs };
      });
    default:
      return [];
  }
}

function credentialState({ application, credentialId, displayName, issuer, subject, audiences }: ApplicationCredential) {
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
