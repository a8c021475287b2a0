// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
export const roles = {
  keyVaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
};
