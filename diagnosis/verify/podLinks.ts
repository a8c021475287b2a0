// The pods of a workload as the rules of the chain see them.
import { APP_ENVIRONMENT, type ContainerLink, POD_ENVIRONMENT, type PodLink, USE_LABEL, USE_LABEL_VALUE } from "../../chain";
import type { Deployment, Pod, PodSpec } from "./clusterShapes";
import type { Facts } from "./facts";

/** One for each Deployment; an assumed one where they were not read. */
export function podLinks(facts: Facts): readonly PodLink[] {
  const { deployments, output } = facts;
  if ("unread" in deployments) return [assumedPod(output)];
  return [...deployments.value.map(podLinkOf), ...withoutDeployment(facts).map(podItself)];
}

/** Pods of the workload's ServiceAccount where no Deployment has it. */
function withoutDeployment({ deployments, pods }: Facts): readonly Pod[] {
  return "unread" in pods || "unread" in deployments || deployments.value.length > 0 ? [] : pods.value;
}

function podLinkOf({ metadata, spec }: Deployment): PodLink {
  const { template } = spec;
  return {
    resource: `Deployment ${metadata.namespace}/${metadata.name}`,
    namespace: metadata.namespace,
    name: metadata.name,
    labels: template.metadata.labels,
    annotations: template.metadata.annotations,
    ownerLabels: metadata.labels,
    serviceAccountName: template.spec?.serviceAccountName ?? "default",
    containers: template.spec === undefined ? [] : containersOf(template.spec),
  };
}

/** Of other objects than Deployments, such as a StatefulSet or a Job, only the pods are looked at; what the webhook has added to them is no setting. */
function podItself({ metadata, spec }: Pod): PodLink {
  const injected: readonly string[] = Object.values(POD_ENVIRONMENT);
  const containers = containersOf(spec).map((each) => ({
    ...each,
    env: Object.fromEntries(Object.entries(each.env).filter(([key]) => !injected.includes(key))),
  }));
  const { namespace, name, labels, annotations } = metadata;
  const resource = `pod ${namespace}/${name}`;
  return {
    resource,
    namespace,
    name,
    template: "",
    labels,
    annotations,
    ownerLabels: {},
    serviceAccountName: spec.serviceAccountName,
    containers,
  };
}

function containersOf({ containers, initContainers }: PodSpec): ContainerLink[] {
  const link = ({ name, image, env, command, args }: PodSpec["containers"][number]): ContainerLink => ({
    name,
    image,
    env: Object.fromEntries(env.flatMap(({ name: key, value }) => (value === undefined ? [] : [[key, value]]))),
    commandLine: [...command, ...args],
  });
  return [...containers.map(link), ...initContainers.map((each) => ({ ...link(each), init: true }))];
}

function assumedPod({ namespace, serviceAccount, vaultUri }: Facts["output"]): PodLink {
  const env = vaultUri === undefined ? {} : { [APP_ENVIRONMENT.vaultUri]: vaultUri };
  return {
    resource: "a Deployment that was not read",
    namespace,
    name: serviceAccount,
    labels: { [USE_LABEL]: USE_LABEL_VALUE },
    annotations: {},
    ownerLabels: {},
    serviceAccountName: serviceAccount,
    containers: [{ name: "assumed", image: "", env }],
  };
}
