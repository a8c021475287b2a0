// What a preview cannot know: no rule says anything about it, and what is known beside it is still compared.
import { strict as assert } from "node:assert";
import { AUDIENCE, CLIENT_ID_ANNOTATION, POD_ENVIRONMENT, roleDefinitionId, USE_LABEL } from "../../chain";
import {
  type Additions,
  type Changes,
  CREDENTIAL,
  chainModel,
  findingsIn,
  IDENTITY,
  POD,
  ROLE,
  VAULT,
} from "../support/chainModel";

interface Case {
  readonly what: string;
  readonly changes: Changes;
  readonly more?: Additions;
}

const env = (change: Readonly<Record<string, string | undefined>>) => ({
  containers: POD.containers.map((container) => ({ ...container, env: { ...container.env, ...change } })),
});
const OTHER_GUID = "99999999-9999-4999-8999-999999999999";

const SILENT: readonly Case[] = [
  { what: "the cluster's issuer", changes: { cluster: { issuer: undefined } } },
  { what: "whether the cluster's issuer is on", changes: { cluster: { issuer: undefined, oidcIssuerEnabled: undefined } } },
  { what: "whether workload identity is on", changes: { cluster: { workloadIdentityEnabled: undefined } } },
  { what: "the credential's identity", changes: { credential: { identityId: undefined } } },
  { what: "the credential's issuer", changes: { credential: { issuer: undefined } } },
  { what: "the credential's subject", changes: { credential: { subject: undefined } } },
  { what: "the credential's audiences", changes: { credential: { audiences: undefined } } },
  { what: "the role's scope", changes: { role: { scope: undefined } } },
  { what: "the role's principal", changes: { role: { principalId: undefined } } },
  { what: "which role it is", changes: { role: { roleDefinitionId: undefined } } },
  { what: "the identity's tenant", changes: { identity: { tenantId: undefined } } },
  { what: "the vault's tenant", changes: { vault: { tenantId: undefined } } },
  { what: "whether the vault takes roles", changes: { vault: { rbac: undefined }, role: null } },
  { what: "the secret's name", changes: { secret: { name: undefined } } },
  { what: "the secret's vault", changes: { secret: { vaultId: undefined } } },
  { what: "whether the secret is enabled", changes: { secret: { enabled: undefined } } },
  {
    what: "the annotated client id",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: undefined } }, role: null },
  },
  { what: "the label's value", changes: { pod: { labels: { [USE_LABEL]: undefined } } } },
  { what: "the container's own client id", changes: { pod: env({ [POD_ENVIRONMENT.clientId]: undefined }) } },
  { what: "the vault's address", changes: { pod: env({ KEY_VAULT_URI: undefined }), role: null } },
  {
    what: "an identity of somebody else",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: OTHER_GUID } }, credential: null, role: null },
    more: { elsewhere: ["identities"] },
  },
  { what: "a vault of somebody else", changes: { vault: null, secret: null }, more: { elsewhere: ["vaults"] } },
  { what: "a secret that a person puts into the vault", changes: { secret: null }, more: { elsewhere: ["vaults"] } },
  { what: "a ServiceAccount of somebody else", changes: { serviceAccount: null }, more: { elsewhere: ["serviceAccounts"] } },
];

const KNOWN: readonly (Case & { readonly rule: string })[] = [
  {
    what: "another subject, whatever the issuer is",
    changes: { cluster: { issuer: undefined }, credential: { subject: "system:serviceaccount:web:other" } },
    rule: "WI003",
  },
  {
    what: "another audience, whatever the issuer is",
    changes: { credential: { issuer: undefined, audiences: [`${AUDIENCE}/`] } },
    rule: "WI002",
  },
  {
    what: "a client id that is not the trusted identity's, though there may be others",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: OTHER_GUID } } },
    more: { elsewhere: ["identities"] },
    rule: "WI011",
  },
  {
    what: "a client id that is none, though nobody trusts the ServiceAccount",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: IDENTITY.id.slice(1) } }, credential: null },
    more: { elsewhere: ["identities"] },
    rule: "WI011",
  },
  {
    what: "a role that reads no secret, beside one for somebody else of which nothing is known but that",
    changes: { role: { roleDefinitionId: roleDefinitionId("keyVaultReader", VAULT.id) } },
    more: { roleAssignments: [{ ...ROLE, principalId: OTHER_GUID, scope: undefined, roleDefinitionId: undefined }] },
    rule: "WI021",
  },
  {
    what: "no credential for the pod, beside one for another ServiceAccount of an identity that is not known",
    changes: { credential: null },
    more: { federatedCredentials: [{ ...CREDENTIAL, identityId: undefined, subject: "system:serviceaccount:web:other" }] },
    rule: "WI005",
  },
];

describe("what is not known yet", () => {
  for (const { what, changes, more } of SILENT)
    it(`is not judged: ${what}`, () => assert.deepEqual(findingsIn(chainModel(changes, more)), []));

  for (const { what, changes, more, rule } of KNOWN)
    it(`leaves ${rule}: ${what}`, () =>
      assert.deepEqual(
        findingsIn(chainModel(changes, more)).map((found) => found.rule),
        [rule],
      ));
});
