// What mistakes in several programs have in common.

/** An issuer of the right form, of a cluster that is gone. */
export const ISSUER_OF_ANOTHER =
  "https://westeurope.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/0b5a7d6e-3c1f-4d58-9a52-8f0e6c2b7a10/";
/** Of no tenant, identity or application. */
export const OTHER_GUID = "0b5a7d6e-3c1f-4d58-9a52-8f0e6c2b7a10";
/** Role ids of https://learn.microsoft.com/azure/role-based-access-control/built-in-roles as programs write them down. */
export const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";
export const KEY_VAULT_READER = "21090545-7ca7-4776-b22c-e363652d74d2";
export const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
