// The emulated clusters as the providers of a program reach them: those of one cluster share its API.
import { KubernetesApi, type KubernetesObject } from "./fronts/kubernetes";
import { type KubernetesAccess, kubernetesProvider } from "./fronts/kubernetesProvider";
import type { Properties } from "./resourceManager";
import type { TableSnapshot } from "./table";

export interface KubernetesSnapshot {
  /** What each cluster's API holds. */
  readonly apis: readonly TableSnapshot<KubernetesObject>[];
  /** Providers by id; `api` counts in `apis`. */
  readonly providers: TableSnapshot<Omit<KubernetesAccess, "api"> & { readonly api: number }>;
}

/** Explicit Kubernetes providers by id. */
export class KubernetesApis extends Map<string, KubernetesAccess> {
  readonly #silent = new Set<string>();

  /** Nobody reaches this API server, by its host name, until the returned function is called. Not part of a snapshot: it is the network's. */
  cutOff(server: string): () => void {
    this.#silent.add(server);
    return () => void this.#silent.delete(server);
  }

  isCutOff(server: string | undefined): boolean {
    return server !== undefined && this.#silent.has(server);
  }

  connect(id: string, inputs: Properties): void {
    const { kubeconfig, server, namespace } = kubernetesProvider(inputs);
    const known = [...this.values()].find(
      (access) => access.kubeconfig === kubeconfig || (server !== undefined && access.server === server),
    );
    this.set(id, { api: known?.api ?? new KubernetesApi(), kubeconfig, server, namespace });
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
