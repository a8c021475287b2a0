// The outputs of a stack with two workloads, and values that are none of theirs.
import type { StackOutputs } from "../../../diagnosis/stackOutputs";

const TENANT = "11111111-1111-4111-8111-111111111111";
const SUBSCRIPTION = "44444444-4444-4444-8444-444444444444";
export const ISSUER = `https://westeurope.oic.prod-aks.azure.com/${TENANT}/22222222-2222-4222-8222-222222222222/`;
export const WEB_CLIENT = "33333333-3333-4333-8333-333333333333";
export const OTHER_CLIENT = "55555555-5555-4555-8555-555555555555";
export const PRINCIPAL = "66666666-6666-4666-8666-666666666666";
export const WEB_IDENTITY = identity("id-web");

function identity(name: string): string {
  return `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-web/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

function workload(name: string, clientId: string) {
  return {
    issuer: ISSUER,
    subject: `system:serviceaccount:${name}:${name}`,
    audience: "api://AzureADTokenExchange",
    clientId,
    tenantId: TENANT,
    identityId: identity(`id-${name}`),
    namespace: name,
    serviceAccount: name,
    vaultUri: "https://kv-web-1234.vault.azure.net/",
    blobEndpoint: "https://stweb1234.blob.core.windows.net/",
  };
}

export const STACK: StackOutputs = {
  stack: "dev",
  chain: { web: workload("web", WEB_CLIENT), orders: workload("orders", "77777777-7777-4777-8777-777777777777") },
  outputs: { clusterName: "aks-web", resourceGroupName: "rg-web" },
};
