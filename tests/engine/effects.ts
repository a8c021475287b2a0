// What a preview or an update says, in a reader's words: which kinds of resources change, and whose pods restart.
import type { EngineStep } from "../../rehearsal/engine/engineEvents";
import type { EngineRun } from "../../rehearsal/engine/session";

const NOUNS: Readonly<Record<string, string>> = {
  "azure-native:authorization:RoleAssignment": "role assignment",
  "azure-native:authorization:RoleDefinition": "role definition",
  "azure-native:containerregistry:Registry": "registry",
  "azure-native:containerservice:AgentPool": "node pool",
  "azure-native:containerservice:MaintenanceConfiguration": "maintenance window",
  "azure-native:containerservice:ManagedCluster": "cluster",
  "azure-native:keyvault:Secret": "secret in the vault",
  "azure-native:keyvault:Vault": "vault",
  "azure-native:managedidentity:FederatedIdentityCredential": "federated credential",
  "azure-native:managedidentity:UserAssignedIdentity": "managed identity",
  "azure-native:resources:ResourceGroup": "resource group",
  "azure-native:storage:BlobContainer": "blob container",
  "azure-native:storage:StorageAccount": "storage account",
  "azuread:index/application:Application": "application",
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": "federated credential",
  "azuread:index/servicePrincipal:ServicePrincipal": "service principal",
  "docker:index/image:Image": "image",
  "kubernetes:apps/v1:Deployment": "Deployment",
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": "HorizontalPodAutoscaler",
  "kubernetes:core/v1:Namespace": "Namespace",
  "kubernetes:core/v1:Service": "Service",
  "kubernetes:core/v1:ServiceAccount": "ServiceAccount",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": "NetworkPolicy",
  "kubernetes:policy/v1:PodDisruptionBudget": "PodDisruptionBudget",
  "pulumi:index:Stash": "note of the built image",
  "pulumi:providers:kubernetes": "Kubernetes provider",
  "random:index/randomPassword:RandomPassword": "generated secret value",
  "random:index/randomString:RandomString": "random suffix",
};
const VERBS = { replace: "replaces", update: "updates", create: "creates", delete: "deletes" } as const;
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

export interface Effects {
  readonly happens: string;
  /** Workloads whose pods restart, or `stay`. */
  readonly pods: string;
}

/** Steps of components and of default providers are left out: they are no resources of anybody's. */
export function effectsOf(run: EngineRun): Effects {
  const steps = [...new Map(run.steps.filter(isResource).map((step) => [`${step.op} ${step.urn}`, step])).values()];
  if (run.code !== 0) return { happens: refusal(run), pods: pods(run.steps.filter(({ state }) => state === "done")) };
  const happens = Object.entries(VERBS).flatMap(([op, verb]) => {
    const nouns = counted(steps.filter((step) => step.op === op).map(nounOf));
    return nouns.length === 0 ? [] : [`${verb} ${nouns.join(", ")}`];
  });
  return { happens: happens.join("; ") || "nothing", pods: pods(run.steps) };
}

function isResource({ type, name }: EngineStep): boolean {
  if (type.startsWith("pulumi:providers:")) return !/^default(_|$)/.test(name);
  return type !== "pulumi:pulumi:Stack" && !type.startsWith("aks-workload-identity:");
}

function nounOf({ type }: Pick<EngineStep, "type">): string {
  const noun = NOUNS[type];
  if (noun === undefined) throw new Error(`no word for ${type}`);
  return noun;
}

function counted(nouns: readonly string[]): string[] {
  return [...new Set(nouns)].sort().map((noun) => {
    const count = nouns.filter((other) => other === noun).length;
    return count === 1 ? noun : `${count} × ${noun}`;
  });
}

// A Deployment whose template changes starts new pods, and so does one that is replaced; one that comes or goes is said as such.
function pods(steps: readonly EngineStep[]): string {
  const restarted = steps.filter(
    ({ type, op, diffs }) =>
      type === DEPLOYMENT && (op === "replace" || (op === "update" && diffs.some((path) => path.startsWith("spec.template")))),
  );
  const names = [...new Set(restarted.map(({ name }) => name.replace(/-deployment$/, "")))].sort();
  return names.length === 0 ? "stay" : `${names.join(", ")} restart`;
}

/** What was refused by whom: the stack's own protection, config's rules, or Azure. */
function refusal({ messages, output }: EngineRun): string {
  const text = `${messages.map((message) => message.text).join("\n")}\n${output}`;
  const kept = [...text.matchAll(/resource "urn:pulumi:[^"]*::(?:[^"]*\$)?([^"$]+)::[^":]+"[^"]*marked for protection/g)].map(
    ([, type = ""]) => nounOf({ type }),
  );
  if (kept.length > 0) return `refused by protect: ${[...new Set(kept)].sort().join(", ")}`;
  const code = /Code="?(\w+)"?/.exec(text)?.[1];
  if (code !== undefined) return `refused by Azure: ${code}`;
  if (/error: AlreadyExists/.test(text)) return "refused by the cluster: AlreadyExists";
  throw new Error(`refused in a way that has no words:\n${text}`);
}
