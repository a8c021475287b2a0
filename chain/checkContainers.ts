// What the containers of a pod for workload identity say themselves that the webhook would say for them, or that stands in its way.
import type { ContainerLink, Finding, PodLink } from "./model";
import { finding } from "./rules";
import { containerProperty, envProperty } from "./told";
import { POD_ENVIRONMENT, USE_LABEL, USE_LABEL_VALUE } from "./workloadIdentity";

/** Where webhooks mount, or have mounted, the token: before version 1.6, and since. */
const TOKEN_FOLDER = /\/var\/run\/secrets\/azure\/(tokens|wi)\b/;
/** What EnvironmentCredential, the first in the SDKs' chains, signs in with. */
const OTHER_CREDENTIALS = ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_PASSWORD"];

export function checkContainers(pods: readonly PodLink[]): Finding[] {
  return pods.flatMap((pod) =>
    pod.labels[USE_LABEL] === USE_LABEL_VALUE
      ? pod.containers.flatMap((container) => [...typedPath(pod, container), ...otherCredential(pod, container)])
      : [],
  );
}

const expected = `what ${POD_ENVIRONMENT.tokenFile} says`;

function typedPath(pod: PodLink, container: ContainerLink): Finding[] {
  const { resource } = pod;
  const { env, commandLine = [], mountPaths = [] } = container;
  const texts = [
    ...Object.entries(env).map(([variable, value]) => [`env["${variable}"]`, value ?? ""] as const),
    ...commandLine.map((word) => ["args", word] as const),
  ];
  return texts.flatMap(([place, text]) => {
    const folder = TOKEN_FOLDER.exec(text)?.[0];
    // Whoever mounts a token there himself may name it.
    if (folder === undefined || mountPaths.some((path) => `${folder}/`.startsWith(`${path.replace(/\/+$/, "")}/`))) return [];
    return [finding("WI081", { resource, property: `${containerProperty(pod, container)}.${place}`, expected, actual: text })];
  });
}

function otherCredential(pod: PodLink, container: ContainerLink): Finding[] {
  return OTHER_CREDENTIALS.filter((variable) => variable in container.env).map((variable) =>
    finding("WI082", {
      resource: pod.resource,
      property: envProperty(pod, container, variable),
      expected: "no such variable",
      actual: variable,
    }),
  );
}
