// The emulated Azure of one rehearsal: it takes what a program registers and shows it to the data plane and to the chain's rules.
import { z } from "zod";
import type { BuiltImage } from "../build/types";
import type { ProgramBackend, Registration } from "../program/recorder";
import { AzureError } from "./azureError";
import { SECRET, stableGuid } from "./behaviours";
import { CloudState, type CloudStateOptions, type StateSnapshot } from "./cloudState";
import { azureadFront, invokeAzuread } from "./fronts/azuread";
import { invokeAzure } from "./fronts/azureFunctions";
import { type AzureNativeContext, DEPLOYER_CLIENT_ID } from "./fronts/azureKinds";
import { azureFront, azureTarget } from "./fronts/azureNative";
import type { ClusterAccess } from "./fronts/clusterCredentials";
import { dockerFront, type FolderBuilder } from "./fronts/docker";
import type { ExistingCluster } from "./fronts/existingClusters";
import { type Front, notEmulated, notThere, type ReadAnswer, type ResourceAnswer, type ResourceRequest } from "./fronts/front";
import { type KubernetesApi, kubernetesFront } from "./fronts/kubernetes";
import { randomFront } from "./fronts/random";
import { KubernetesApis, type KubernetesSnapshot } from "./kubernetesApis";
import { secretValue } from "./links";
import { Lives } from "./lives";
import { type Operation, Operations } from "./operations";
import { type Properties, typeOf } from "./resourceManager";
import { Table, type TableSnapshot } from "./table";

export interface EmulatedCloudOptions extends CloudStateOptions {
  /** What every call passes through. Defaults to nothing that takes time or fails. */
  readonly operations?: Operations;
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

/** What is asked of a resource of the program; `provider` is `urn::id` of its explicit provider, or empty. */
export interface CloudRequest extends ResourceRequest {
  readonly provider: string;
}

/** Plain data, but for what is still under way: an image that is being built, an answer that a program waits for. */
export interface CloudSnapshot extends StateSnapshot {
  readonly kubernetes: KubernetesSnapshot;
  readonly randomLives: TableSnapshot<number>;
  readonly passwords: readonly string[];
  readonly registered: TableSnapshot<Promise<ResourceAnswer>>;
}

export class EmulatedCloud extends CloudState implements ProgramBackend {
  /** Explicit Kubernetes providers by id; those of one cluster share its API. */
  readonly kubernetes = new KubernetesApis(this.manager);
  readonly operations: Operations;
  /** Set while the API servers of its clusters answer over HTTP. */
  clusterAccess: ClusterAccess | undefined;
  readonly #azure: AzureNativeContext;
  readonly #passwords: string[] = [];
  readonly #registered = new Table<Promise<ResourceAnswer>>();
  readonly #randomLives = new Lives();
  readonly #fronts: Readonly<Record<string, Front>>;
  /** What explicit providers of azure-native set, by their id. */
  readonly #azureProviders = new Map<string, AzureNativeContext>();

  constructor(override readonly options: EmulatedCloudOptions) {
    super(options);
    this.operations = options.operations ?? new Operations();
    this.#azure = {
      manager: this.manager,
      subscriptionId: options.subscriptionId,
      defaultLocation: options.defaultLocation,
      existingClusters: options.existingClusters,
      deployerObjectId: stableGuid("deployer", options.seed),
      deployerToken: (audience) => options.deployerToken(audience),
    };
    this.#fronts = {
      "azure-native": azureFront(this.#azure),
      azuread: azureadFront(this.directory),
      random: randomFront(options.seed, this.#randomLives),
      docker: dockerFront(this.images, options.buildFolder ?? noFolders),
    };
  }

  /** What a break makes of it: another one, or none. */
  intercept(registration: Registration): Registration | undefined {
    return this.options.intercept === undefined ? registration : this.options.intercept(registration, this);
  }

  /** `declared` is what findings call it. */
  async register(registration: Registration, declared = `${registration.type}::${registration.name}`) {
    const changed = this.intercept(registration);
    // The program goes on with a resource that Azure never saw: it gets back what it sent.
    if (changed === undefined) return { id: `never-created/${declared}`, state: { ...registration.inputs } };
    const { type, name, inputs, provider, id } = changed;
    if (type === "pulumi:index:Stash") return stash(name, inputs);
    if (type.startsWith("pulumi:")) return this.#registerProvider(type, inputs, declared);
    // A resource to import comes with its inputs, and is created here: the rehearsal holds nothing that it could be.
    if (id === undefined || Object.keys(inputs).length > 0) return this.#again({ type, name, inputs, declared, provider });
    const found = await this.read(type, id, provider);
    if (found === undefined) throw notThere(id);
    return { id: found.id, state: found.state };
  }

  // Mocks keep no state: a program that runs again registers everything anew, and means what is there.
  async #again(request: CloudRequest): Promise<ResourceAnswer> {
    const { type, declared } = request;
    const key = await answered(() => `${declared}|${this.#idOf(request)}`);
    const known = type.startsWith("kubernetes:") ? undefined : this.#registered.get(key);
    if (known !== undefined && type.startsWith("random:")) return known;
    const answer = known === undefined ? this.create(request) : known.then(({ id }) => this.update(id, request));
    this.#registered.set(key, answer);
    return answer.catch((error: unknown) => {
      if (known === undefined) this.#registered.delete(key);
      throw error;
    });
  }

  async create(request: CloudRequest): Promise<ResourceAnswer> {
    const { type, inputs, declared, provider } = request;
    const target = await answered(() => this.#idOf(request));
    return this.#perform({ verb: "create", type, id: target, declared, inputs }, async () => {
      if (type === "azure-native:authorization:RoleAssignment") this.directory.refuseAsPrincipal(inputs.principalId);
      const answer = await this.#front(type, provider).create(request);
      if (type.endsWith("RandomPassword")) this.#passwords.push(String(answer.state.result));
      return answer;
    });
  }

  async update(id: string, request: CloudRequest): Promise<ResourceAnswer> {
    const { type, inputs, declared, provider } = request;
    return this.#perform({ verb: "update", type, id, declared, inputs }, () => this.#front(type, provider).update(id, request));
  }

  /** Undefined: there is none. */
  async read(type: string, id: string, provider: string): Promise<ReadAnswer | undefined> {
    return this.#perform({ verb: "read", type, id, declared: type }, () => this.#front(type, provider).read(type, id));
  }

  /** What is not there is deleted already. */
  async delete(type: string, id: string, provider: string, declared: string): Promise<void> {
    return this.#perform({ verb: "delete", type, id, declared }, () => this.#front(type, provider).delete(type, id));
  }

  async invoke(token: string, inputs: Readonly<Record<string, unknown>>, provider = ""): Promise<Record<string, unknown>> {
    const deployer = { clientId: DEPLOYER_CLIENT_ID, objectId: this.#azure.deployerObjectId };
    return this.#perform({ verb: "call", type: token, id: "", declared: token, inputs }, () =>
      token.startsWith("azuread:")
        ? invokeAzuread(this.directory, token, deployer)
        : invokeAzure(this.#azureOf(provider), token, inputs),
    );
  }

  #perform<T>(operation: Operation, work: () => T | Promise<T>): Promise<T> {
    const { verb, type, id } = operation;
    const resourceType = verb !== "call" && type.startsWith("azure-native:") ? typeOf(id) : type;
    return answered(() => this.operations.perform({ ...operation, type: resourceType }, work));
  }

  // Resource Manager's callers name what they create; the others learn an id.
  #idOf(request: CloudRequest): string {
    return request.type.startsWith("azure-native:") ? azureTarget(this.#azureOf(request.provider), request).id : request.name;
  }

  #front(type: string, provider: string): Front {
    const [kind = ""] = type.split(":");
    if (kind === "kubernetes") {
      const { api, namespace } = this.kubernetes.reach(idOf(provider));
      return kubernetesFront(api, namespace);
    }
    if (kind === "azure-native" && this.#azureProviders.has(idOf(provider))) return azureFront(this.#azureOf(provider));
    const front = this.#fronts[kind];
    if (front === undefined) throw notEmulated(type);
    return front;
  }

  /** Every value that nobody may see: secrets of vaults, and random passwords. */
  secretValues(): readonly string[] {
    const inVaults = this.manager.list(SECRET).map(secretValue);
    return [...inVaults, ...this.#passwords].filter((value) => value !== "");
  }

  #azureOf(provider: string): AzureNativeContext {
    return this.#azureProviders.get(idOf(provider)) ?? this.#azure;
  }

  #registerProvider(type: string, inputs: Registration["inputs"], declared: string) {
    const id = stableGuid("provider", declared);
    if (type === "pulumi:providers:azure-native") {
      const { location = this.#azure.defaultLocation, subscriptionId = this.subscriptionId } = azureProviderShape.parse(inputs);
      this.#azureProviders.set(id, { ...this.#azure, defaultLocation: location, subscriptionId });
    }
    if (type === "pulumi:providers:kubernetes") this.connect(id, inputs);
    return { id, state: { ...inputs } };
  }

  /** A Kubernetes provider under an id of the caller's: it reaches the cluster of its kubeconfig. */
  connect(id: string, inputs: Properties): void {
    this.kubernetes.connect(id, inputs);
  }

  /** The whole cloud at this moment, to come back to it: for runs that each begin at the same point. Rules keep their own counts. */
  snapshot(): CloudSnapshot {
    return {
      ...this.stateSnapshot(),
      kubernetes: this.kubernetes.snapshot(),
      randomLives: this.#randomLives.snapshot(),
      passwords: [...this.#passwords],
      registered: this.#registered.snapshot(),
    };
  }

  /** Also a snapshot of another cloud of the same options. Operations that are under way then end in what is put back. */
  restore(snapshot: CloudSnapshot): void {
    this.restoreState(snapshot);
    this.kubernetes.restore(snapshot.kubernetes);
    this.#randomLives.restore(snapshot.randomLives);
    this.#passwords.splice(0, Number.POSITIVE_INFINITY, ...snapshot.passwords);
    this.#registered.restore(snapshot.registered);
  }

  /** Everything that there is but what was there before the program, sorted: ids of Azure's resources, the directory's objects by name, the clusters' objects. */
  inventory(): readonly string[] {
    return [
      ...this.manager.all().flatMap(({ id, declared }) => (declared.startsWith("existing ") ? [] : [id])),
      ...this.directory.applications().map(({ displayName }) => `application ${displayName}`),
      ...this.directory.servicePrincipals().map(({ application }) => `service principal of ${application.displayName}`),
      ...this.apis().flatMap((api) => api.all().map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)),
    ].sort();
  }

  /** The APIs of clusters that are there, or that are none of this cloud's. */
  apis(): readonly KubernetesApi[] {
    return this.kubernetes.there();
  }
}

const azureProviderShape = z.looseObject({ location: z.string().optional(), subscriptionId: z.string().optional() });

/** Of a provider, from its reference `urn::id`. */
function idOf(provider: string): string {
  return provider.slice(provider.lastIndexOf("::") + 2);
}

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
