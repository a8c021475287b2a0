// Mistakes in this project's own program. Its components write most of the chain, so few mistakes fit into the text of index.ts or a stack's config;
// the others are made in what is registered, as `rehearse --break` makes them.
import { BREAKS } from "../../rehearsal/breaks";
import { edit, type Plant } from "../plant";
import { resource } from "./resources";

const POD = [resource("deployment", "web-deployment")];
const ACCOUNT = [resource("serviceAccount", "web-service-account")];
const CLUSTER = [resource("cluster", "aks-cluster")];
const VAULT = [resource("vault", "vault-vault")];

/** What differs between a managed identity and an application. */
interface Named {
  readonly credential: readonly string[];
  readonly identity: readonly string[];
  /** Begins the names of role assignments. */
  readonly role: string;
}

const MANAGED: Named = {
  credential: [resource("credential", "web-federation-cluster")],
  identity: [resource("identity", "web-identity")],
  role: "web-role-",
};
const APPLICATION: Named = {
  credential: [resource("applicationCredential", "web-application-federation-cluster")],
  identity: [resource("application", "web-application")],
  role: "web-application-role-",
};

/** Where a person finds what each break breaks. */
function places({ credential, identity, role }: Named): Readonly<Record<string, readonly string[]>> {
  const vaultRole = [resource("role", `${role}vault`)];
  const blobRole = [resource("role", `${role}blobs`)];
  const listRole = [resource("role", `${role}role-list`)];
  return {
    "label-on-service-account-only": POD,
    "label-on-deployment-only": POD,
    "label-value": POD,
    "webhook-off": CLUSTER,
    "container-skipped": POD,
    "annotation-missing": ACCOUNT,
    "annotation-misspelt": ACCOUNT,
    "default-service-account": POD,
    "service-account-missing": POD,
    "token-expiration": ACCOUNT,
    "client-id-of-another-identity": ACCOUNT,
    "principal-id-in-annotation": ACCOUNT,
    "resource-id-in-annotation": ACCOUNT,
    "client-id-by-hand": POD,
    "tenant-annotation": ACCOUNT,
    "issuer-without-slash": credential,
    "issuer-of-another-cluster": credential,
    "issuer-inside-cluster": credential,
    "wrong-namespace": credential,
    "wrong-service-account": credential,
    "subject-case": credential,
    "wrong-audience": credential,
    "no-federated-credential": identity,
    "missing-role": identity,
    "key-vault-reader": vaultRole,
    "wrong-scope": vaultRole,
    "role-for-client-id": vaultRole,
    "access-policies": VAULT,
    "vault-of-another-tenant": VAULT,
    "vault-address": POD,
    "secret-name": POD,
    "secret-disabled": [resource("secret", "vault-secret-app")],
    "missing-blob-role": identity,
    "storage-account-contributor": blobRole,
    "blob-role-on-another-container": blobRole,
    "blob-address": POD,
    "container-name": POD,
    "missing-role-list-role": identity,
    "role-list-without-names": listRole,
    "role-list-at-vault": listRole,
  };
}

/** All breaks that need this config and no other, but for one that happens after `pulumi up`: that is no mistake of a program. */
function registered(named: Named, needs: readonly string[]): Plant[] {
  const at = places(named);
  return BREAKS.filter((each) => each.afterwards === undefined && (each.needs ?? []).join() === needs.join()).map(({ name }) => {
    const place = at[name];
    if (place === undefined) throw new Error(`nothing says where ${name} lies`);
    return { mistake: name, edits: [], breakage: name, at: place };
  });
}

const ROLES = 'roles: { vault: { scope: vault.vaultId, role: "keyVaultSecretsUser" },';
const GIVEN = "vaultUri: vault.vaultUri,\n          secretName,\n        },";
const OF_STACK = "config:\n  azure-native:location: westeurope\n";
/** A line of the stack's config. */
const config = (key: string, value: string) =>
  edit(OF_STACK, `${OF_STACK}  aks-workload-identity:${key}: ${value}\n`, "Pulumi.dev.yaml");

const IN_TEXT: readonly Plant[] = [
  {
    mistake: "text-for-identity",
    edits: [edit("          identity,\n          account", "          identity: identity.clientId,\n          account")],
    at: [],
  },
  { mistake: "role-misspelt", edits: [edit('"keyVaultSecretsUser"', '"keyVaultSecretUser"')], at: ['WorkloadIdentity "web"'] },
  {
    mistake: "key-vault-reader",
    edits: [edit(ROLES, ROLES.replace("keyVaultSecretsUser", "keyVaultReader"))],
    at: [resource("role", "web-role-vault")],
  },
  {
    mistake: "issuer-empty",
    edits: [edit("issuerUrl: aks.issuerUrl,\n        namespace", 'issuerUrl: "",\n        namespace')],
    at: ['WorkloadIdentity "web"'],
  },
  {
    mistake: "issuer-hard-coded",
    edits: [
      edit(
        "issuerUrl: aks.issuerUrl,\n        namespace",
        'issuerUrl: "https://westeurope.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/0b5a7d6e-3c1f-4d58-9a52-8f0e6c2b7a10",\n        namespace',
      ),
    ],
    at: MANAGED.credential,
  },
  {
    mistake: "wrong-scope",
    edits: [edit(ROLES, ROLES.replace("vault.vaultId", "aks.clusterId"))],
    at: [resource("role", "web-role-vault"), ...MANAGED.identity],
  },
  {
    mistake: "vault-address",
    edits: [edit(GIVEN, GIVEN.replace("vault.vaultUri", '"https://kv-old.vault.azure.net/"'))],
    at: POD,
  },
  { mistake: "secret-name", edits: [edit(GIVEN, GIVEN.replace("secretName", 'secretName: "greting"'))], at: POD },
  {
    mistake: "token-expiration",
    edits: [
      edit(
        "serviceAccount: { name: owner.serviceAccount }",
        "serviceAccount: { name: owner.serviceAccount, tokenExpirationSeconds: 600 }",
      ),
    ],
    refusal: /tokenExpirationSeconds must be/,
    at: ['WorkloadIdentity "web"'],
  },
  { mistake: "service-account-form", edits: [config("serviceAccount", "Web")], at: ["serviceAccount"] },
  { mistake: "namespace-form", edits: [config("namespace", "my_namespace")], at: ["namespace"] },
  {
    mistake: "variable-of-the-webhook",
    edits: [config("appEnvironment", `{ AZURE_CLIENT_ID: ${"0b5a7d6e-3c1f-4d58-9a52-8f0e6c2b7a10"} }`)],
    at: ["appEnvironment"],
  },
  { mistake: "config-key-misspelt", edits: [config("serviceAcount", "web")], at: ["serviceAcount"] },
  {
    mistake: "federation-twice",
    edits: [
      config(
        "federations",
        '{ one: { issuer: "https://token.actions.githubusercontent.com", subject: "repo:a/b:ref:refs/heads/main" }, two: { issuer: "https://token.actions.githubusercontent.com", subject: "repo:a/b:ref:refs/heads/main" } }',
      ),
    ],
    at: ["federations"],
  },
];

const inText = new Set(IN_TEXT.map(({ mistake }) => mistake));
export const OWN_DEV: readonly Plant[] = [...IN_TEXT, ...registered(MANAGED, []).filter(({ mistake }) => !inText.has(mistake))];
export const OWN_PROD: readonly Plant[] = registered(MANAGED, []);
export const OWN_APPLICATION: readonly Plant[] = registered(APPLICATION, []);
export const OWN_STORAGE: readonly Plant[] = [
  ...registered(MANAGED, ["storage.enabled=true"]),
  ...registered(MANAGED, ["roleList=true"]),
];
