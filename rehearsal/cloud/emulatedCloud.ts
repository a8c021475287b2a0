// The emulated Azure of one rehearsal: it takes what a program registers and shows it to the data plane and to the chain's rules.
import { z } from "zod";
import type { BuiltImage } from "../build/types";
import type { ProgramBackend, Registration } from "../program/recorder";
import { AzureError } from "./azureError";
import { CLUSTER, SECRET, stableGuid } from "./behaviours";
import { CloudState, type CloudStateOptions } from "./cloudState";
import { invokeAzuread, readAzuread, registerAzuread } from "./fronts/azuread";
import { invokeAzure } from "./fronts/azureFunctions";
import { type AzureNativeContext, DEPLOYER_CLIENT_ID } from "./fronts/azureKinds";
import { readAzure, registerAzure } from "./fronts/azureNative";
import { type FolderBuilder, registerDocker } from "./fronts/docker";
import type { ExistingCluster } from "./fronts/existingClusters";
import { KubernetesApi } from "./fronts/kubernetes";
import { type KubernetesAccess, kubernetesProvider } from "./fronts/kubernetesProvider";
import { registerRandom } from "./fronts/random";
import { secretValue } from "./links";

export interface EmulatedCloudOptions extends CloudStateOptions {
  /** `azure-native:location` of the stack. */
  readonly defaultLocation: string | undefined;
  /** Clusters that are there before the program runs, and no others. Undefined: each one that it reads, and all of them work. */
  readonly existingClusters?: readonly ExistingCluster[];
  /** A signed token for whoever runs the program. */
  deployerToken(audience: string): Promise<string>;
  /** Builds the folder of an image that the program builds with Docker. Defaults to an image that cannot be run. */
  readonly buildFolder?: FolderBuilder;
  /** Changes a registration before it reaches the cloud, as a mistake in the program would; `undefined` keeps it from ever getting there. */
  intercept?(registration: Registration, cloud: EmulatedCloud): Registration | undefined;
}

export class EmulatedCloud extends CloudState implements ProgramBackend {
  /** Explicit Kubernetes providers by id; those of one cluster share its API. */
  readonly kubernetes = new Map<string, KubernetesAccess>();
  readonly #azure: AzureNativeContext;
  readonly #passwords: string[] = [];

  constructor(override readonly options: EmulatedCloudOptions) {
    super(options);
    this.#azure = {
      manager: this.manager,
      defaultLocation: options.defaultLocation,
      existingClusters: options.existingClusters,
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
      case "azuread":
        return read === undefined
          ? registerAzuread(this.directory, type, inputs, declared)
          : readAzuread(this.directory, type, read);
      case "kubernetes": {
        const { api, namespace } = this.#cluster(provider);
        return read === undefined
          ? api.register(rest.join(":"), name, inputs, declared, namespace)
          : api.read(rest.join(":"), read);
      }
      case "random":
        return this.#registerRandom(type, name, inputs);
      case "docker":
        return registerDocker(this.images, this.options.buildFolder ?? noFolders, type, inputs);
      case "pulumi":
        return type === "pulumi:index:Stash" ? stash(name, inputs) : this.#registerProvider(type, name, inputs);
      default:
        throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type}`);
    }
  }

  async invoke(token: string, inputs: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const deployer = { clientId: DEPLOYER_CLIENT_ID, objectId: this.#azure.deployerObjectId };
    return answered(() =>
      token.startsWith("azuread:") ? invokeAzuread(this.directory, token, deployer) : invokeAzure(this.#azure, token, inputs),
    );
  }

  /** Every value that nobody may see: secrets of vaults, and random passwords. */
  secretValues(): readonly string[] {
    const inVaults = this.manager.list(SECRET).map(secretValue);
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

  // A stopped cluster has no API server. https://learn.microsoft.com/azure/aks/start-stop-cluster
  #isStopped(server: string | undefined): boolean {
    return this.manager.list(CLUSTER).some(({ properties }) => {
      const { fqdn, powerState } = powerShape.parse(properties);
      return fqdn === server && powerState?.code === "Stopped";
    });
  }

  #cluster(provider: string): KubernetesAccess {
    const found = this.kubernetes.get(provider.slice(provider.lastIndexOf("::") + 2));
    if (found !== undefined && this.#isStopped(found.server))
      throw new AzureError(
        503,
        "ClusterUnreachable",
        `configured Kubernetes cluster is unreachable: ${found.server} is the address of a cluster that is stopped`,
      );
    if (found !== undefined) return found;
    throw new AzureError(
      400,
      "NoProvider",
      "it has no explicit Kubernetes provider, and would go to whatever cluster this machine's kubeconfig names",
    );
  }
}

const powerShape = z.looseObject({ fqdn: z.string(), powerState: z.looseObject({ code: z.string() }).optional() });

// Pulumi's own resource that remembers a value; the engine gives back as output what was its input when it was created.
function stash(name: string, inputs: Registration["inputs"]) {
  return { id: stableGuid("stash", name), state: { ...inputs, output: inputs.input } };
}

async function noFolders(): Promise<BuiltImage> {
  return { runnable: { problem: "nothing here builds an image's folder" }, user: undefined, warnings: [], notPerformed: [] };
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
