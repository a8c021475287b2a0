// What each emulated Azure type answers: ids and addresses that only Azure knows, and the refusals that a program can provoke.
// Sources stand beside each refusal; docs/rehearsal.md lists what is not checked.
import { createHash } from "node:crypto";
import { z } from "zod";
import { FEDERATED_CREDENTIALS_PER_IDENTITY, NAME_RULES, type NameRule } from "../../chain";
import { AzureError } from "./azureError";
import { cluster } from "./clusterBehaviours";
import type { PutRequest, ResourceManager, TypeBehaviour } from "./resourceManager";
import {
  ACCESS_POLICY,
  AGENT_POOL,
  BLOB_CONTAINER,
  CLUSTER,
  FEDERATED_CREDENTIAL,
  IDENTITY,
  MAINTENANCE,
  REGISTRY,
  RESOURCE_GROUP,
  ROLE_ASSIGNMENT,
  ROLE_DEFINITION,
  SECRET,
  STORAGE_ACCOUNT,
  stableGuid,
  VAULT,
} from "./resourceTypes";
import { roleAssignment, roleDefinition } from "./roleBehaviours";
import { blobContainer, storageAccount } from "./storageBehaviours";
import { accessPolicy, secret, vault } from "./vaultBehaviours";

export * from "./resourceTypes";

function named(rule: NameRule, next: TypeBehaviour = () => ({})): TypeBehaviour {
  return (request, manager) => {
    if (!rule.pattern.test(request.name))
      throw new AzureError(400, "InvalidResourceName", `'${request.name}' is not a legal name: ${rule.text} (${rule.url})`);
    return next(request, manager);
  };
}

function identity({ life }: PutRequest, manager: ResourceManager) {
  return { clientId: stableGuid("client", life), principalId: stableGuid("principal", life), tenantId: manager.tenantId };
}

const credentialShape = z.object({
  issuer: z.string().default(""),
  subject: z.string().default(""),
  audiences: z.array(z.string()).default([]),
});

// Limits and texts: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
function federatedCredential({ id, properties }: PutRequest, manager: ResourceManager) {
  const { issuer, subject, audiences } = credentialShape.parse(properties);
  if (issuer === "" || subject === "")
    // The text as in zioproto/istio-aks-example#6.
    throw new AzureError(
      400,
      "BadRequest",
      "The request format was unexpected. Federated Identity Credential must specify 'issuer', 'subject' and 'audience'.",
    );
  if (audiences.length !== 1)
    throw new AzureError(400, "BadRequest", "Federated identity credentials must have exactly one audience.");
  const identityId = id.slice(0, id.toLowerCase().indexOf("/federatedidentitycredentials/"));
  const others = manager
    .childrenOf(identityId, FEDERATED_CREDENTIAL)
    .filter((other) => other.id.toLowerCase() !== id.toLowerCase());
  // That Azure refuses the 21st is documented, with which words is not: these are ours.
  if (others.length >= FEDERATED_CREDENTIALS_PER_IDENTITY) {
    throw new AzureError(
      400,
      "BadRequest",
      `An identity holds at most ${FEDERATED_CREDENTIALS_PER_IDENTITY} federated identity credentials.`,
    );
  }
  if (others.some(({ properties: other }) => other.issuer === issuer && other.subject === subject)) {
    throw new AzureError(400, "BadRequest", "Issuer and subject combination already exists for this Managed Identity.");
  }
  return {};
}

function registry({ id, name }: PutRequest, manager: ResourceManager) {
  const loginServer = `${name.toLowerCase()}.azurecr.io`;
  // MicrosoftDocs/azure-dev-docs#1303
  if (manager.isTaken(REGISTRY, id, name))
    throw new AzureError(
      409,
      "AlreadyInUse",
      `The registry DNS name ${loginServer} is already in use. You can check if the name is already claimed using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability`,
    );
  return { loginServer };
}

export const BEHAVIOURS: Readonly<Record<string, TypeBehaviour>> = {
  [RESOURCE_GROUP]: named(NAME_RULES.resourceGroup),
  [IDENTITY]: named(NAME_RULES.identity, identity),
  [FEDERATED_CREDENTIAL]: named(NAME_RULES.federatedCredential, federatedCredential),
  [ROLE_ASSIGNMENT]: roleAssignment,
  [ROLE_DEFINITION]: roleDefinition,
  [VAULT]: named(NAME_RULES.vault, vault),
  [SECRET]: named(NAME_RULES.secret, secret),
  [ACCESS_POLICY]: accessPolicy,
  [REGISTRY]: named(NAME_RULES.registry, registry),
  [CLUSTER]: named(NAME_RULES.cluster, cluster),
  [AGENT_POOL]: named(NAME_RULES.nodePool),
  [MAINTENANCE]: () => ({}),
  [STORAGE_ACCOUNT]: named(NAME_RULES.storageAccount, storageAccount),
  [BLOB_CONTAINER]: named(NAME_RULES.blobContainer, blobContainer),
};

/** The digest that the emulated registry gives an image: the same for the same reference. */
export function imageDigest(reference: string): string {
  return `sha256:${createHash("sha256").update(reference).digest("hex")}`;
}
