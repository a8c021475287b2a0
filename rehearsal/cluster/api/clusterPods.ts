// The pods of one emulated cluster as its API has them: those of the rehearsal, and those that a client creates, which run as well.
import { z } from "zod";
import { type Answer, get } from "../../asking";
import { clusterStates } from "../../chainModel";
import type { EmulatedCloud } from "../../cloud/emulatedCloud";
import type { KubernetesApi } from "../../cloud/fronts/kubernetes";
import { type PodsContext, runPod, serviceAccountOf } from "../../pod";
import { admit } from "../admission";
import type { ContainerProcess } from "../kubelet";
import { podTemplate } from "../podTemplate";
import { type Manifest, type ProcessState, podBody } from "./podBody";
import { type ApiPod, type Refusal, type RehearsedPods, refusals, rehearsedPods } from "./rehearsedPods";

/** What became of a wish for a pod. */
export type Created = { readonly pod: ApiPod } | { readonly refused: string };

export interface ClusterPodsOptions extends RehearsedPods {
  readonly cloud: EmulatedCloud;
  readonly context: PodsContext;
}

/** The longest that a pod may take to answer. */
const ANSWER_LIMIT_MS = 10_000;

export class ClusterPods {
  readonly #options: ClusterPodsOptions;
  readonly #created = new Map<string, ApiPod>();
  /** What runs of each that was created. */
  readonly #containers = new Map<string, readonly ContainerProcess[]>();
  readonly #stopping = new AbortController();
  readonly #starts = new Set<Promise<unknown>>();

  /** What changes in the cluster afterwards changes no pod. */
  readonly #rehearsed: readonly ApiPod[];

  constructor(options: ClusterPodsOptions) {
    this.#options = options;
    this.#rehearsed = rehearsedPods(options);
  }

  get api(): KubernetesApi {
    return this.#options.state.api;
  }

  all(): readonly ApiPod[] {
    return [...this.#rehearsed, ...this.#created.values()];
  }

  find(namespace: string, name: string): ApiPod | undefined {
    return this.all().find((pod) => pod.namespace === namespace && pod.name === name);
  }

  async body(pod: ApiPod): Promise<object> {
    return podBody({ ...pod, state: await this.#stateOf(pod) });
  }

  /** Undefined: nothing of it answers. */
  async ask(pod: ApiPod, port: string | undefined, path: string): Promise<Answer | undefined> {
    const process = pod.process();
    if (process === undefined || process.process.end !== undefined) return undefined;
    const ports = pod.template.containers[0]?.ports ?? [];
    const declared = ports.find(({ name, containerPort }) => name === port || String(containerPort) === port);
    if (port !== undefined && declared === undefined && ports.length > 0) return undefined;
    const local = process.ports[declared?.name ?? ""];
    const origin = local === undefined ? process.url : `http://127.0.0.1:${local}`;
    const limit = AbortSignal.any([AbortSignal.timeout(ANSWER_LIMIT_MS), this.#stopping.signal]);
    const answer = await get(`${origin}/${path}`, limit, new AbortController().signal);
    return answer.broken === undefined ? answer : undefined;
  }

  /** Admission and start as for every other pod; the answer does not wait for the process. */
  create(namespace: string, name: string, manifest: Manifest): Created {
    const { cloud, context } = this.#options;
    const state = clusterStates(cloud).find(({ api }) => api === this.api) ?? this.#options.state;
    const { labels, annotations } = z
      .looseObject({
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
      })
      .parse(manifest.metadata);
    const declared = `kubernetes:core/v1:Pod::${name}`;
    const object = {
      kind: "core/v1:Pod",
      namespace,
      name,
      labels,
      annotations,
      inputs: { ...manifest },
      declared,
      partial: false,
    };
    const template = podTemplate(object, this.api, "");
    const admission = admit(template, serviceAccountOf(state, template), state.model.cluster);
    if (admission.kind === "refused") return { refused: admission.message };
    let process: ContainerProcess | undefined;
    const containers: ContainerProcess[] = [];
    this.#containers.set(`${namespace}/${name}`, containers);
    const pod = {
      namespace,
      name,
      template,
      admission,
      manifest,
      owner: undefined,
      startedAt: new Date(),
      process: () => process,
    };
    this.#created.set(`${namespace}/${name}`, pod);
    const start = runPod(context, { state, template, links: [] }, 0, this.#stopping.signal, (started) => {
      containers.push(started);
      if (started.container === template.containers[0]) process = started;
      if (!this.#created.has(`${namespace}/${name}`)) void started.process.stop();
    }).catch(() => undefined);
    this.#starts.add(start);
    return { pod };
  }

  /** Undefined: there is none. A rehearsed pod would come back at once: it is not deleted. */
  async delete(namespace: string, name: string): Promise<ApiPod | undefined> {
    const pod = this.#created.get(`${namespace}/${name}`);
    this.#created.delete(`${namespace}/${name}`);
    await Promise.all((this.#containers.get(`${namespace}/${name}`) ?? []).map(({ process }) => process.stop()));
    return pod;
  }

  /** Ends what clients have created. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#created.values()].map(({ namespace, name }) => this.delete(namespace, name)));
    await Promise.all(this.#starts);
  }

  /** What admission refused has no pod: only an event tells of it. */
  refusals(): readonly Refusal[] {
    return refusals(this.#options);
  }

  async #stateOf(pod: ApiPod): Promise<ProcessState> {
    const process = pod.process();
    if (process === undefined)
      return { kind: "waiting", reason: pod.problem ?? "ContainerCreating", message: pod.problem ?? "it is being started" };
    if (process.process.end !== undefined) return { kind: "ended", how: process.process.end };
    const probe = pod.template.containers[0]?.readinessProbe?.httpGet;
    if (probe === undefined) return { kind: "running", ready: true };
    const port = String(probe.port);
    const status = (await this.ask(pod, port, probe.path.replace(/^\//, "")))?.status ?? 0;
    return { kind: "running", ready: status >= 200 && status < 400 };
  }
}
