// What the cluster itself says of a chain, through its API server. It only reads; negative.ts creates pods.
import type { z } from "zod";
import type { ClusterClients } from "./clusterAccess";
import * as shapes from "./clusterShapes";
import type { Reading, Readings } from "./reading";

export class Cluster {
  constructor(
    /** Without clients every link of the cluster is unread, for this one reason. */
    readonly clients: Reading<ClusterClients>,
    readonly readings: Readings,
  ) {}

  serviceAccounts(namespace: string): Promise<Reading<readonly shapes.ServiceAccount[]>> {
    return this.ask(`list serviceaccounts in namespace ${namespace}`, shapes.serviceAccounts, ({ core }) =>
      core.listNamespacedServiceAccount({ namespace }),
    );
  }

  deployments(namespace: string): Promise<Reading<readonly shapes.Deployment[]>> {
    return this.ask(`list deployments.apps in namespace ${namespace}`, shapes.deployments, ({ apps }) =>
      apps.listNamespacedDeployment({ namespace }),
    );
  }

  pods(namespace: string): Promise<Reading<readonly shapes.Pod[]>> {
    return this.ask(`list pods in namespace ${namespace}`, shapes.pods, ({ core }) => core.listNamespacedPod({ namespace }));
  }

  /** Why pods are not there: what controllers were refused. */
  events(namespace: string): Promise<Reading<readonly shapes.Event[]>> {
    return this.ask(`list events in namespace ${namespace}`, shapes.events, ({ core }) =>
      core.listNamespacedEvent({ namespace }),
    );
  }

  webhook({ namespace, name }: { readonly namespace: string; readonly name: string }): Promise<Reading<shapes.Deployment>> {
    return this.ask(`get deployments.apps ${name} in namespace ${namespace}`, shapes.deployment, ({ apps }) =>
      apps.readNamespacedDeployment({ namespace, name }),
    );
  }

  /** The application's own status, through the API server: no address of the pod's need be reachable from here. */
  status({ metadata, spec }: shapes.Pod): Promise<Reading<shapes.AppStatus>> {
    const { namespace, name } = metadata;
    const port = shapes.servingPort(spec);
    return this.ask(`get pods/proxy ${namespace}/${name}`, shapes.appStatus, ({ core }) =>
      core.connectGetNamespacedPodProxyWithPath({ namespace, name: `${name}:${port}`, path: "api/status" }),
    );
  }

  /** The same cluster, asked anew. */
  again(readings: Readings): Cluster {
    return new Cluster(this.clients, readings);
  }

  /** `question` where the same right answers several. */
  ask<T>(
    right: string,
    shape: z.ZodType<T>,
    ask: (clients: ClusterClients) => Promise<unknown>,
    question = right,
  ): Promise<Reading<T>> {
    const { clients } = this;
    if ("unread" in clients) return Promise.resolve(clients);
    return this.readings.read({ right, question }, shape, () => ask(clients.value));
  }
}
