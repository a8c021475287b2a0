// Runs admitted pods as processes of this machine.
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { APP_ENVIRONMENT, POD_ENVIRONMENT, serviceAccountSubject, TOKEN_FILE_NAME, TOKEN_MOUNT_PATH } from "../../chain";
import type { Issuer } from "../cloud/oidc";
import type { Network } from "../network/network";
import type { Admission } from "./admission";
import { podEnvironment } from "./environment";
import type { Runnable } from "./imageCommand";
import type { Container, PodTemplate } from "./podTemplate";
import { ManagedProcess } from "./process";

export interface PodRequest {
  readonly template: PodTemplate;
  readonly admission: Admission;
  readonly index: number;
  readonly runnable: Runnable;
  /** PATH of the process; empty for an image. */
  readonly path: string;
}

export interface KubeletOptions {
  /** Folder of this rehearsal; each pod gets one below it. */
  readonly directory: string;
  readonly network: Network;
  readonly issuer: Issuer | undefined;
  readonly caFile: string;
}

export interface Pod {
  readonly template: PodTemplate;
  readonly name: string;
  /** The pod's place and name, the name under which the network logs its calls. */
  readonly client: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  /** Ports of this machine by the names of the container's ports. */
  readonly ports: Readonly<Record<string, number>>;
  readonly process: ManagedProcess;
  readonly startedMs: number;
}

export async function startPod(
  { template, admission, index, runnable, path }: PodRequest,
  options: KubeletOptions,
): Promise<Pod> {
  const [container] = template.containers;
  if (container === undefined) throw new Error(`${template.declared} has no container`);
  const name = `${template.name}-${index}`;
  const client = `${template.place}-${index}`;
  const root = join(options.directory, client);
  await mkdir(join(root, "tmp"), { recursive: true });
  if (admission.kind === "mutated" && options.issuer !== undefined)
    await projectToken(root, name, template, admission, options.issuer);
  const ports = await freePorts(container);
  const proxyUrl = options.network.clientUrl(client);
  const environment = podEnvironment({
    template,
    podName: name,
    container,
    admission,
    root,
    proxyUrl,
    caFile: options.caFile,
    ports,
    path,
  });
  const port = servingPort(container, ports, environment);
  const process = new ManagedProcess({ ...runnable, environment: { ...environment, [APP_ENVIRONMENT.port]: String(port) } });
  const named = container.ports.flatMap(({ name: portName, containerPort }) => {
    const local = ports.get(containerPort);
    return portName === undefined || local === undefined ? [] : [[portName, local] as const];
  });
  return {
    template,
    name,
    client,
    environment,
    ports: Object.fromEntries(named),
    url: `http://127.0.0.1:${port}`,
    process,
    startedMs: performance.now(),
  };
}

async function projectToken(
  root: string,
  podName: string,
  template: PodTemplate,
  admission: Extract<Admission, { kind: "mutated" }>,
  issuer: Issuer,
) {
  const file = join(root, TOKEN_MOUNT_PATH, TOKEN_FILE_NAME);
  await mkdir(dirname(file), { recursive: true });
  const { namespace, serviceAccountName: serviceAccount } = template;
  const token = await issuer.mint({
    subject: serviceAccountSubject(namespace, serviceAccount),
    audience: admission.audience,
    namespace,
    serviceAccount,
    podName,
    lifetimeSeconds: admission.tokenExpirationSeconds,
  });
  await writeFile(file, token, { mode: 0o600 });
}

/** The names of the variables that the webhook gave the pod. */
export function injectedVariables({ environment }: Pod): string[] {
  const injected: readonly string[] = Object.values(POD_ENVIRONMENT);
  return Object.keys(environment)
    .filter((key) => injected.includes(key))
    .sort();
}

async function freePorts({ ports }: Container): Promise<Map<number, number>> {
  const declared = ports.map(({ containerPort }) => containerPort);
  return new Map(await Promise.all(declared.map(async (port) => [port, await freePort()] as const)));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}

// The port that answers the readiness probe; a probe may name a port of the container.
function servingPort(
  container: Container,
  ports: ReadonlyMap<number, number>,
  environment: Readonly<Record<string, string>>,
): number {
  const probed = container.readinessProbe?.httpGet?.port;
  const declared =
    typeof probed === "string"
      ? container.ports.find((port) => port.name === probed)?.containerPort
      : (probed ?? container.ports[0]?.containerPort);
  return ports.get(declared ?? -1) ?? Number(environment[APP_ENVIRONMENT.port] ?? 0);
}
