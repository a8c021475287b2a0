// The emulated clusters as the providers of a program reach them: those of one cluster share its API.
import { z } from "zod";
import { AzureError } from "./azureError";
import { KubernetesApi, type KubernetesObject } from "./fronts/kubernetes";
import { type KubernetesAccess, kubernetesProvider } from "./fronts/kubernetesProvider";
import type { Properties, ResourceManager } from "./resourceManager";
import { CLUSTER } from "./resourceTypes";
import type { TableSnapshot } from "./table";

const powerShape = z.looseObject({ fqdn: z.string(), powerState: z.looseObject({ code: z.string() }).optional() });

export interface KubernetesSnapshot {
  /** What each cluster's API holds. */
  readonly apis: readonly TableSnapshot<KubernetesObject>[];
  /** Providers by id; `api` counts in `apis`. */
  readonly providers: TableSnapshot<Omit<KubernetesAccess, "api"> & { readonly api: number }>;
}

/** Explicit Kubernetes providers by id. */
export class KubernetesApis extends Map<string, KubernetesAccess> {
  readonly #silent = new Set<string>();
  readonly #manager: ResourceManager;

  /** `manager` knows whether a cluster is there and runs. */
  constructor(manager: ResourceManager) {
    super();
    this.#manager = manager;
  }

  /** Nobody reaches this API server, by its host name, until the returned function is called. Not part of a snapshot: it is the network's. */
  cutOff(server: string): () => void {
    this.#silent.add(server);
    return () => void this.#silent.delete(server);
  }

  /** What the provider of this id reaches. Throws where nothing answers: cut off, stopped, deleted, or no provider at all. */
  reach(id: string): KubernetesAccess {
    const found = this.get(id);
    this.#refuseCutOff(found?.server);
    const why = found === undefined ? undefined : this.#whyUnreachable(found.server);
    if (why !== undefined)
      throw new AzureError(
        503,
        "ClusterUnreachable",
        `configured Kubernetes cluster is unreachable: ${found?.server} is the address of a cluster that ${why}`,
      );
    if (found !== undefined) return found;
    throw new AzureError(
      400,
      "NoProvider",
      "it has no explicit Kubernetes provider, and would go to whatever cluster this machine's kubeconfig names",
    );
  }

  /** The APIs of clusters that are there, or that are none of this cloud's. */
  there(): readonly KubernetesApi[] {
    const there = [...this.values()].filter(({ server }) => this.#whyUnreachable(server) !== "was deleted");
    return [...new Set(there.map(({ api }) => api))];
  }

  #whyUnreachable(server: string | undefined): string | undefined {
    const isIt = ({ properties }: { readonly properties: Properties }) => powerShape.safeParse(properties).data?.fqdn === server;
    const cluster = this.#manager.list(CLUSTER).find(isIt);
    // A stopped cluster has no API server. https://learn.microsoft.com/azure/aks/start-stop-cluster
    if (cluster !== undefined)
      return powerShape.parse(cluster.properties).powerState?.code === "Stopped" ? "is stopped" : undefined;
    return this.#manager.deleted.some((each) => each.type === CLUSTER && isIt(each)) ? "was deleted" : undefined;
  }

  /** In the provider's words around Go's: pulumi/pulumi-kubernetes#1216 and #881. */
  #refuseCutOff(server: string | undefined): void {
    if (server === undefined || !this.#silent.has(server)) return;
    const request = `Get "https://${server}:443/openapi/v2?timeout=32s"`;
    throw new AzureError(
      503,
      "ClusterUnreachable",
      `configured Kubernetes cluster is unreachable: unable to load schema information from the API server: ${request}: dial tcp: i/o timeout`,
    );
  }

  connect(id: string, inputs: Properties): KubernetesAccess {
    return this.#add(id, kubernetesProvider(inputs));
  }

  /** A provider of which nobody knows which cluster it reaches; those of the same `cluster` reach one. */
  connectUnknown(id: string, cluster: string, namespace = "default"): KubernetesAccess {
    return this.#add(id, { kubeconfig: `unknown ${cluster}`, server: undefined, namespace, isOfMachine: true });
  }

  #add(id: string, { kubeconfig, server, namespace, isOfMachine = false }: Omit<KubernetesAccess, "api">): KubernetesAccess {
    const known = [...this.values()].find(
      (access) => access.kubeconfig === kubeconfig || (server !== undefined && access.server === server),
    );
    const access = { api: known?.api ?? new KubernetesApi(), kubeconfig, server, namespace, isOfMachine };
    this.set(id, access);
    return access;
  }

  snapshot(): KubernetesSnapshot {
    const apis = [...new Set([...this.values()].map(({ api }) => api))];
    const providers = [...this].map(([id, access]) => [id, { ...access, api: apis.indexOf(access.api) }] as const);
    return { apis: apis.map((api) => api.snapshot()), providers };
  }

  /** Whoever holds the API of a cluster from before does not see what is put back. */
  restore({ apis, providers }: KubernetesSnapshot): void {
    const restored = apis.map((objects) => {
      const api = new KubernetesApi();
      api.restore(objects);
      return api;
    });
    this.clear();
    for (const [id, access] of providers) this.set(id, { ...access, api: restored[access.api] ?? new KubernetesApi() });
  }
}
