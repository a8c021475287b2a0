// A right program as the first preview on the engine shows it, where nothing exists yet: what a test of the policy changes one thing of.
import { AUDIENCE, CLIENT_ID_ANNOTATION, ROLES, USE_LABEL } from "../../chain";
import { type PlannedResource, type Properties, UNKNOWN } from "../../policy/plan/planned";

export const TYPES = {
  group: "azure-native:resources:ResourceGroup",
  cluster: "azure-native:containerservice:ManagedCluster",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  vault: "azure-native:keyvault:Vault",
  secret: "azure-native:keyvault:Secret",
  role: "azure-native:authorization:RoleAssignment",
  provider: "pulumi:providers:kubernetes",
  namespace: "kubernetes:core/v1:Namespace",
  account: "kubernetes:core/v1:ServiceAccount",
  deployment: "kubernetes:apps/v1:Deployment",
} as const;

/** How the resources of the chain are named here, and in a test's changes. */
export type Part = keyof typeof TYPES;

export interface Planned {
  readonly type?: string;
  readonly inputs: Properties;
  readonly outputs?: Properties;
  /** For each input, the parts that its value comes from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
  /** Parts that it waits for beside these. */
  readonly after?: readonly string[];
  /** The part that is its provider. Default: none. */
  readonly provider?: string;
}

const types: Readonly<Record<string, string>> = TYPES;
const urnOf = (name: string, type: string) => `urn:pulumi:dev::app::${type}::${name}`;

export const TEMPLATE = {
  metadata: { labels: { app: "orders", [USE_LABEL]: "true" } },
  spec: {
    serviceAccountName: UNKNOWN,
    containers: [
      {
        name: "app",
        image: "registry.example/app@sha256:0",
        env: [
          { name: "KEY_VAULT_URI", value: UNKNOWN },
          { name: "SECRET_NAME", value: UNKNOWN },
        ],
      },
    ],
  },
};

const inGroup = { resourceGroupName: UNKNOWN };
const fromGroup = { resourceGroupName: ["group"] };

export const RIGHT: Readonly<Record<Part, Planned>> = {
  group: { inputs: { resourceGroupName: "rg-orders" } },
  cluster: {
    inputs: {
      ...inGroup,
      resourceName: "aks",
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true } },
    },
    from: fromGroup,
  },
  identity: { inputs: { ...inGroup, resourceName: "id-orders" }, from: fromGroup },
  credential: {
    inputs: {
      ...inGroup,
      resourceName: UNKNOWN,
      federatedIdentityCredentialResourceName: "orders",
      issuer: UNKNOWN,
      subject: UNKNOWN,
      audiences: [AUDIENCE],
    },
    from: { ...fromGroup, resourceName: ["identity"], issuer: ["cluster"], subject: ["account"] },
  },
  vault: {
    inputs: { ...inGroup, vaultName: UNKNOWN, properties: { tenantId: UNKNOWN, enableRbacAuthorization: true } },
    from: fromGroup,
  },
  secret: {
    inputs: { ...inGroup, vaultName: UNKNOWN, secretName: "greeting", properties: { value: UNKNOWN } },
    from: { ...fromGroup, vaultName: ["vault"] },
  },
  role: {
    inputs: {
      scope: UNKNOWN,
      principalId: UNKNOWN,
      principalType: "ServicePrincipal",
      roleAssignmentName: UNKNOWN,
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ROLES.keyVaultSecretsUser.id}`,
    },
    from: { scope: ["vault"], principalId: ["identity"], roleAssignmentName: ["vault", "identity"] },
  },
  provider: { inputs: { kubeconfig: UNKNOWN }, from: { kubeconfig: ["cluster"] } },
  namespace: { inputs: { metadata: { name: "web" } }, provider: "provider" },
  account: {
    inputs: { metadata: { name: "orders", namespace: UNKNOWN, annotations: { [CLIENT_ID_ANNOTATION]: UNKNOWN } } },
    from: { metadata: ["namespace", "identity"] },
    provider: "provider",
  },
  deployment: {
    inputs: { metadata: { name: "orders", namespace: UNKNOWN }, spec: { template: TEMPLATE } },
    from: { metadata: ["account"], spec: ["account", "vault", "secret"] },
    after: ["credential", "role"],
    provider: "provider",
  },
};

/** What differs in each part, input by input; `null` takes the part away. */
export type PlanChanges = Readonly<Partial<Record<Part, Partial<Planned> | null>>>;
/** Further resources by name; each says its type. */
export type PlanAdditions = Readonly<Record<string, Planned & { readonly type: string }>>;

export function plannedChain(changes: PlanChanges = {}, more: PlanAdditions = {}): PlannedResource[] {
  const changed: Record<string, Planned> = {};
  for (const [part, right] of Object.entries(RIGHT)) {
    const change = changes[part as Part];
    if (change === null) continue;
    const { inputs = {}, from = {}, ...rest } = change ?? {};
    changed[part] = { ...right, ...rest, inputs: { ...right.inputs, ...inputs }, from: { ...right.from, ...from } };
  }
  // The later of two is at fault.
  Object.assign(changed, more);
  const typeOf = (name: string) => changed[name]?.type ?? types[name] ?? "";
  const urns = (names: readonly string[]) => names.map((name) => urnOf(name, typeOf(name)));
  return Object.entries(changed).map(([name, { inputs, outputs, from = {}, after = [], provider }]) => ({
    urn: urnOf(name, typeOf(name)),
    type: typeOf(name),
    name,
    inputs,
    ...(outputs === undefined ? {} : { outputs }),
    provider: provider === undefined ? "" : urnOf(provider, typeOf(provider)),
    dependencies: urns([...Object.values(from).flat(), ...after]),
    propertyDependencies: Object.fromEntries(Object.entries(from).map(([input, names]) => [input, urns(names)])),
  }));
}
