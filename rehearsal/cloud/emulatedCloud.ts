// The emulated Azure of one rehearsal: it takes what a program registers and shows it to the data plane and to the chain's rules.
import { createHash } from "node:crypto";
import { z } from "zod";
import type { FederatedCredentialLink, IdentityLink, RoleAssignmentLink, VaultLink } from "../../chain";
import type { ProgramBackend, Registration } from "../program/recorder";
import { AzureError } from "./azureError";
import { BEHAVIOURS, FEDERATED_CREDENTIAL, IDENTITY, REGISTRY, ROLE_ASSIGNMENT, SECRET, stableGuid, VAULT } from "./behaviours";
import { type AzureNativeContext, invokeAzure, readAzure, registerAzure } from "./fronts/azureNative";
import { ImageStore, type PushedImage } from "./fronts/docker";
import { KubernetesApi } from "./fronts/kubernetes";
import { type KubernetesAccess, kubernetesProvider } from "./fronts/kubernetesProvider";
import { registerRandom } from "./fronts/random";
import { type AzureResource, ResourceManager } from "./resourceManager";
import type { AzureView, RegistryLink, SecretVersion } from "./view";

export interface EmulatedCloudOptions {
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** `azure-native:location` of the stack. */
  readonly defaultLocation: string | undefined;
  /** Makes generated names and values the same in every run of the same stack. */
  readonly seed: string;
  now(): number;
  /** A signed token for whoever runs the program. */
  deployerToken(audience: string): Promise<string>;
  /** Told of every image that the program builds, as soon as it does. */
  onImage?(image: PushedImage): void;
  /** Changes a registration before it reaches the cloud, as a mistake in the program would; `undefined` keeps it from ever getting there. */
  intercept?(registration: Registration, cloud: EmulatedCloud): Registration | undefined;
}

const identityShape = z.looseObject({ clientId: z.string(), principalId: z.string(), tenantId: z.string() });
const credentialShape = z.looseObject({ issuer: z.string(), subject: z.string(), audiences: z.array(z.string()) });
const assignmentShape = z.looseObject({ scope: z.string(), principalId: z.string(), roleDefinitionId: z.string() });
const vaultShape = z.looseObject({
  vaultUri: z.string(),
  tenantId: z.string(),
  enableRbacAuthorization: z.boolean().default(false),
});
const registryShape = z.looseObject({ loginServer: z.string() });
const secretShape = z.looseObject({
  value: z.string().default(""),
  contentType: z.string().optional(),
  attributes: z.looseObject({ enabled: z.boolean().optional() }).optional(),
});

export class EmulatedCloud implements ProgramBackend, AzureView {
  readonly manager: ResourceManager;
  /** Explicit Kubernetes providers by id; those of one cluster share its API. */
  readonly kubernetes = new Map<string, KubernetesAccess>();
  readonly images: ImageStore;
  readonly #azure: AzureNativeContext;
  readonly #passwords: string[] = [];

  constructor(readonly options: EmulatedCloudOptions) {
    this.images = new ImageStore((image) => options.onImage?.(image));
    this.manager = new ResourceManager(options.tenantId, options.subscriptionId, BEHAVIOURS);
    this.#azure = {
      manager: this.manager,
      defaultLocation: options.defaultLocation,
      deployerObjectId: stableGuid("deployer", options.seed),
      deployerToken: (audience) => options.deployerToken(audience),
    };
  }

  async register(registration: Registration) {
    const declared = `${registration.type}::${registration.name}`;
    const changed = this.options.intercept === undefined ? registration : this.options.intercept(registration, this);
    // The program goes on with a resource that Azure never saw: it gets back what it sent.
    if (changed === undefined) return { id: `never-created/${declared}`, state: { ...registration.inputs } };
    return answered(() => this.#register(changed, declared));
  }

  #register({ type, name, inputs, provider, id }: Registration, declared: string) {
    const [kind = "", ...rest] = type.split(":");
    // A resource to import comes with its inputs, and is created here: the rehearsal holds nothing that it could be.
    const read = id !== undefined && Object.keys(inputs).length === 0 ? id : undefined;
    switch (kind) {
      case "azure-native":
        return read === undefined ? registerAzure(this.#azure, type, name, inputs, declared) : readAzure(this.#azure, type, read);
      case "kubernetes": {
        const { api, namespace } = this.#cluster(provider);
        return read === undefined
          ? api.register(rest.join(":"), name, inputs, declared, namespace)
          : api.read(rest.join(":"), read);
      }
      case "random":
        return this.#registerRandom(type, name, inputs);
      case "docker":
        return this.images.register(type, inputs);
      case "pulumi":
        return this.#registerProvider(type, name, inputs);
      default:
        throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type}`);
    }
  }

  async invoke(token: string, inputs: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    return answered(() => invokeAzure(this.#azure, token, inputs));
  }

  get tenantId() {
    return this.options.tenantId;
  }
  get subscriptionId() {
    return this.options.subscriptionId;
  }
  now() {
    return this.options.now();
  }
  identities(): readonly IdentityLink[] {
    return this.manager.list(IDENTITY).map((resource) => ({ ...declared(resource), ...pick(identityShape, resource) }));
  }
  federatedCredentials(): readonly FederatedCredentialLink[] {
    return this.manager.list(FEDERATED_CREDENTIAL).map((resource) => ({
      ...declared(resource),
      ...pick(credentialShape, resource),
      identityId: resource.id.slice(0, resource.id.toLowerCase().lastIndexOf("/federatedidentitycredentials/")),
    }));
  }
  roleAssignments(): readonly RoleAssignmentLink[] {
    return this.manager.list(ROLE_ASSIGNMENT).map((resource) => ({ ...declared(resource), ...pick(assignmentShape, resource) }));
  }
  vaults(): readonly VaultLink[] {
    return this.manager.list(VAULT).map((resource) => {
      const { vaultUri, tenantId, enableRbacAuthorization } = pick(vaultShape, resource);
      return { ...declared(resource), uri: vaultUri, tenantId, rbac: enableRbacAuthorization };
    });
  }
  registries(): readonly RegistryLink[] {
    return this.manager.list(REGISTRY).map((resource) => ({ id: resource.id, ...pick(registryShape, resource) }));
  }
  secretVersions(vaultId: string, name: string): readonly SecretVersion[] {
    return this.manager
      .childrenOf(vaultId, SECRET)
      .filter((resource) => resource.name.toLowerCase() === name.toLowerCase())
      .map((resource) => {
        const { value, contentType, attributes } = pick(secretShape, resource);
        const version = createHash("sha256").update(`${resource.id}|${value}`).digest("hex").slice(0, 32);
        return { version, value, contentType, enabled: attributes?.enabled ?? true, created: Math.floor(this.now() / 1000) };
      });
  }

  /** Every value that nobody may see: secrets of vaults, and random passwords. */
  secretValues(): readonly string[] {
    const inVaults = this.manager.list(SECRET).map((resource) => pick(secretShape, resource).value);
    return [...inVaults, ...this.#passwords].filter((value) => value !== "");
  }

  #registerRandom(type: string, name: string, inputs: Registration["inputs"]) {
    const answer = registerRandom(type, name, inputs, this.options.seed);
    if (type.endsWith("RandomPassword")) this.#passwords.push(answer.state.result);
    return answer;
  }

  #registerProvider(type: string, name: string, inputs: Registration["inputs"]) {
    const id = stableGuid("provider", `${type}::${name}`);
    if (type === "pulumi:providers:kubernetes") {
      const { kubeconfig, server, namespace } = kubernetesProvider(inputs);
      const known = [...this.kubernetes.values()].find(
        (access) => access.kubeconfig === kubeconfig || (server !== undefined && access.server === server),
      );
      this.kubernetes.set(id, { api: known?.api ?? new KubernetesApi(), kubeconfig, server, namespace });
    }
    return { id, state: { ...inputs } };
  }

  #cluster(provider: string): KubernetesAccess {
    const found = this.kubernetes.get(provider.slice(provider.lastIndexOf("::") + 2));
    if (found !== undefined) return found;
    throw new AzureError(
      400,
      "NoProvider",
      "it has no explicit Kubernetes provider, and would go to whatever cluster this machine's kubeconfig names",
    );
  }
}

// What does not have the shape of a request is the program's mistake, and no provider's schema has looked at it before.
async function answered<T>(answer: () => T | Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const text = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    throw new AzureError(400, "InvalidRequestContent", text);
  }
}

function declared(resource: AzureResource) {
  return { resource: resource.declared, id: resource.id, name: resource.name };
}

function pick<T>(shape: z.ZodType<T>, resource: AzureResource): T {
  const parsed = shape.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  throw new AzureError(400, "InvalidRequestContent", `${resource.declared}: ${z.prettifyError(parsed.error)}`);
}
