// How this machine reaches the cluster's API server: the kubeconfig, its sign-in, and a proxy where there is one. The unmodified Kubernetes client.
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  AppsV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  type RequestContext,
  type ResponseContext,
  ServerConfiguration,
} from "@kubernetes/client-node";
import { UsageError } from "../../rehearsal/usageError";

export interface ClusterClients {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a `UsageError` for a text that is no kubeconfig, and for a sign-in whose program is not there. `from` is where the text comes from. */
export function clusterClients(text: string, from: string, limitSeconds: number, env: Environment = process.env): ClusterClients {
  const config = parsed(text, from);
  const cluster = config.getCurrentCluster();
  if (cluster === null || !URL.canParse(cluster.server))
    throw new UsageError(`${from} names no cluster in its current context`, "get a new one: az aks get-credentials");
  requireProgram(config, env);
  // client-go heeds these variables and this client does not: https://kubernetes.io/docs/tasks/extend-kubernetes/http-proxy-access-api/
  const proxyUrl = cluster.proxyUrl ?? proxyFor(new URL(cluster.server), env);
  if (proxyUrl !== undefined) Object.assign(cluster, { proxyUrl });
  const limited = {
    pre: async (context: RequestContext) => {
      context.setSignal(AbortSignal.timeout(limitSeconds * 1000));
      return context;
    },
    post: async (context: ResponseContext) => context,
  };
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    promiseMiddleware: [limited],
  });
  return { core: new CoreV1Api(configuration), apps: new AppsV1Api(configuration) };
}

export function readKubeconfig(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `--kubeconfig: cannot read ${file}: ${error instanceof Error ? error.message : error}`,
      "get one: az aks get-credentials --file FILE",
    );
  }
}

function parsed(text: string, from: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
    return config;
  } catch {
    throw new UsageError(`${from} is no kubeconfig`, "get a new one: az aks get-credentials");
  }
}

/** A cluster with Entra ID has kubelogin sign in: https://learn.microsoft.com/azure/aks/kubelogin-authentication */
function requireProgram(config: KubeConfig, env: Environment): void {
  const exec: unknown = config.getCurrentUser()?.exec;
  const command = typeof exec === "object" && exec !== null && "command" in exec ? String(exec.command) : undefined;
  if (command === undefined || isThere(command, env.PATH ?? "")) return;
  const install = command === "kubelogin" ? ": az aks install-cli, or https://azure.github.io/kubelogin/install.html" : "";
  throw new UsageError(
    `the cluster's kubeconfig signs in with ${command}, which is not on PATH`,
    `install it${install}; or give a kubeconfig that signs in otherwise: --kubeconfig FILE`,
  );
}

function isThere(command: string, path: string): boolean {
  const files = command.includes("/")
    ? [command]
    : path.split(delimiter).flatMap((folder) => [join(folder, command), join(folder, `${command}.exe`)]);
  return files.some((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function proxyFor({ hostname, protocol }: URL, env: Environment): string | undefined {
  const proxy = protocol === "https:" ? (env.HTTPS_PROXY ?? env.https_proxy) : (env.HTTP_PROXY ?? env.http_proxy);
  const excepted = (env.NO_PROXY ?? env.no_proxy ?? "").split(",").map((each) => each.trim().replace(/^\*?\./, ""));
  const isExcepted = excepted.some(
    (each) => each === "*" || (each !== "" && (hostname === each || hostname.endsWith(`.${each}`))),
  );
  return proxy === undefined || proxy === "" || isExcepted ? undefined : proxy;
}
