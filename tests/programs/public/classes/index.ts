import * as azure from "@pulumi/azure-native";
import { Platform } from "./platform";
import { Service } from "./service";

const tenantId = azure.authorization.getClientConfigOutput().tenantId;

const platform = new Platform("shop", { vmSize: "Standard_D4s_v5", tenantId });
const catalog = new Service("catalog", {
  platform,
  namespace: "catalog",
  image: "ghcr.io/example/catalog:12.0.0",
  secret: { name: "catalog-db", value: "not-a-real-password" },
});
const basket = new Service("basket", {
  platform,
  namespace: "basket",
  image: "ghcr.io/example/basket:3.3.3",
  secret: { name: "basket-db", value: "not-a-real-password" },
});

export const vaultName = platform.vault.name;
export const identities = [catalog.identity.clientId, basket.identity.clientId];
