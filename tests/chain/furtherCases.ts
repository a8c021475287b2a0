// Mistakes between the identity and what else than a secret a pod may read: blobs, and the list of its own roles; and applications of Entra ID.
import { APP_ENVIRONMENT, type CustomRoleLink, customRoleId, ROLE_LIST_ACTIONS, ROLES, roleDefinitionId } from "../../chain";
import { CONTAINER, IDENTITY, POD, ROLE, VAULT } from "../support/chainModel";
import type { RuleCase } from "./ruleCase";

const GROUP = VAULT.id.slice(0, VAULT.id.indexOf("/providers"));
const OTHER_GUID = "99999999-9999-4999-8999-999999999999";
const variable = (name: string) => `spec.template.spec.containers["app"].env["${name}"]`;
const given = (env: Readonly<Record<string, string>>) => ({
  containers: POD.containers.map((container) => ({ ...container, env: { ...container.env, ...env } })),
});

const readsBlobs = (change: Readonly<Record<string, string>> = {}) =>
  given({ [APP_ENVIRONMENT.blobEndpoint]: CONTAINER.endpoint, [APP_ENVIRONMENT.blobContainer]: CONTAINER.name, ...change });
const BLOB_ROLE = {
  ...ROLE,
  resource: "azure-native:authorization:RoleAssignment::orders-blobs",
  scope: CONTAINER.id,
  roleDefinitionId: roleDefinitionId("storageBlobDataReader", CONTAINER.id),
};
const READER = ROLES.storageBlobDataReader.name;

const listsRoles = (change: Readonly<Record<string, string>> = {}) =>
  given({ [APP_ENVIRONMENT.roleListScope]: GROUP, [APP_ENVIRONMENT.roleListPrincipal]: IDENTITY.principalId, ...change });
export const LIST_ROLE: CustomRoleLink = {
  resource: "azure-native:authorization:RoleDefinition::role-list",
  id: customRoleId(GROUP, "role list"),
  name: "role list",
  actions: ROLE_LIST_ACTIONS,
  dataActions: [],
  assignableScopes: [GROUP],
};
const LIST_ASSIGNMENT = {
  ...ROLE,
  resource: "azure-native:authorization:RoleAssignment::orders-role-list",
  scope: GROUP,
  roleDefinitionId: `${GROUP}/providers/Microsoft.Authorization/roleDefinitions/${LIST_ROLE.id}`,
};
const READS_ROLES = "a role that reads role assignments and role definitions";

const APPLICATION = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const application = (hasServicePrincipal: boolean) => ({ application: { objectId: APPLICATION, hasServicePrincipal } });

/** Pods that read blobs, and list roles, as they should: no rule says anything about these. */
export const FURTHER_RIGHT = [
  { what: "a pod that reads blobs", changes: { pod: readsBlobs() }, more: { roleAssignments: [BLOB_ROLE] } },
  {
    what: "a pod that reads blobs by a role on the account",
    changes: { pod: readsBlobs({ [APP_ENVIRONMENT.blobEndpoint]: CONTAINER.endpoint.slice(0, -1) }) },
    more: { roleAssignments: [{ ...BLOB_ROLE, scope: CONTAINER.id.slice(0, CONTAINER.id.indexOf("/blobServices")) }] },
  },
  {
    what: "a pod that lists its roles by a role of the program's own",
    changes: { pod: listsRoles() },
    more: { roleAssignments: [LIST_ASSIGNMENT], customRoles: [LIST_ROLE] },
  },
  { what: "an application with its service principal", changes: { identity: application(true) }, more: {} },
] as const;

export const FURTHER_CASES: readonly RuleCase[] = [
  {
    mistake: "the identity has no role on the container",
    changes: { pod: readsBlobs() },
    finds: [
      "WI040",
      "AuthorizationPermissionMismatch",
      IDENTITY.resource,
      "role assignments",
      `${READER} on ${CONTAINER.id}`,
      "none",
    ],
  },
  {
    mistake: "the identity is Storage Account Contributor, which reads no blobs",
    changes: { pod: readsBlobs() },
    more: {
      roleAssignments: [
        { ...BLOB_ROLE, roleDefinitionId: roleDefinitionId("storageAccountContributor", CONTAINER.id), scope: GROUP },
      ],
    },
    finds: [
      "WI041",
      "AuthorizationPermissionMismatch",
      BLOB_ROLE.resource,
      "roleDefinitionId",
      READER,
      "Storage Account Contributor",
    ],
  },
  {
    mistake: "the identity is Owner of the container, which lets it manage and not read",
    changes: { pod: readsBlobs() },
    more: { roleAssignments: [{ ...BLOB_ROLE, roleDefinitionId: roleDefinitionId("owner", CONTAINER.id) }] },
    finds: ["WI041", "AuthorizationPermissionMismatch", BLOB_ROLE.resource, "roleDefinitionId", READER, "Owner"],
  },
  {
    mistake: "the identity's role is on another container",
    changes: { pod: readsBlobs() },
    more: { roleAssignments: [{ ...BLOB_ROLE, scope: `${CONTAINER.id}-old` }] },
    finds: ["WI042", "AuthorizationPermissionMismatch", BLOB_ROLE.resource, "scope", CONTAINER.id, `${CONTAINER.id}-old`],
  },
  {
    mistake: "the role on the container is assigned to the clientId",
    changes: { pod: readsBlobs() },
    more: { roleAssignments: [{ ...BLOB_ROLE, principalId: IDENTITY.clientId }] },
    finds: [
      "WI023",
      "AuthorizationPermissionMismatch",
      BLOB_ROLE.resource,
      "principalId",
      IDENTITY.principalId,
      `${IDENTITY.clientId} (the clientId)`,
    ],
  },
  {
    mistake: "the pod's blob address is no account's",
    changes: { pod: readsBlobs({ [APP_ENVIRONMENT.blobEndpoint]: "https://storder.blob.core.windows.net/" }) },
    more: { roleAssignments: [BLOB_ROLE] },
    finds: [
      "WI043",
      "HostNotFound",
      POD.resource,
      variable("BLOB_ENDPOINT"),
      CONTAINER.endpoint,
      "https://storder.blob.core.windows.net/",
    ],
  },
  {
    mistake: "the pod's container is not in the account",
    changes: { pod: readsBlobs({ [APP_ENVIRONMENT.blobContainer]: "files" }) },
    more: { roleAssignments: [BLOB_ROLE] },
    finds: ["WI044", "AuthorizationPermissionMismatch", POD.resource, variable("BLOB_CONTAINER"), "data", "files"],
  },
  {
    mistake: "the pod's container is not in the account that its role is on",
    changes: { pod: readsBlobs({ [APP_ENVIRONMENT.blobContainer]: "files" }) },
    more: { roleAssignments: [{ ...BLOB_ROLE, scope: CONTAINER.id.slice(0, CONTAINER.id.indexOf("/blobServices")) }] },
    finds: ["WI044", "ContainerNotFound", POD.resource, variable("BLOB_CONTAINER"), "data", "files"],
  },
  {
    mistake: "the identity may not list roles",
    changes: { pod: listsRoles() },
    finds: ["WI050", "AuthorizationFailed", IDENTITY.resource, "role assignments", `${READS_ROLES} on ${GROUP}`, "none"],
  },
  {
    mistake: "the identity may list assignments and not look up the names of their roles",
    changes: { pod: listsRoles() },
    more: { roleAssignments: [LIST_ASSIGNMENT], customRoles: [{ ...LIST_ROLE, actions: [ROLE_LIST_ACTIONS[0]] }] },
    finds: ["WI050", "AuthorizationFailed", LIST_ASSIGNMENT.resource, "roleDefinitionId", READS_ROLES, "role list"],
  },
  {
    mistake: "the role that lists is assigned at another group",
    changes: { pod: listsRoles() },
    more: { roleAssignments: [{ ...LIST_ASSIGNMENT, scope: `${GROUP}-old` }], customRoles: [LIST_ROLE] },
    finds: ["WI050", "AuthorizationFailed", LIST_ASSIGNMENT.resource, "scope", GROUP, `${GROUP}-old`],
  },
  {
    mistake: "the pod lists the roles of another principal",
    changes: { pod: listsRoles({ [APP_ENVIRONMENT.roleListPrincipal]: OTHER_GUID }) },
    more: { roleAssignments: [LIST_ASSIGNMENT], customRoles: [LIST_ROLE] },
    finds: ["WI051", "Unexplained", POD.resource, variable("ROLE_LIST_PRINCIPAL"), IDENTITY.principalId, OTHER_GUID],
  },
  {
    mistake: "the application has no service principal",
    changes: { identity: { ...application(false), principalId: "" } },
    finds: ["WI018", "AADSTS7000229", IDENTITY.resource, "service principal", `one for the application ${IDENTITY.name}`, "none"],
  },
  {
    mistake: "the role is assigned to the object id of the application",
    changes: { identity: application(true), role: { principalId: APPLICATION } },
    finds: [
      "WI023",
      "ForbiddenByRbac",
      ROLE.resource,
      "principalId",
      IDENTITY.principalId,
      `${APPLICATION} (the object id of the application, not of its service principal)`,
    ],
  },
];
