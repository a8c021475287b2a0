// What a pod names and cannot start without: objects of its namespace, and images by references that the kubelet takes apart.
import { z } from "zod";
import { containerProperty, type Finding, finding } from "../chain";
import type { ClusterState } from "./chainModel";
import { whyInvalidImage } from "./cluster/imageReference";
import type { ObjectReference } from "./cluster/objectReferences";
import { type PodTemplate, podLink } from "./cluster/podTemplate";
import { unknownsIn } from "./foreign/leftOut";
import type { Report } from "./report";

export interface StartCheck {
  /** Each keeps the pod from starting. */
  readonly findings: readonly Finding[];
  /** Objects that are not in the program, and that something else may hold. */
  readonly notCovered: Report["notCovered"];
}

/** `holders`: what was left out and may create any object. */
export function checkStart(state: ClusterState, template: PodTemplate, holders: readonly string[]): StartCheck {
  const { declared: resource } = template;
  const missing = (template.references ?? []).filter((reference) => !isThere(state, template, reference));
  const may = mayHold(state, template, holders);
  if (may !== undefined) {
    const notCovered = missing.map(({ kind, name }) => ({
      resource,
      reason: `whether ${kindName(kind)} ${name} is there is not known: ${may} may hold it`,
    }));
    return { findings: imagesOf(template), notCovered };
  }
  const findings = missing.map(({ kind, name, property, mounted }) => {
    const expected = `a ${kindName(kind)} of the namespace ${template.namespace}`;
    const actual = `${kindName(kind).toLowerCase()} "${name}" not found`;
    return finding(mounted ? "WI056" : "WI055", { resource, property, expected, actual });
  });
  return { findings: [...imagesOf(template), ...findings], notCovered: [] };
}

function imagesOf(template: PodTemplate): Finding[] {
  const { declared: resource } = template;
  const pod = podLink(template);
  return pod.containers.flatMap((container) => {
    const why = unknownsIn(container.image).length > 0 ? undefined : whyInvalidImage(container.image);
    const property = `${containerProperty(pod, container)}.image`;
    if (why === undefined) return [];
    return [finding("WI057", { resource, property, expected: "registry/repository:tag", actual: `${container.image}: ${why}` })];
  });
}

function kindName(kind: ObjectReference["kind"]): string {
  return kind.slice(kind.indexOf(":") + 1);
}

/** Kubernetes puts it into every namespace. https://kubernetes.io/docs/concepts/configuration/configmap/ */
const IN_EVERY_NAMESPACE = "kube-root-ca.crt";

function isThere({ api }: ClusterState, { namespace }: PodTemplate, { kind, name }: ObjectReference): boolean {
  if (name === IN_EVERY_NAMESPACE || unknownsIn(name).length > 0) return true;
  const objects = api.list(kind).filter((object) => object.namespace === namespace);
  return objects.some((object) => object.name === name || unknownsIn(object.name).length > 0);
}

/** Kubernetes' own groups make no ConfigMap and no Secret of another object; an operator's may. */
const OPERATORS = /^(?!(core|apps|batch|autoscaling|policy)\/)(?!([\w.]+\.)?(?<!x-)k8s\.io\/)/;
const GRANTS = new Set(["rbac.authorization.k8s.io/v1:Role", "rbac.authorization.k8s.io/v1:ClusterRole"]);
const rules = z
  .looseObject({ rules: z.array(z.looseObject({ verbs: z.array(z.string()), resources: z.array(z.string()).default([]) })) })
  .catch({ rules: [] });

// What may have put an object there that no one sees; undefined where nothing may.
function mayHold({ api, model }: ClusterState, { namespace }: PodTemplate, holders: readonly string[]): string | undefined {
  const objects = api.all();
  const isOwn = objects.some((each) => each.kind === "core/v1:Namespace" && each.name === namespace && !each.partial);
  const isOfOwnCluster = namespace === "default" && !model.cluster.resource.startsWith("existing ");
  if (!isOwn && !isOfOwnCluster) return `the namespace ${namespace}, which the program does not create,`;
  const writes = ({ verbs, resources }: z.infer<typeof rules>["rules"][number]) =>
    verbs.some((verb) => ["*", "create"].includes(verb)) &&
    resources.some((each) => ["*", "secrets", "configmaps"].includes(each));
  const maker = objects.find(
    ({ kind, inputs }) => OPERATORS.test(kind) || (GRANTS.has(kind) && rules.parse(inputs).rules.some(writes)),
  );
  return holders[0] ?? maker?.declared;
}
