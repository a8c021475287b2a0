// What a program is refused by the emulated Azure, with the words that it gets.
import { strict as assert } from "node:assert";
import { FEDERATED_CREDENTIALS_PER_IDENTITY, NAME_RULES } from "../../../chain";
import { EmulatedCloud } from "../../../rehearsal/cloud/emulatedCloud";
import { AzureFront, GROUP, GROUP_ID, TYPES, VAULT_PROPERTIES } from "./azureFront";

describe("the emulated Azure refuses", () => {
  let azure: AzureFront;
  beforeEach(async () => {
    azure = await AzureFront.start();
  });

  const refusals: readonly (readonly [what: string, attempt: () => Promise<unknown>, message: string])[] = [
    [
      "a resource whose group is not there",
      () => azure.register(TYPES.vault, { resourceGroupName: "other", vaultName: "kv-web", properties: VAULT_PROPERTIES }),
      "ResourceGroupNotFound: Resource group 'other' could not be found.",
    ],
    [
      "a child whose parent is not there",
      () => azure.credential("web", { resourceName: "id-other" }),
      `ParentResourceNotFound: Failed to perform 'write' on resource(s) of type 'userAssignedIdentities/federatedIdentityCredentials', because the parent resource '${GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-other' could not be found.`,
    ],
    [
      "a second credential of the same issuer and subject",
      () => azure.credential("a", { subject: "s" }).then(() => azure.credential("b", { subject: "s" })),
      "BadRequest: Issuer and subject combination already exists for this Managed Identity.",
    ],
    [
      "one credential more than an identity holds",
      async () => {
        for (let index = 0; index < FEDERATED_CREDENTIALS_PER_IDENTITY; index += 1) await azure.credential(`n${index}`);
        await azure.credential("more");
      },
      "BadRequest: An identity holds at most 20 federated identity credentials.",
    ],
    [
      "a credential without audience",
      () => azure.credential("web", { audiences: [] }),
      "BadRequest: Federated identity credentials must have exactly one audience.",
    ],
    [
      "a credential with two audiences",
      () => azure.credential("web", { audiences: ["a", "b"] }),
      "BadRequest: Federated identity credentials must have exactly one audience.",
    ],
    [
      "a credential with an empty issuer",
      () => azure.credential("web", { issuer: "" }),
      "BadRequest: The request format was unexpected. Federated Identity Credential must specify 'issuer', 'subject' and 'audience'.",
    ],
    [
      "a credential without subject",
      () => azure.credential("web", { subject: undefined }),
      "BadRequest: The request format was unexpected. Federated Identity Credential must specify 'issuer', 'subject' and 'audience'.",
    ],
    [
      "the same role assignment under another name, in any case",
      () =>
        azure
          .assignment({ roleAssignmentName: "44444444-4444-4444-8444-444444444444" })
          .then(() =>
            azure.assignment({ roleAssignmentName: "55555555-5555-4555-8555-555555555555", scope: GROUP_ID.toUpperCase() }),
          ),
      "RoleAssignmentExists: The role assignment already exists. The ID of the existing role assignment is 44444444-4444-4444-8444-444444444444.",
    ],
    [
      "a role assignment whose name is no GUID",
      () => azure.assignment({ roleAssignmentName: "reader" }),
      "InvalidRoleAssignmentId: The role assignment ID 'reader' is not valid. The role assignment ID must be a GUID.",
    ],
    [
      "a resource without its group",
      () => azure.register(TYPES.identity, { resourceName: "id-web" }),
      "InvalidRequestContent: resourceGroupName: Invalid input: expected string, received undefined",
    ],
    [
      "a vault without its tenant",
      () => azure.register(TYPES.vault, { ...GROUP, vaultName: "kv-web", properties: {} }),
      "InvalidRequestContent: tenantId: Invalid input: expected string, received undefined",
    ],
    [
      "a type that it does not emulate",
      () => azure.register("azure-native:storage:Table", GROUP),
      "NotEmulated: the rehearsal does not emulate azure-native:storage:Table",
    ],
    [
      "a type of another provider",
      () => azure.register("aws:s3/bucket:Bucket", {}),
      "NotEmulated: the rehearsal does not emulate aws:s3/bucket:Bucket",
    ],
    [
      "a function that it does not emulate",
      () => azure.cloud.invoke("azure-native:storage:listStorageAccountSAS", {}),
      "NotEmulated: the rehearsal does not emulate the function azure-native:storage:listStorageAccountSAS",
    ],
    [
      "to read what the program does not create",
      () => azure.register(TYPES.group, {}, "sample", `${GROUP_ID}-old`),
      `ResourceNotFound: '${GROUP_ID}-old' was not found: a rehearsal knows only what the program itself creates`,
    ],
  ];
  for (const [what, attempt, message] of refusals) it(what, () => assert.rejects(attempt, { name: "AzureError", message }));

  const illegal: readonly (readonly [type: string, input: string, name: string, rule: keyof typeof NAME_RULES])[] = [
    [TYPES.group, "resourceGroupName", "rg.", "resourceGroup"],
    [TYPES.identity, "resourceName", "id", "identity"],
    [TYPES.vault, "vaultName", "kv--web", "vault"],
    [TYPES.registry, "registryName", "cr-web", "registry"],
    [TYPES.cluster, "resourceName", "-aks", "cluster"],
    [TYPES.pool, "agentPoolName", "User", "nodePool"],
    [TYPES.credential, "federatedIdentityCredentialResourceName", "fc", "federatedCredential"],
    [TYPES.secret, "secretName", "my_secret", "secret"],
  ];
  for (const [type, input, name, rule] of illegal) {
    it(`the name "${name}" for a ${rule}`, async () => {
      await azure.cluster();
      await azure.vault();
      const parents: Readonly<Record<string, string>> = { [TYPES.pool]: "aks", [TYPES.credential]: "id-web" };
      const inputs = { ...GROUP, resourceName: parents[type], vaultName: "kv-web", properties: VAULT_PROPERTIES, [input]: name };
      const { text, url } = NAME_RULES[rule];
      const message = `InvalidResourceName: '${name}' is not a legal name: ${text} (${url})`;
      await assert.rejects(azure.register(type, inputs), { status: 400, message });
    });
  }

  it("a resource without location where neither stack nor group has one", async () => {
    const nowhere = new AzureFront(new EmulatedCloud({ ...azure.cloud.options, defaultLocation: undefined }));
    const message =
      "LocationRequired: The location property is required for this definition (azure-native:resources:ResourceGroup::sample).";
    await assert.rejects(nowhere.register(TYPES.group, GROUP), { message });
  });
});
