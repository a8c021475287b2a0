// How each emulated type looks in Resource Manager's REST API: what stands beside `properties`, and how a write of it goes on after its answer.
import { ROLE_MODE_SINCE } from "../registryTasks";
import {
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
  VAULT,
} from "../resourceTypes";

/**
 * How a caller learns that a write that takes its time is done.
 * - `operation`: `Azure-AsyncOperation` names an operation to ask.
 * - `location`: `Location` answers 202 until it is done.
 * - `state`: the resource's own `provisioningState` says it, and no header.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
 */
export type Waiting = "operation" | "location" | "state";

export interface Shape {
  readonly type: string;
  /** What stands beside `properties` in a body, as the type's REST reference has it. Everything else lies in `properties`. */
  readonly beside: readonly string[];
  /** Whether a body must say where it lies. https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-location */
  readonly located: boolean;
  /** Undefined: the answer to a write says all. */
  readonly put?: Waiting;
  readonly delete?: Waiting;
  /** The state of one that is being created; for vaults as recorded in Azure/azure-cli (test_keyvault_mgmt.yaml). Defaults to `Creating`. */
  readonly creating?: string;
  /** Whether it has a `provisioningState` at all. */
  readonly provisioned: boolean;
  /** Where its ETag stands in the body; undefined: it has none. */
  readonly etag?: "beside" | "properties";
  /** Properties that an answer has from this version of the API on. */
  readonly since?: Readonly<Record<string, string>>;
  /** Deleting it is no call of Resource Manager. */
  readonly kept?: true;
}

const TRACKED = ["location", "tags"];

const ALL: readonly Shape[] = [
  // https://learn.microsoft.com/rest/api/resources/resource-groups
  { type: RESOURCE_GROUP, beside: [...TRACKED, "managedBy"], located: true, provisioned: true, delete: "location" },
  // https://learn.microsoft.com/rest/api/managedidentity
  { type: IDENTITY, beside: TRACKED, located: true, provisioned: false },
  { type: FEDERATED_CREDENTIAL, beside: [], located: false, provisioned: false },
  // https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults - a vault's sku lies in its properties.
  { type: VAULT, beside: TRACKED, located: true, provisioned: true, put: "state", creating: "RegisteringDns" },
  { type: SECRET, beside: TRACKED, located: false, provisioned: false, kept: true },
  // https://learn.microsoft.com/rest/api/containerregistry/registries
  {
    type: REGISTRY,
    beside: [...TRACKED, "sku", "identity"],
    located: true,
    provisioned: true,
    put: "operation",
    delete: "location",
    since: { roleAssignmentMode: ROLE_MODE_SINCE },
  },
  // https://learn.microsoft.com/rest/api/aks/managed-clusters, ETags included
  {
    type: CLUSTER,
    beside: [...TRACKED, "sku", "identity", "kind", "extendedLocation"],
    located: true,
    provisioned: true,
    put: "operation",
    delete: "operation",
    etag: "beside",
  },
  { type: AGENT_POOL, beside: [], located: false, provisioned: true, put: "operation", delete: "operation", etag: "properties" },
  { type: MAINTENANCE, beside: [], located: false, provisioned: false },
  // https://learn.microsoft.com/rest/api/storagerp/storage-accounts
  {
    type: STORAGE_ACCOUNT,
    beside: [...TRACKED, "sku", "kind", "identity", "extendedLocation", "zones"],
    located: true,
    provisioned: true,
    put: "location",
  },
  { type: BLOB_CONTAINER, beside: [], located: false, provisioned: false },
  // https://learn.microsoft.com/rest/api/authorization
  { type: ROLE_ASSIGNMENT, beside: [], located: false, provisioned: false },
  { type: ROLE_DEFINITION, beside: [], located: false, provisioned: false },
];

const BY_TYPE = new Map(ALL.map((shape) => [shape.type.toLowerCase(), shape]));

/** In any case, as Azure takes it. */
export function shapeOf(type: string): Shape | undefined {
  return BY_TYPE.get(type.toLowerCase());
}

/** Providers of which no type is emulated: what a cluster has nodes and addresses from. */
const BEHIND_CLUSTERS = ["Microsoft.Compute", "Microsoft.Network"];

/** Resource providers of the emulation with their types, as `Microsoft.KeyVault`: `["vaults", "vaults/secrets"]`. */
export const NAMESPACES: ReadonlyMap<string, readonly string[]> = new Map(
  [...ALL.map(({ type }) => type.slice(0, type.indexOf("/"))), ...BEHIND_CLUSTERS].map((namespace) => [
    namespace,
    ALL.flatMap(({ type }) => (type.startsWith(`${namespace}/`) ? [type] : [])),
  ]),
);
