// ServiceAccounts and pod templates of a plan, with namespaces and names where they can be told.
import { APP_ENVIRONMENT, type ContainerLink, POD_TEMPLATE_PATHS, type PodLink, type Texts } from "../../chain";
import { comparable } from "./azureIds";
import type { Plan } from "./plan";
import { at, isProperties, isUnknown, kindOf, listAt, type PlannedResource, type Properties, textAt } from "./planned";

const ACCOUNT = "kubernetes:ServiceAccount";
const NAMESPACE = "kubernetes:Namespace";

export interface Metadata {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly labels: Texts;
  readonly annotations: Texts;
}

/** Where values that are not known yet come from, by the variable that holds them. */
export type Variables = (resource: PlannedResource, variable: string) => string | undefined;

export function metadataOf(plan: Plan, resource: PlannedResource): Metadata {
  const { inputs } = resource;
  return {
    namespace: namespaceOf(plan, resource),
    name: nameOf(resource),
    labels: textsAt(inputs, "metadata", "labels"),
    annotations: textsAt(inputs, "metadata", "annotations"),
  };
}

/** A name that Pulumi makes up is not known to a recorded run; nothing but the object itself can refer to it. */
function nameOf(resource: PlannedResource): string | undefined {
  const { inputs, name } = resource;
  if (textAt(inputs, "metadata", "name") !== undefined) return textAt(inputs, "metadata", "name");
  return at(inputs, "metadata", "name") === undefined && !isUnknown(at(inputs, "metadata")) ? `${name}-…` : undefined;
}

function namespaceOf(plan: Plan, resource: PlannedResource): string | undefined {
  const given = at(resource.inputs, "metadata", "namespace");
  if (given === undefined) {
    const provider = plan.providerOf(resource);
    const ofProvider = at(provider?.inputs, "namespace");
    return ofProvider === undefined ? "default" : textAt(ofProvider);
  }
  if (!isUnknown(given)) return textAt(given);
  const namespace = plan.source(resource, "metadata", NAMESPACE);
  if (namespace !== undefined) return nameOf(namespace);
  const account = plan.source(resource, "metadata", ACCOUNT);
  return account === undefined || account === resource ? undefined : namespaceOf(plan, account);
}

/** A map that is not known as a whole may hold any key: each one is there, and its value not known. */
export const ANYTHING: Texts = new Proxy<Record<string, undefined>>({}, { has: () => true });

function textsAt(value: unknown, ...path: readonly string[]): Texts {
  const found = at(value, ...path);
  if (isUnknown(found)) return ANYTHING;
  if (!isProperties(found)) return {};
  return Object.fromEntries(Object.entries(found).map(([key, text]) => [key, textAt(text)]));
}

/** Undefined where the pod's namespace or ServiceAccount cannot be told. */
export function podOf(plan: Plan, resource: PlannedResource, variables: Variables): PodLink | undefined {
  const path = POD_TEMPLATE_PATHS[kindOf(resource.type).replace("kubernetes:", "")];
  const { namespace, name, labels } = metadataOf(plan, resource);
  if (path === undefined || namespace === undefined || name === undefined) return undefined;
  const template = at(resource.inputs, ...path);
  const serviceAccountName = accountName(plan, resource, template);
  if (serviceAccountName === undefined) return undefined;
  const containersAt = (key: string) => listAt(template, "spec", key).filter(isProperties);
  return {
    resource: resource.urn,
    namespace,
    name,
    serviceAccountName,
    labels: textsAt(template, "metadata", "labels"),
    annotations: textsAt(template, "metadata", "annotations"),
    // A CronJob holds a Job that holds the pod's template: a label on either does not reach the pod.
    ownerLabels: path.length === 0 ? {} : { ...textsAt(resource.inputs, "spec", "jobTemplate", "metadata", "labels"), ...labels },
    template: path.join("."),
    secretProviders: listAt(template, "spec", "volumes").flatMap(
      (volume) => textAt(volume, "csi", "volumeAttributes", "secretProviderClass") ?? [],
    ),
    containers: [
      ...containersAt("containers").map((container) => containerOf(resource, container, variables)),
      ...containersAt("initContainers").map((container) => ({ ...containerOf(resource, container, variables), init: true })),
    ],
  };
}

function accountName(plan: Plan, resource: PlannedResource, template: unknown): string | undefined {
  const given = at(template, "spec", "serviceAccountName") ?? at(template, "spec", "serviceAccount");
  if (given === undefined) return "default";
  if (!isUnknown(given)) return textAt(given);
  const account = plan.source(resource, "spec", ACCOUNT);
  return account === undefined ? undefined : nameOf(account);
}

/** Stands for variables whose names are not known: the container may be told anything. */
const ANY_NAME = "a variable that is not known";

function containerOf(resource: PlannedResource, container: Properties, variables: Variables): ContainerLink {
  const variable = (entry: unknown): [string, string | undefined] => {
    const name = textAt(entry, "name") ?? ANY_NAME;
    const value = at(entry, "value");
    if (isUnknown(value)) return [name, variables(resource, name)];
    const text = textAt(value);
    return [name, text !== undefined && name === APP_ENVIRONMENT.roleListScope ? comparable(text) : text];
  };
  const mayHoldMore = isUnknown(at(container, "env")) || at(container, "envFrom") !== undefined;
  const words = [...listAt(container, "command"), ...listAt(container, "args")].map((word) => textAt(word));
  return {
    commandLine: words.filter((word) => word !== undefined),
    mountPaths: listAt(container, "volumeMounts").flatMap((mount) => textAt(mount, "mountPath") ?? []),
    name: textAt(container, "name") ?? "container",
    image: textAt(container, "image") ?? "",
    env: { ...Object.fromEntries(listAt(container, "env").map(variable)), ...(mayHoldMore ? { [ANY_NAME]: undefined } : {}) },
  };
}
