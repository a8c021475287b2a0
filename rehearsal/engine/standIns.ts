// The stand-in providers of one emulated cloud, on loopback.
import { checkPod, type Finding } from "../../chain";
import { clusterStates } from "../chainModel";
import type { EmulatedCloud } from "../cloud/emulatedCloud";
import { podLink } from "../cluster/podTemplate";
import { isMeant } from "../meant";
import { type ProviderServer, serveProvider } from "./providerServer";
import { StandIn } from "./standIn";

const PACKAGES = ["azure-native", "azuread", "kubernetes", "random", "docker"] as const;

/** As the provider says it. https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/deployment.go */
export const PODS_MISSING = "Minimum number of Pods to consider the application live was not attained";

export interface StandIns {
  readonly ports: Readonly<Record<string, number>>;
  close(): void;
}

export async function startStandIns(cloud: EmulatedCloud): Promise<StandIns> {
  const standIn = new StandIn({ cloud, notReady: (type, id, provider) => notReady(cloud, type, id, provider) });
  const servers = await Promise.all(
    PACKAGES.map(async (name): Promise<[string, ProviderServer]> => {
      const version = String(require(`@pulumi/${name}/package.json`).version);
      return [name, await serveProvider({ name, version }, standIn, cloud)];
    }),
  );
  return {
    ports: Object.fromEntries(servers.map(([name, { port }]) => [name, port])),
    close: () => {
      for (const [, server] of servers) server.close();
    },
  };
}

// By the rules, not by running it: a Deployment comes up where the chain of its pods holds, and the rehearsal runs them afterwards.
function notReady(cloud: EmulatedCloud, type: string, id: string, provider: string): string[] {
  if (type !== "kubernetes:apps/v1:Deployment") return [];
  // Two clusters have objects of the same names while one replaces the other.
  const its = cloud.kubernetes.get(provider.slice("::".length))?.api;
  // This one alone: to read all of them for each that comes would take the square of their number.
  const states = clusterStates(cloud, ({ kind, namespace, name }) => type.endsWith(kind) && `${namespace}/${name}` === id).filter(
    ({ api }) => api === its,
  );
  const findings = states.flatMap((state) =>
    state.templates
      .filter((template) => isMeant(template, state.model))
      .flatMap((template) => checkPod(state.model, podLink(template)))
      .flatMap(({ finding }) => (finding === undefined || finding.severity !== "error" ? [] : [finding])),
  );
  return findings.length === 0 ? [] : [PODS_MISSING, ...findings.map(sentence)];
}

function sentence({ code, rule, message, resource, property, expected, actual, fix }: Finding): string {
  return `${code ?? rule} (${rule}): ${message}: ${resource}, ${property}: expected ${expected}, found ${actual}. ${fix}`;
}
