// Applications of Entra ID through the azuread provider, and what a program is refused.
import { strict as assert } from "node:assert";
import { z } from "zod";
import { FEDERATED_CREDENTIALS_PER_IDENTITY, GUID, NAME_RULES } from "../../../chain";
import { EmulatedCloud } from "../../../rehearsal/cloud/emulatedCloud";
import { TENANT } from "../../support/program";
import { AzureFront } from "./azureFront";

const APPLICATION = "azuread:index/application:Application";
const PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
const CREDENTIAL = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
const OTHER_ID = "99999999-9999-4999-8999-999999999999";

type Inputs = Readonly<Record<string, unknown>>;

describe("azuread against the emulated Azure", () => {
  let azure: AzureFront;
  beforeEach(() => {
    azure = new AzureFront();
  });

  const text = (state: Inputs, name: string) => z.string().parse(state[name]);
  const application = async (inputs: Inputs = {}, name = "app") => {
    const { id, state } = await azure.register(APPLICATION, { displayName: "orders", ...inputs }, name);
    return { id, state, clientId: text(state, "clientId"), objectId: text(state, "objectId") };
  };
  const principal = (clientId: string, name = "app", inputs: Inputs = {}) =>
    azure.register(PRINCIPAL, { clientId, ...inputs }, name);
  const credential = (applicationId: string, name = "web", inputs: Inputs = {}) =>
    azure.register(
      CREDENTIAL,
      {
        applicationId,
        displayName: `fc-${name}`,
        issuer: "https://issuer.example/",
        subject: `system:serviceaccount:web:${name}`,
        audiences: ["api://AzureADTokenExchange"],
        ...inputs,
      },
      name,
    );

  it("gives an application its two ids, the same in every run, and another application others", async () => {
    const { id, state, clientId, objectId } = await application();
    assert.deepEqual([id, state.displayName, state.signInAudience], [`/applications/${objectId}`, "orders", "AzureADMyOrg"]);
    assert.match(objectId, GUID);
    assert.match(clientId, GUID);
    const other = await application({}, "other");
    assert.equal(new Set([objectId, clientId, other.objectId, other.clientId]).size, 4);
    azure = new AzureFront();
    assert.deepEqual((await application()).state, state);
  });

  it("gives an application's service principal an object id of its own", async () => {
    const { clientId, objectId } = await application();
    const { id, state } = await principal(clientId);
    const principalId = text(state, "objectId");
    assert.match(principalId, GUID);
    assert.notEqual(principalId, objectId);
    const { displayName, applicationTenantId } = state;
    assert.deepEqual(
      { id, displayName, applicationTenantId },
      { id: `/servicePrincipals/${principalId}`, displayName: "orders", applicationTenantId: TENANT },
    );
  });

  it("shows an application as an identity, whose principal is its service principal", async () => {
    const { clientId, objectId } = await application();
    const identity = (principalId: string, hasServicePrincipal: boolean) => ({
      resource: `${APPLICATION}::app`,
      id: `/applications/${objectId}`,
      name: "orders",
      clientId,
      principalId,
      tenantId: TENANT,
      application: { objectId, hasServicePrincipal },
    });
    assert.deepEqual(azure.cloud.identities(), [identity("", false)]);
    const { state } = await principal(clientId);
    assert.deepEqual(azure.cloud.identities(), [identity(text(state, "objectId"), true)]);
  });

  it("shows a federated credential with the application that it belongs to", async () => {
    const { id: applicationId, objectId } = await application();
    const { id, state } = await credential(applicationId);
    assert.match(text(state, "credentialId"), GUID);
    assert.deepEqual(azure.cloud.federatedCredentials(), [
      {
        resource: `${CREDENTIAL}::web`,
        id: `${objectId}/federatedIdentityCredential/${state.credentialId}`,
        name: "fc-web",
        identityId: applicationId,
        issuer: "https://issuer.example/",
        subject: "system:serviceaccount:web:web",
        audiences: ["api://AzureADTokenExchange"],
      },
    ]);
    assert.equal(id, azure.cloud.federatedCredentials()[0]?.id);
  });

  it("lets a program read what it created, and nothing else", async () => {
    const { id, clientId } = await application();
    const made = await principal(clientId);
    const held = await credential(id);
    assert.equal((await azure.register(APPLICATION, {}, "again", id)).state.clientId, clientId);
    assert.equal((await azure.register(PRINCIPAL, {}, "again", made.id)).state.objectId, made.state.objectId);
    assert.equal((await azure.register(CREDENTIAL, {}, "again", held.id)).state.subject, "system:serviceaccount:web:web");
    await assert.rejects(azure.register(APPLICATION, {}, "again", `/applications/${OTHER_ID}`), {
      message: `ResourceNotFound: '/applications/${OTHER_ID}' was not found: a rehearsal knows only what the program itself creates`,
    });
  });

  it("takes the same resource again as a change of it", async () => {
    const { id } = await application();
    await credential(id);
    await credential(id, "web", { subject: "system:serviceaccount:web:changed" });
    await application({ displayName: "billing" });
    assert.deepEqual(
      azure.cloud.federatedCredentials().map(({ subject }) => subject),
      ["system:serviceaccount:web:changed"],
    );
    assert.deepEqual(
      azure.cloud.identities().map(({ name }) => name),
      ["billing"],
    );
  });

  it("takes the same issuer and subject for another application", async () => {
    const one = await application();
    const other = await application({}, "other");
    await credential(one.id);
    await credential(other.id, "other", { subject: "system:serviceaccount:web:web", displayName: "fc-web" });
    assert.equal(azure.cloud.federatedCredentials().length, 2);
  });

  it("tells a program who runs it", async () => {
    const found = await azure.cloud.invoke("azuread:index/getClientConfig:getClientConfig", {});
    const native = await azure.cloud.invoke("azure-native:authorization:getClientConfig", {});
    const { tenantId, clientId, objectId } = native;
    assert.deepEqual(found, { id: `${tenantId}-${clientId}-${objectId}`, tenantId, clientId, objectId });
  });

  const INVALID =
    "ApplicationsClient.BaseClient.Post(): unexpected status 400 (400 Bad Request) with error: InvalidFederatedIdentityCredentialValue";
  const invalid = (words: string) => `InvalidFederatedIdentityCredentialValue: ${INVALID}: ${words}`;
  const refusals: readonly (readonly [what: string, attempt: () => Promise<unknown>, message: string])[] = [
    [
      "an application without a name",
      () => application({ displayName: undefined }),
      "InvalidRequestContent: displayName: Invalid input: expected string, received undefined",
    ],
    [
      "a password for an application",
      () => application({ password: { displayName: "p" } }),
      "NotEmulated: the rehearsal gives no application a password: it would be a credential to hold",
    ],
    [
      "a service principal of no application, as with an object id in place of the client id",
      async () => principal((await application()).objectId),
      "NoBackingApplicationObject: ServicePrincipalsClient.BaseClient.Post(): unexpected status 400 (400 Bad Request) with error: NoBackingApplicationObject: The appId '<objectId>' of the service principal does not reference a valid application object.",
    ],
    [
      "a second service principal of the same application",
      async () => {
        const { clientId } = await application();
        await principal(clientId);
        await principal(clientId, "second");
      },
      "Request_MultipleObjectsWithSameKeyValue: ServicePrincipalsClient.BaseClient.Post(): unexpected status 409 (409 Conflict) with error: Request_MultipleObjectsWithSameKeyValue: The service principal cannot be created, updated, or restored because the service principal name <clientId> is already in use.",
    ],
    [
      "to use a service principal that exists already",
      async () => principal((await application()).clientId, "app", { useExisting: true }),
      "NotEmulated: the rehearsal does not emulate useExisting of a service principal",
    ],
    [
      "a credential for a client id in place of the application's resource id",
      async () => credential((await application()).clientId),
      `InvalidApplicationId: parsing "<clientId>": the number of segments didn't match. Expected a ApplicationId that matched (containing 2 segments): > /applications/applicationId`,
    ],
    [
      "a credential of an application that is not there",
      () => credential(`/applications/${OTHER_ID}`),
      `Request_ResourceNotFound: ApplicationsClient.BaseClient.Post(): unexpected status 404 (404 Not Found) with error: Request_ResourceNotFound: Resource '${OTHER_ID}' does not exist or one of its queried reference-property objects are not present.`,
    ],
    [
      "a second credential of the same name",
      async () => {
        const { id } = await application();
        await credential(id);
        await credential(id, "second", { displayName: "fc-web" });
      },
      "Request_MultipleObjectsWithSameKeyValue: ApplicationsClient.BaseClient.Post(): unexpected status 409 (409 Conflict) with error: Request_MultipleObjectsWithSameKeyValue: FederatedIdentityCredential with name fc-web already exists.",
    ],
    [
      "a second credential of the same issuer and subject",
      async () => {
        const { id } = await application();
        await credential(id);
        await credential(id, "second", { subject: "system:serviceaccount:web:web" });
      },
      invalid(
        "The combination of issuer and subject must be unique for the application. Issuer https://issuer.example/ and Subject: system:serviceaccount:web:web already exist.",
      ),
    ],
    [
      "one credential more than an application holds",
      async () => {
        const { id } = await application();
        for (let index = 0; index <= FEDERATED_CREDENTIALS_PER_IDENTITY; index += 1) await credential(id, `n${index}`);
      },
      invalid("An application holds at most 20 federated identity credentials."),
    ],
    [
      "a credential without audience",
      async () => credential((await application()).id, "web", { audiences: [] }),
      invalid("Federated identity credentials must have exactly one audience."),
    ],
    [
      "a credential with two audiences",
      async () => credential((await application()).id, "web", { audiences: ["a", "b"] }),
      invalid("Federated identity credentials must have exactly one audience."),
    ],
    [
      "a credential with an empty issuer",
      async () => credential((await application()).id, "web", { issuer: "" }),
      "InvalidRequestContent: issuer: Too small: expected string to have >=1 characters",
    ],
    [
      "a credential whose name is not legal",
      async () => credential((await application()).id, "web", { displayName: "fc:web" }),
      invalid(`'fc:web' is not a legal name: ${NAME_RULES.federatedCredential.text} (${NAME_RULES.federatedCredential.url})`),
    ],
    [
      "what else the provider has",
      () => azure.register("azuread:index/group:Group", { displayName: "g" }),
      "NotEmulated: the rehearsal does not emulate azuread:index/group:Group",
    ],
    [
      "its other functions",
      () => azure.cloud.invoke("azuread:index/getUser:getUser", {}),
      "NotEmulated: the rehearsal does not emulate the function azuread:index/getUser:getUser",
    ],
  ];
  for (const [what, attempt, message] of refusals) {
    it(`refuses ${what}`, async () => {
      // The same resource in every attempt, so its ids are known here.
      const { objectId, clientId } = await application();
      const expected = message.replace("<objectId>", objectId).replace("<clientId>", clientId);
      await assert.rejects(attempt, { name: "AzureError", message: expected });
    });
  }

  it("refuses to register anything for somebody who may not write to the directory", async () => {
    const known = new EmulatedCloud({ ...azure.cloud.options, directoryRights: false });
    azure = new AzureFront(known);
    await assert.rejects(application(), {
      status: 403,
      code: "Authorization_RequestDenied",
      message:
        "Authorization_RequestDenied: ApplicationsClient.BaseClient.Post(): unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: Insufficient privileges to complete the operation.",
    });
    await assert.rejects(principal(OTHER_ID), { status: 403, code: "Authorization_RequestDenied" });
  });
});
