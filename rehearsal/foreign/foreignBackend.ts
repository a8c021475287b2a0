// Where the resources of a program go that is not ours: into the emulated cloud as far as that goes, and the rest is left out and told.
import { clusters } from "../chainModel";
import { AzureError } from "../cloud/azureError";
import { CLUSTER, stableGuid } from "../cloud/behaviours";
import type { EmulatedCloud } from "../cloud/emulatedCloud";
import { kindOf } from "../cloud/fronts/azureKinds";
import { EXISTING_CLUSTER } from "../cloud/fronts/existingClusters";
import type { KubernetesAccess } from "../cloud/fronts/kubernetesProvider";
import type { ProgramBackend, Registration } from "../program/recorder";
import type { StackFiles } from "../stack";
import { nameOf, whyNotEmulated, whyNotSeen, withoutVersion } from "./emulated";
import { existingAnswer } from "./existing";
import { type LeftOut, unknownOutput, unknownsIn, unknownValue } from "./leftOut";
import { registerManifests } from "./manifestResources";
import type { Manifests } from "./manifests";
import type { References } from "./references";
import { untilNamespace } from "./untilNamespace";

type Inputs = Readonly<Record<string, unknown>>;
type Answer = Awaited<ReturnType<ProgramBackend["register"]>>;

export interface ForeignBackendOptions {
  readonly cloud: EmulatedCloud;
  readonly files: StackFiles;
  readonly leftOut: LeftOut;
  readonly manifests: Manifests;
  readonly references: References;
  /** Stands before the names of a stack's resources where a rehearsal has several: `platform/dev `. Defaults to nothing. */
  readonly scope?: string;
}

/** Azure's codes for what is not there. */
const NOT_CREATED = new Set(["ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"]);
const PROVIDERS = "pulumi:providers:";

export class ForeignBackend implements ProgramBackend {
  /** References of the default providers, by package. */
  readonly #defaults = new Map<string, Promise<string>>();
  readonly #assumed = new Set<string>();

  constructor(readonly options: ForeignBackendOptions) {}

  async register(registration: Registration): Promise<Answer> {
    const { cloud, leftOut, manifests, references, scope = "" } = this.options;
    const { type, name, inputs } = registration;
    if (type === "pulumi:pulumi:StackReference") return references.answer(registration);
    const declared = manifests.placeOf(type, inputs) ?? `${scope}${type}::${name}`;
    leftOut.inspect(declared, inputs);
    if (type === `${PROVIDERS}kubernetes`) return this.#kubernetesProvider(registration, declared);
    const provider = registration.provider || (await this.#default(type));
    if (/^kubernetes:yaml\/v2:Config(File|Group)$/.test(type)) {
      const register = (each: Registration) => this.register(each);
      return registerManifests({ ...registration, provider }, { manifests, register, leftOut, declared });
    }
    const why = whyNotEmulated(type);
    if (why !== undefined) return this.#leaveOut(registration, declared, why.reason, why.mayHoldPods);
    const notSeen = whyNotSeen(type);
    if (notSeen !== undefined) leftOut.note(declared, notSeen, true);
    const plain = { ...registration, provider, type: withoutVersion(type) };
    try {
      return await this.#inAssumedGroup(plain, declared, () => untilNamespace(() => cloud.register(plain, declared)));
    } catch (error) {
      const reason = this.#whyLeftOut(error, inputs);
      if (reason === undefined) throw error;
      return this.#leaveOut(registration, declared, reason);
    }
  }

  async invoke(token: string, inputs: Inputs, provider: string): Promise<Record<string, unknown>> {
    const { cloud, leftOut, manifests } = this.options;
    if (token === "kubernetes:yaml:decode")
      return { result: manifests.read(String(inputs.text)).map((object) => ({ ...object.inputs })) };
    const why = whyNotEmulated(token);
    if (why !== undefined) {
      leftOut.note(nameOf(token, inputs), why.reason, why.mayHoldPods);
      return why.mayHoldPods ? { result: [] } : {};
    }
    try {
      const answer = await cloud.invoke(withoutVersion(token), inputs, provider || (await this.#default(token)));
      this.#tellAssumed();
      return answer;
    } catch (error) {
      const reason = this.#whyLeftOut(error, inputs);
      if (reason === undefined) throw error;
      leftOut.note(token, reason);
      return existingAnswer(token, inputs, cloud.subscriptionId);
    }
  }

  // Each cluster once, however often the program reads it.
  #tellAssumed(): void {
    const { cloud, leftOut } = this.options;
    for (const { declared } of cloud.manager.list(CLUSTER)) {
      if (!declared.startsWith(EXISTING_CLUSTER) || this.#assumed.has(declared)) continue;
      this.#assumed.add(declared);
      leftOut.note(declared, "assumed: one that runs, with its OIDC issuer and workload identity on, stands in for it");
    }
  }

  #leaveOut(
    { type, name, inputs, id, outputs = [] }: Registration,
    declared: string,
    reason: string,
    mayHoldPods = false,
  ): Answer {
    this.options.leftOut.note(declared, reason, mayHoldPods);
    const unknown = outputs.filter((output) => !(output in inputs)).map((output) => [output, unknownValue(declared, output)]);
    return { id: id ?? this.#idOf(type, name, inputs, declared), state: { ...inputs, ...Object.fromEntries(unknown) } };
  }

  // Of Azure's: one that Resource Manager takes as a scope or a parent, and that is no other resource's.
  #idOf(type: string, name: string, inputs: Inputs, declared: string): string {
    const kind = kindOf(type);
    if (kind === undefined) return unknownOutput(declared, "id");
    const group = `/subscriptions/${this.options.cloud.subscriptionId}/resourceGroups/${inputs.resourceGroupName ?? "unknown"}`;
    return `${group}/providers/NotEmulated/${kind.replace(":", ".")}/${name}`;
  }

  /** Undefined: it is a mistake of the program's. */
  #whyLeftOut(error: unknown, inputs: Inputs): string | undefined {
    if (!(error instanceof AzureError)) return undefined;
    if (error.code === "NotEmulated") return `not emulated: ${error.text}`;
    const [unknown] = unknownsIn(inputs);
    if (unknown !== undefined) return `not created: it depends on ${unknown}, which is not emulated (${error.message})`;
    return NOT_CREATED.has(error.code)
      ? `taken as there already, since the program does not create it: ${error.text}`
      : undefined;
  }

  // A group that the program only names is there already, or Azure would refuse what lies in it.
  async #inAssumedGroup({ inputs }: Registration, declared: string, work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      const { cloud, leftOut } = this.options;
      const group = inputs.resourceGroupName;
      if (!(error instanceof AzureError) || error.code !== "ResourceGroupNotFound" || typeof group !== "string") throw error;
      if (unknownsIn(inputs).length > 0) throw error;
      leftOut.note(`resource group ${group}`, `taken as there already: ${declared} names it, and the program does not create it`);
      const location = cloud.options.defaultLocation ?? "unknown";
      cloud.manager.put(
        `/subscriptions/${cloud.subscriptionId}/resourceGroups/${group}`,
        { location },
        `existing resource group ${group}`,
      );
      return work();
    }
  }

  async #kubernetesProvider(registration: Registration, declared: string): Promise<Answer> {
    const { cloud, leftOut } = this.options;
    const { inputs } = registration;
    const id = stableGuid("provider", declared);
    try {
      await cloud.register(registration, declared);
    } catch (error) {
      if (!(error instanceof AzureError) || error.code !== "NoKubeconfig") throw error;
      const whose = "its objects would go to whatever cluster the machine's own kubeconfig names, and are not rehearsed";
      leftOut.note(declared, `it has no kubeconfig: ${whose}`, true);
      cloud.kubernetes.connectUnknown(id, String(inputs.context ?? ""), namespaceIn(inputs));
    }
    this.#assumeNamespaces(cloud.kubernetes.get(id));
    return { id, state: { ...inputs } };
  }

  #default(token: string): Promise<string> {
    const [name = ""] = token.split(":");
    const known = this.#defaults.get(name) ?? this.#makeDefault(name);
    this.#defaults.set(name, known);
    return known;
  }

  // What the stack's config says of a package is its default provider's.
  async #makeDefault(name: string): Promise<string> {
    if (name !== "kubernetes" && name !== "azure-native") return "";
    const { cloud, files, scope = "" } = this.options;
    const own = Object.entries(files.config).filter(([key]) => key.startsWith(`${name}:`));
    const inputs = Object.fromEntries(own.map(([key, value]) => [key.slice(name.length + 1), value]));
    const type = `${PROVIDERS}${name}`;
    const declared = `${scope}default provider of ${name}`;
    const registration = { type, name: "default", inputs, provider: "", id: undefined };
    const { id } =
      name === "kubernetes"
        ? await this.#kubernetesProvider(registration, declared)
        : await cloud.register(registration, declared);
    return `${declared}::${id}`;
  }

  // In a cluster that the program does not create anything may be there.
  #assumeNamespaces(access: KubernetesAccess | undefined): void {
    const { cloud, manifests } = this.options;
    access?.api.assume((namespace) => {
      const cluster = clusters(cloud).find(({ fqdn }) => fqdn === access.server);
      return cluster === undefined || cluster.link.resource.startsWith("existing ") || manifests.namespaces.has(namespace);
    });
  }
}

function namespaceIn({ namespace }: Inputs): string | undefined {
  return typeof namespace === "string" ? namespace : undefined;
}
