// The right program with an application of Microsoft Entra ID in place of the managed identity.
import { AUDIENCE } from "../../../chain";
import { UNKNOWN } from "../../../policy/plan/planned";
import { named, type Program } from "./row";

const application = { type: "azuread:index/application:Application", inputs: { displayName: "orders" } };
const trust = {
  type: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  inputs: { applicationId: UNKNOWN, displayName: "orders", issuer: UNKNOWN, subject: UNKNOWN, audiences: [AUDIENCE] },
  from: { applicationId: ["application"], issuer: ["cluster"], subject: ["account"] },
};
const principalOf = (...from: readonly string[]) => ({
  type: "azuread:index/servicePrincipal:ServicePrincipal",
  inputs: { clientId: UNKNOWN },
  from: { clientId: from },
});
/** Of an application that Microsoft makes: many programs look it up beside their own. */
const graph = { ...principalOf(), inputs: { clientId: "00000003-0000-0000-c000-000000000000", useExisting: true } };
const changes = {
  identity: null,
  credential: null,
  account: named(UNKNOWN, ["namespace", "application"]),
  role: { from: { principalId: ["principal"] } },
};

export const APPLICATION = {
  right: { changes, more: { application, trust, principal: principalOf("application") } },
  withoutPrincipal: { changes: { ...changes, role: null }, more: { application, trust, graph } },
  /** It has a service principal of an application that cannot be told. */
  ofNobodyKnows: { changes, more: { application, trust, principal: principalOf() } },
} satisfies Record<string, Program>;
