// The pods of a rehearsal as the API of their cluster has them, and those that admission refused.
import type { ClusterState } from "../../chainModel";
import { serviceAccountOf } from "../../pod";
import type { Pods } from "../../pods";
import { type Admission, admit } from "../admission";
import type { ContainerProcess } from "../kubelet";
import { type PodTemplate, podId } from "../podTemplate";
import { writtenTemplate } from "../workloadKinds";
import { type Manifest, manifestShape } from "./podBody";

/** A pod that there is. */
export interface ApiPod {
  readonly namespace: string;
  readonly name: string;
  readonly template: PodTemplate;
  readonly admission: Admission;
  readonly manifest: Manifest;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly startedAt: Date;
  /** Undefined where it has not started, or never will. */
  process(): ContainerProcess | undefined;
  /** Why not. */
  readonly problem?: string;
}

/** What was rehearsed, and the cluster whose pods of it are asked for. */
export interface RehearsedPods {
  readonly state: ClusterState;
  readonly pods: Pods;
}

/** A pod that admission let nobody create. */
export interface Refusal {
  readonly template: PodTemplate;
  readonly message: string;
}

export function refusals(rehearsed: RehearsedPods): readonly Refusal[] {
  return templatesOf(rehearsed).flatMap((template) => {
    const admission = admissionOf(rehearsed, template);
    return admission.kind === "refused" ? [{ template, message: admission.message }] : [];
  });
}

export function rehearsedPods(rehearsed: RehearsedPods): readonly ApiPod[] {
  const { pods, state } = rehearsed;
  return templatesOf(rehearsed).flatMap((template) => {
    const { kind } = template;
    const object = state.api.list(kind).find(({ declared }) => declared === template.declared);
    const manifest = manifestShape.safeParse(writtenTemplate(kind, object?.inputs)).data;
    const admission = admissionOf(rehearsed, template);
    if (manifest === undefined || admission.kind === "refused") return [];
    return pods.reports
      .filter((report) => Array.from({ length: template.replicas }, (_, index) => podId(template, index)).includes(report.pod))
      .map(({ pod, namespace, name }) => ({
        namespace,
        name,
        template,
        admission,
        manifest,
        owner: ownerOf(template),
        startedAt: new Date(performance.timeOrigin + (pods.processes.get(pod)?.startedMs ?? 0)),
        process: () => pods.processes.get(pod),
        problem: "ImagePullBackOff",
      }));
  });
}

function templatesOf({ pods, state }: RehearsedPods): readonly PodTemplate[] {
  return pods.templates.flatMap((checked) => (checked.state.api === state.api ? [checked.template] : []));
}

function admissionOf({ state }: RehearsedPods, template: PodTemplate): Admission {
  return admit(template, serviceAccountOf(state, template), state.model.cluster);
}

function ownerOf({ kind, name }: PodTemplate): ApiPod["owner"] {
  if (kind === "core/v1:Pod") return undefined;
  return kind === "apps/v1:Deployment"
    ? { kind: "ReplicaSet", name: `${name}-rehearsed` }
    : { kind: kind.slice(kind.indexOf(":") + 1), name };
}
