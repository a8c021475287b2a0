// The pods of a workload as they run: ready, labelled, and with what the webhook injects.
import {
  AUDIENCE,
  type Finding,
  finding,
  POD_ENVIRONMENT,
  SKIP_CONTAINERS_ANNOTATION,
  USE_LABEL,
  USE_LABEL_VALUE,
} from "../../chain";
import type { Cluster } from "./cluster";
import { type Deployment, isReady, type Pod, whyNotReady } from "./clusterShapes";
import type { Facts } from "./facts";
import { broken, holds, unknown, type VerifiedLink } from "./report";

type Container = Pod["spec"]["containers"][number];

export async function runningLinks({ deployments, pods, output }: Facts, cluster: Cluster): Promise<VerifiedLink[]> {
  if ("unread" in pods) return [unknown("running pods", "as they were created", pods.unread)];
  const counted =
    "unread" in deployments
      ? [unknown("running pods", "all of them ready", deployments.unread)]
      : await Promise.all(deployments.value.map((deployment) => readyPods(deployment, pods.value, cluster)));
  const started = pods.value.filter(({ status }) => status.phase === "Running" || status.phase === "Pending");
  return [...counted, ...(started.length === 0 ? [] : podLinks(started, output))];
}

async function readyPods({ metadata, spec }: Deployment, all: readonly Pod[], cluster: Cluster): Promise<VerifiedLink> {
  const { namespace, name } = metadata;
  const selector = Object.entries(spec.selector.matchLabels);
  const own = all.filter((pod) => selector.every(([key, value]) => pod.metadata.labels[key] === value));
  const expected = `${spec.replicas} ready`;
  const ready = own.filter(isReady);
  if (ready.length >= spec.replicas) return holds("running pods", expected, `${ready.length} ready`);
  const waiting = own.find((pod) => !isReady(pod));
  const why = waiting === undefined ? await refusedBy(name, namespace, cluster) : whyNotReady(waiting);
  const place = { resource: `Deployment ${namespace}/${name}`, property: "status.readyReplicas", expected };
  return broken("running pods", finding("WI099", { ...place, actual: `${ready.length} ready${why === "" ? "" : ` (${why})`}` }));
}

/** A pod that admission refused is never there: only an event of its ReplicaSet says so. */
async function refusedBy(name: string, namespace: string, cluster: Cluster): Promise<string> {
  const events = await cluster.events(namespace);
  if ("unread" in events) return "";
  return (
    events.value.findLast(({ reason, involvedObject }) => reason === "FailedCreate" && involvedObject.name.startsWith(`${name}-`))
      ?.message ?? ""
  );
}

function podLinks(pods: readonly Pod[], output: Facts["output"]): VerifiedLink[] {
  const label = `${USE_LABEL}=${USE_LABEL_VALUE}`;
  const unlabelled = pods.find(({ metadata }) => metadata.labels[USE_LABEL] !== USE_LABEL_VALUE);
  if (unlabelled !== undefined) {
    const actual = unlabelled.metadata.labels[USE_LABEL] ?? "no such label";
    return [
      wrong(
        "running pods' label",
        finding("WI193", { ...placeOf(unlabelled), property: `metadata.labels["${USE_LABEL}"]`, expected: label, actual }),
      ),
    ];
  }
  return [holds("running pods' label", label), environment(pods, output), tokenVolume(pods)];
}

const wrong = (link: string, found: Finding) => broken(link, found);

/** Containers that the webhook is told to leave alone have none of it. */
function mutatedContainers({ metadata, spec }: Pod): readonly Container[] {
  const skipped = (metadata.annotations[SKIP_CONTAINERS_ANNOTATION] ?? "").split(";").map((name) => name.trim());
  return spec.containers.filter(({ name }) => !skipped.includes(name));
}

function environment(pods: readonly Pod[], { clientId, tenantId }: Facts["output"]): VerifiedLink {
  const names = Object.values(POD_ENVIRONMENT);
  const link = "injected environment";
  for (const pod of pods)
    for (const { name, env } of mutatedContainers(pod)) {
      const missing = names.filter((variable) => !env.some((each) => each.name === variable));
      const place = { ...placeOf(pod), property: `spec.containers["${name}"].env` };
      if (missing.length > 0)
        return broken(link, finding("WI193", { ...place, expected: names.join(", "), actual: `without ${missing.join(", ")}` }));
      const value = (variable: string) => env.find((each) => each.name === variable)?.value;
      for (const [variable, expected] of [
        [POD_ENVIRONMENT.clientId, clientId],
        [POD_ENVIRONMENT.tenantId, tenantId],
      ] as const)
        if (value(variable)?.toLowerCase() !== expected.toLowerCase())
          return broken(
            link,
            finding("WI193", {
              ...place,
              property: `${place.property}["${variable}"]`,
              expected,
              actual: value(variable) ?? "no plain value",
            }),
          );
    }
  return holds(link, names.join(", "), `all of them, ${POD_ENVIRONMENT.clientId}=${clientId}`);
}

function tokenVolume(pods: readonly Pod[]): VerifiedLink {
  const link = "token volume";
  const expected = `a projected token for ${AUDIENCE} where ${POD_ENVIRONMENT.tokenFile} points`;
  for (const pod of pods)
    for (const container of mutatedContainers(pod)) {
      const file = container.env.find(({ name }) => name === POD_ENVIRONMENT.tokenFile)?.value ?? "";
      const token = projectedAt(pod, container, file);
      const place = { ...placeOf(pod), property: "spec.volumes", expected };
      if (token === undefined)
        return broken(link, finding("WI194", { ...place, actual: `none at ${file === "" ? "any path" : file}` }));
      if (token.audience !== AUDIENCE)
        return broken(link, finding("WI194", { ...place, actual: `one for ${token.audience}`, code: "AADSTS700212" }));
    }
  const [pod] = pods;
  const [container] = pod === undefined ? [] : mutatedContainers(pod);
  const file = container?.env.find(({ name }) => name === POD_ENVIRONMENT.tokenFile)?.value ?? "";
  const token = pod === undefined || container === undefined ? undefined : projectedAt(pod, container, file);
  return holds(link, expected, `${token?.expirationSeconds} seconds, for ${token?.audience}, at ${file}`);
}

function projectedAt({ spec }: Pod, { volumeMounts }: Container, file: string) {
  for (const { name, mountPath } of volumeMounts)
    for (const { serviceAccountToken } of spec.volumes.find((volume) => volume.name === name)?.projected?.sources ?? [])
      if (serviceAccountToken !== undefined && `${mountPath.replace(/\/$/, "")}/${serviceAccountToken.path}` === file)
        return serviceAccountToken;
  return undefined;
}

function placeOf({ metadata: { namespace, name } }: Pod) {
  return { resource: `pod ${namespace}/${name}` };
}
