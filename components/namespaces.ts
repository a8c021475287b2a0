// The namespaces of a stack, each with the strictest of Kubernetes' pod security levels.
import { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const RESTRICTED = Object.fromEntries(
  ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
);

/** A namespace that admits restricted pods only. Its name is explicit, because subjects of tokens hold it. */
export function createNamespace(namespace: string, opts: pulumi.CustomResourceOptions): Namespace {
  return new Namespace(`namespace-${namespace}`, { metadata: { name: namespace, labels: RESTRICTED } }, opts);
}
