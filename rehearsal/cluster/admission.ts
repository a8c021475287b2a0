// What happens to a pod on its way into the cluster: the ServiceAccount check of Kubernetes and the rules of the workload identity webhook.
// https://github.com/Azure/azure-workload-identity/blob/main/pkg/webhook/webhook.go (v1.6.0)
import {
  AUDIENCE,
  AUTHORITY_HOST,
  CLIENT_ID_ANNOTATION,
  type ClusterLink,
  POD_ENVIRONMENT,
  type ServiceAccountLink,
  SKIP_CONTAINERS_ANNOTATION,
  TENANT_ID_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  TOKEN_EXPIRATION_SECONDS,
  TOKEN_FILE_NAME,
  TOKEN_MOUNT_PATH,
  USE_LABEL,
  USE_LABEL_VALUE,
} from "../../chain";
import type { PodTemplate } from "./podTemplate";

export type Admission =
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "unchanged" }
  | {
      readonly kind: "mutated";
      readonly tokenExpirationSeconds: number;
      readonly audience: string;
      /** What each container gets, by its name; a skipped one is absent. */
      readonly environment: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };

export function admit(pod: PodTemplate, serviceAccount: ServiceAccountLink | undefined, cluster: ClusterLink): Admission {
  if (serviceAccount === undefined) {
    const message = `pods "${pod.name}" is forbidden: error looking up service account ${pod.namespace}/${pod.serviceAccountName}: serviceaccount "${pod.serviceAccountName}" not found`;
    return { kind: "refused", message };
  }
  if (pod.labels[USE_LABEL] !== USE_LABEL_VALUE || !cluster.workloadIdentityEnabled) return { kind: "unchanged" };
  const expiration = pod.annotations[TOKEN_EXPIRATION_ANNOTATION] ?? serviceAccount.annotations[TOKEN_EXPIRATION_ANNOTATION];
  const seconds =
    expiration === undefined ? TOKEN_EXPIRATION_SECONDS.default : /^\d+$/.test(expiration) ? Number(expiration) : Number.NaN;
  if (!(seconds >= TOKEN_EXPIRATION_SECONDS.min && seconds <= TOKEN_EXPIRATION_SECONDS.max)) {
    const message = `admission webhook "mutation.azure-workload-identity.io" denied the request: ${TOKEN_EXPIRATION_ANNOTATION} must be between ${TOKEN_EXPIRATION_SECONDS.min} and ${TOKEN_EXPIRATION_SECONDS.max}, got "${expiration}"`;
    return { kind: "refused", message };
  }
  const skipped = (pod.annotations[SKIP_CONTAINERS_ANNOTATION] ?? "").split(";").map((name) => name.trim());
  const injected = {
    [POD_ENVIRONMENT.clientId]: serviceAccount.annotations[CLIENT_ID_ANNOTATION] ?? "",
    [POD_ENVIRONMENT.tenantId]: serviceAccount.annotations[TENANT_ID_ANNOTATION] ?? cluster.tenantId,
    [POD_ENVIRONMENT.tokenFile]: `${TOKEN_MOUNT_PATH}/${TOKEN_FILE_NAME}`,
    [POD_ENVIRONMENT.authorityHost]: AUTHORITY_HOST,
  };
  // The webhook goes through both lists.
  const environment = [...pod.initContainers, ...pod.containers]
    .filter(({ name }) => !skipped.includes(name))
    .map(({ name, env }) => {
      const own = new Set(env.map((variable) => variable.name));
      // A variable of the container's own wins, and an empty value is not injected.
      return [
        name,
        Object.fromEntries(Object.entries(injected).filter(([key, value]) => value !== "" && !own.has(key))),
      ] as const;
    });
  return { kind: "mutated", tokenExpirationSeconds: seconds, audience: AUDIENCE, environment: Object.fromEntries(environment) };
}
