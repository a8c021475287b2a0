// Who a container runs as, as the kubelet checks it before it starts one.
// https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
// Source of the texts: pkg/kubelet/kuberuntime/security_context_others.go

/** What of a security context counts here; a container's own wins over its pod's. */
export interface UserDemand {
  readonly runAsNonRoot?: boolean | undefined;
  readonly runAsUser?: number | undefined;
}

export interface ImageUser {
  /** The image's USER as it is written; undefined for none. */
  readonly user: string | undefined;
  /** The image that it is built on, whose own USER is not known; absent for none. */
  readonly base?: string;
}

/** Why the kubelet refuses to start the container; undefined where it starts it, or where the base image decides that. */
export function userRefusal({ runAsNonRoot, runAsUser }: UserDemand, { user, base }: ImageUser): string | undefined {
  if (runAsNonRoot !== true) return undefined;
  if (runAsUser !== undefined) return runAsUser === 0 ? "container's runAsUser breaks non-root policy" : undefined;
  if (user === undefined && base !== undefined) return undefined;
  const id = userId(user);
  if (id === undefined)
    return `container has runAsNonRoot and image has non-numeric user (${user?.split(":")[0]}), cannot verify user is non-root`;
  return id === 0 ? "container has runAsNonRoot and image will run as root" : undefined;
}

/** The number of a USER; undefined for a name. Nobody is root. */
export function userId(user: string | undefined): number | undefined {
  if (user === undefined || user === "") return 0;
  const digits = /^(\d+)(?::.*)?$/.exec(user)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
