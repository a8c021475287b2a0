// The environment of a pod's process: built from nothing, so that no credential of the person who rehearses can stand in for the pod's own.
import { APP_ENVIRONMENT } from "../../chain";
import type { Admission } from "./admission";
import type { Container, PodTemplate } from "./podTemplate";

export interface PodEnvironmentOptions {
  readonly template: PodTemplate;
  readonly podName: string;
  readonly container: Container;
  readonly admission: Admission;
  /** Folder that stands for the container's root; absolute paths that Kubernetes mounts lie below it. */
  readonly root: string;
  readonly proxyUrl: string;
  readonly caFile: string;
  /** A free port of this machine for each declared container port. */
  readonly ports: ReadonlyMap<number, number>;
  /** PATH of the process: empty for an image; the person's own for a command that stands in for it. */
  readonly path: string;
}

export function podEnvironment(options: PodEnvironmentOptions): Record<string, string> {
  const { template, podName, container, admission, root, proxyUrl, caFile, ports, path } = options;
  const fields: Readonly<Record<string, string>> = {
    "metadata.name": podName,
    "metadata.namespace": template.namespace,
    "spec.serviceAccountName": template.serviceAccountName,
    "status.podIP": "127.0.0.1",
    "status.hostIP": "127.0.0.1",
  };
  const own = container.env.map(({ name, value, field }) => [name, value ?? fields[field ?? ""] ?? ""] as const);
  // Processes share this machine's ports where pods have their own: a variable that holds a declared port gets the port that stands for it.
  const remapped = own.map(
    ([name, value]) => [name, String(/^\d+$/.test(value) ? (ports.get(Number(value)) ?? value) : value)] as const,
  );
  const injected = admission.kind === "mutated" ? (admission.environment[container.name] ?? {}) : {};
  const mounted = Object.entries(injected).map(
    ([name, value]) => [name, value.startsWith("/var/run/") ? `${root}${value}` : value] as const,
  );
  return {
    ...Object.fromEntries(remapped),
    ...Object.fromEntries(mounted),
    ...kubeletVariables(podName),
    ...rehearsalVariables(proxyUrl, caFile),
    [APP_ENVIRONMENT.host]: "127.0.0.1",
    PATH: path,
    HOME: root,
    TMPDIR: `${root}/tmp`,
  };
}

/** What every kubelet gives every container. */
function kubeletVariables(podName: string): Record<string, string> {
  return { HOSTNAME: podName, KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
}

/** What only the rehearsal adds, so that the SDKs find the emulated Azure; docs/rehearsal.md lists it. */
export function rehearsalVariables(proxyUrl: string, caFile: string): Record<string, string> {
  return {
    HTTPS_PROXY: proxyUrl,
    HTTP_PROXY: proxyUrl,
    NO_PROXY: "localhost,127.0.0.1,::1",
    NODE_USE_ENV_PROXY: "1",
    NODE_EXTRA_CA_CERTS: caFile,
    SSL_CERT_FILE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
  };
}
