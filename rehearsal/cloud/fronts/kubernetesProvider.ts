// What a Kubernetes provider of a program points at.
import { parse } from "yaml";
import { z } from "zod";
import { AzureError } from "../azureError";
import type { Properties } from "../resourceManager";
import type { KubernetesApi } from "./kubernetes";

export interface KubernetesAccess {
  readonly api: KubernetesApi;
  readonly kubeconfig: string;
  /** Host name of the API server; undefined where the kubeconfig names none. */
  readonly server: string | undefined;
  /** Namespace of objects that name none. */
  readonly namespace: string;
  /** It has no kubeconfig, and takes this machine's own. Default: no. */
  readonly isOfMachine?: boolean;
}

const inputShape = z.looseObject({ kubeconfig: z.string().optional(), namespace: z.string().default("default") });
const kubeconfigShape = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.looseObject({ server: z.string() }) })).min(1),
});

export function kubernetesProvider(inputs: Properties): Omit<KubernetesAccess, "api"> {
  const { kubeconfig, namespace } = inputShape.parse(inputs);
  if (kubeconfig === undefined)
    throw new AzureError(400, "NoKubeconfig", "it has no kubeconfig, and would go to whatever cluster this machine's own names");
  return { kubeconfig, namespace, server: serverOf(kubeconfig) };
}

function serverOf(kubeconfig: string): string | undefined {
  let content: unknown;
  try {
    content = parse(kubeconfig);
  } catch {
    throw new AzureError(400, "InvalidKubeconfig", "its kubeconfig is neither YAML nor JSON");
  }
  const parsed = kubeconfigShape.safeParse(content);
  const server = parsed.success ? parsed.data.clusters[0]?.cluster.server : undefined;
  return server === undefined || !URL.canParse(server) ? undefined : new URL(server).hostname;
}
