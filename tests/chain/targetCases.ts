// Pods of programs that call their variables as they like, vaults with access policies, and pods that say nothing of what they read.
import { POD_ENVIRONMENT, ROLES, roleDefinitionId, SKIP_CONTAINERS_ANNOTATION } from "../../chain";
import type { Additions, Changes } from "../support/chainModel";
import { CONTAINER, IDENTITY, KUBELET, POD, ROLE, SECRET, TENANT_ID, VAULT } from "../support/chainModel";
import type { RuleCase } from "./ruleCase";

const OTHER_GUID = "99999999-9999-4999-8999-999999999999";
const variable = (name: string) => `spec.template.spec.containers["app"].env["${name}"]`;
const ARGS = 'spec.template.spec.containers["app"].args';
const given = (env: Readonly<Record<string, string>>, args: readonly string[] = []) => ({
  pod: { containers: [{ name: "app", image: "app", env, commandLine: args }] },
});
const policy = (objectId: string, ...secrets: string[]) => ({ tenantId: TENANT_ID, objectId, secrets });
const APART = "azure-native:keyvault:AccessPolicy::orders";
const apart = (one: ReturnType<typeof policy>) => ({ ...one, resource: APART });
const withPolicies = (...accessPolicies: ReturnType<typeof policy>[]): Changes => ({
  role: null,
  vault: { rbac: false, accessPolicies },
});
const ON_BLOBS = {
  ...ROLE,
  resource: "azure-native:authorization:RoleAssignment::orders-blobs",
  scope: CONTAINER.id,
  roleDefinitionId: roleDefinitionId("storageBlobDataReader", CONTAINER.id),
};
const NONE_ON_VAULT = ["WI020", "ForbiddenByRbac", IDENTITY.resource, "role assignments"] as const;

/** Ways to name the good chain's vault and secret. */
const NAMING: readonly (readonly [what: string, changes: ReturnType<typeof given>])[] = [
  ["by the address under another name", given({ VAULT_ENDPOINT: VAULT.uri, WHICH: SECRET.name })],
  ["by the vault's name", given({ KEYVAULT_NAME: VAULT.name.toUpperCase(), APP_SECRET: SECRET.name })],
  ["by the secret's address", given({ GREETING_URL: `${VAULT.uri}secrets/${SECRET.name}` })],
  ["in an argument", given({}, [`--vault=${VAULT.uri}`, "--secret", SECRET.name])],
  ["in a script", given({}, ["sh", "-c", `az keyvault secret show --vault-name ${VAULT.name} --name "${SECRET.name}"`])],
];

export const TARGET_CASES: readonly RuleCase[] = [
  ...NAMING.map(
    ([what, changes]): RuleCase => ({
      mistake: `the identity has no role on the vault that the pod names ${what}`,
      changes: { ...changes, role: null },
      finds: [...NONE_ON_VAULT, `Key Vault Secrets User on ${VAULT.id}`, "none"],
    }),
  ),
  {
    mistake: "the vault's name has a typing mistake, whatever the variable is called",
    changes: given({ KEYVAULT_NAME: "kv-oders" }),
    finds: ["WI028", "HostNotFound", POD.resource, variable("KEYVAULT_NAME"), VAULT.uri, "kv-oders"],
  },
  {
    mistake: "the vault's address in an argument has a typing mistake",
    changes: given({}, ["--vault", "https://kv-order.vault.azure.net"]),
    finds: ["WI028", "HostNotFound", POD.resource, ARGS, VAULT.uri, "https://kv-order.vault.azure.net"],
  },
  {
    mistake: "the address is another environment's vault, and the secret is the program's",
    changes: given({ VAULT_URL: "https://production-7.vault.azure.net/", WHICH: SECRET.name }),
    finds: ["WI028", "HostNotFound", POD.resource, variable("VAULT_URL"), VAULT.uri, "https://production-7.vault.azure.net/"],
  },
  {
    mistake: "the vault has no secret of the name, whatever the variable is called",
    changes: given({ VAULT_URL: VAULT.uri, KEYVAULT_SECRET_NAME: "greetings" }),
    finds: ["WI026", "SecretNotFound", POD.resource, variable("KEYVAULT_SECRET_NAME"), "greeting", "greetings"],
  },
  {
    mistake: "the identity has no role on the account that the pod names, with its container",
    changes: given({ AZURE_STORAGE_ACCOUNT_NAME: CONTAINER.account, STORAGE_CONTAINER: CONTAINER.name }),
    finds: [
      "WI040",
      "AuthorizationPermissionMismatch",
      IDENTITY.resource,
      "role assignments",
      `Storage Blob Data Reader on ${CONTAINER.id}`,
      "none",
    ],
  },
  {
    mistake: "the account's address has a typing mistake, whatever the variable is called",
    changes: given({ STORAGE_URL: "https://stoders.blob.core.windows.net" }),
    finds: [
      "WI043",
      "HostNotFound",
      POD.resource,
      variable("STORAGE_URL"),
      CONTAINER.endpoint,
      "https://stoders.blob.core.windows.net",
    ],
  },
  {
    mistake: "the container's name has a typing mistake, whatever the variable is called",
    changes: given({ STORAGE_URL: CONTAINER.endpoint, STORAGE_CONTAINER: "dat" }),
    more: { roleAssignments: [{ ...ON_BLOBS, scope: CONTAINER.id.slice(0, CONTAINER.id.indexOf("/blobServices")) }] },
    finds: ["WI044", "ContainerNotFound", POD.resource, variable("STORAGE_CONTAINER"), "data", "dat"],
  },
  {
    mistake: "an init container that reads the vault is skipped",
    changes: {
      pod: {
        annotations: { [SKIP_CONTAINERS_ANNOTATION]: "fetch" },
        containers: [
          { name: "app", image: "app", env: {} },
          { name: "fetch", image: "fetch", env: { VAULT: VAULT.uri }, init: true },
        ],
      },
    },
    finds: [
      "WI015",
      "PodNotMutated",
      POD.resource,
      `spec.template.metadata.annotations["${SKIP_CONTAINERS_ANNOTATION}"]`,
      "not fetch",
      "fetch",
    ],
  },
  {
    mistake: "a bare pod's own client id is nobody's",
    changes: { pod: { ...given({ VAULT: VAULT.uri, [POD_ENVIRONMENT.clientId]: OTHER_GUID }).pod, template: "" } },
    finds: [
      "WI016",
      "AADSTS700016",
      POD.resource,
      `spec.containers["app"].env["${POD_ENVIRONMENT.clientId}"]`,
      IDENTITY.clientId,
      OTHER_GUID,
    ],
  },
  {
    mistake: "the access policy is for the clientId",
    changes: withPolicies(policy(IDENTITY.clientId, "get")),
    finds: [
      "WI046",
      "AccessDenied",
      VAULT.resource,
      "properties.accessPolicies[].objectId",
      IDENTITY.principalId,
      `${IDENTITY.clientId} (the clientId)`,
    ],
  },
  {
    mistake: "the access policies are for others",
    changes: withPolicies(policy(OTHER_GUID, "get")),
    finds: [
      "WI046",
      "AccessDenied",
      VAULT.resource,
      "properties.accessPolicies[].objectId",
      IDENTITY.principalId,
      `only policies for ${OTHER_GUID}`,
    ],
  },
  {
    mistake: "the access policy is of another tenant",
    changes: withPolicies({ ...policy(IDENTITY.principalId, "get"), tenantId: OTHER_GUID }),
    finds: [
      "WI046",
      "AccessDenied",
      VAULT.resource,
      `properties.accessPolicies["${IDENTITY.principalId}"].tenantId`,
      TENANT_ID,
      OTHER_GUID,
    ],
  },
  {
    mistake: "the access policy only lists",
    changes: withPolicies(policy(IDENTITY.principalId, "list", "set")),
    finds: [
      "WI047",
      "AccessDenied",
      VAULT.resource,
      `properties.accessPolicies["${IDENTITY.principalId}"].permissions.secrets`,
      "get",
      "list, set",
    ],
  },
  {
    mistake: "the access policy that is declared apart is for the clientId",
    changes: withPolicies(apart(policy(IDENTITY.clientId, "get"))),
    finds: ["WI046", "AccessDenied", APART, "policy.objectId", IDENTITY.principalId, `${IDENTITY.clientId} (the clientId)`],
  },
  {
    mistake: "the access policy that is declared apart is of another tenant",
    changes: withPolicies(apart({ ...policy(IDENTITY.principalId, "get"), tenantId: OTHER_GUID })),
    finds: ["WI046", "AccessDenied", APART, "policy.tenantId", TENANT_ID, OTHER_GUID],
  },
  {
    mistake: "the access policy that is declared apart only lists",
    changes: withPolicies(apart(policy(IDENTITY.principalId, "list"))),
    finds: ["WI047", "AccessDenied", APART, "policy.permissions.secrets", "get", "list"],
  },
  {
    mistake: "a pod that reads nothing goes by an identity without any role",
    changes: { ...given({}), role: null },
    finds: ["WI045", "Unexplained", IDENTITY.resource, "role assignments", "a role on something", "id-orders has no role"],
  },
  {
    mistake: "a pod that reads nothing goes by an identity whose clientId has the role",
    changes: { ...given({}), role: { principalId: IDENTITY.clientId } },
    finds: [
      "WI023",
      "ForbiddenByRbac",
      ROLE.resource,
      "principalId",
      IDENTITY.principalId,
      `${IDENTITY.clientId} (the clientId)`,
    ],
  },
];

export const TARGET_RIGHT: readonly { readonly what: string; readonly changes: Changes; readonly more?: Additions }[] = [
  ...NAMING.map(([what, changes]) => ({ what: `a vault that is named ${what}`, changes })),
  { what: "a vault of somebody else", changes: given({ VAULT_URL: "https://kv-of-another-team.vault.azure.net/" }) },
  {
    what: "a vault of somebody else beside the program's own",
    changes: given({ SHARED_VAULT: "https://kv-of-another-team.vault.azure.net/", VAULT_URL: VAULT.uri, WHICH: SECRET.name }),
  },
  {
    what: "a secret that somebody puts into the vault",
    changes: { ...given({ VAULT_URL: VAULT.uri, SECRET_NAME: "x" }), secret: null },
  },
  {
    what: "a sibling of the vault with another number",
    more: { vaults: [{ ...VAULT, id: `${VAULT.id}-1`, name: "kv-shop-1", uri: "https://kv-shop-1.vault.azure.net/" }] },
    changes: given({ OTHER: "https://kv-shop-2.vault.azure.net/" }),
  },
  { what: "the name of a Secret of Kubernetes", changes: given({ VAULT_URL: VAULT.uri, TLS_SECRET_NAME: "web-tls" }) },
  {
    what: "an account that is named for its queues",
    changes: {
      ...given({ AZURE_STORAGE_ACCOUNT: CONTAINER.account }),
      role: { scope: CONTAINER.id.slice(0, CONTAINER.id.indexOf("/blobServices")), roleDefinitionId: OTHER_GUID },
    },
  },
  {
    what: "the owner of an account's data",
    changes: {
      ...given({ BLOBS: CONTAINER.endpoint }),
      role: { scope: CONTAINER.id, roleDefinitionId: ROLES.storageBlobDataOwner.id },
    },
  },
  { what: "words that are no names of a vault", changes: given({ MODE: "order", VAULT_PREFIX: "kv", SECRET: "greeting-card" }) },
  {
    what: "an account that is named without its container, of which the identity may read one",
    changes: given({ ACCOUNT_URL: CONTAINER.endpoint }),
    more: {
      roleAssignments: [ON_BLOBS],
      blobContainers: [{ ...CONTAINER, id: CONTAINER.id.replace(/data$/, "other"), name: "other" }],
    },
  },
  { what: "an access policy for the identity", changes: withPolicies(policy(IDENTITY.principalId.toUpperCase(), "List", "GET")) },
  {
    what: "an access policy with all permissions",
    changes: withPolicies(policy(OTHER_GUID), policy(IDENTITY.principalId, "all")),
  },
  {
    what: "an access policy whose principal is not known yet",
    changes: {
      role: null,
      vault: { rbac: false, accessPolicies: [{ tenantId: TENANT_ID, objectId: undefined, secrets: ["get"] }] },
    },
  },
  { what: "a pod that reads nothing and may read the vault", changes: given({}) },
  {
    what: "a pod that only signs in, with a role on the subscription",
    changes: {
      ...given({}),
      role: { scope: VAULT.id.slice(0, VAULT.id.indexOf("/resourceGroups")), roleDefinitionId: ROLES.reader.id },
    },
  },
  {
    what: "a first container that is skipped, where none says that it reads",
    changes: {
      pod: {
        annotations: { [SKIP_CONTAINERS_ANNOTATION]: "proxy" },
        containers: [
          { name: "proxy", image: "proxy", env: {} },
          { name: "app", image: "app", env: {} },
        ],
      },
    },
  },
  { what: "another identity without any role", changes: {}, more: { identities: [{ ...KUBELET, id: `${KUBELET.id}2` }] } },
];
