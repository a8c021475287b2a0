// Runs the containers of admitted pods as processes of this machine.
import { access, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { APP_ENVIRONMENT, serviceAccountSubject, TOKEN_FILE_NAME, TOKEN_MOUNT_PATH } from "../../chain";
import type { Issuer } from "../cloud/oidc";
import type { Network } from "../network/network";
import type { Admission } from "./admission";
import { podEnvironment } from "./environment";
import type { Runnable } from "./imageCommand";
import { type Container, type PodTemplate, podId, podName } from "./podTemplate";
import { ManagedProcess } from "./process";

export interface ContainerRequest {
  readonly template: PodTemplate;
  /** One of the template's. Default: its first. */
  readonly container?: Container;
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

/** One start of a container's process. */
interface Started {
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  /** Ports of this machine by the names of the container's ports. */
  readonly ports: Readonly<Record<string, number>>;
  readonly process: ManagedProcess;
  readonly startedMs: number;
}

/** A container that was started; one whose port was taken meanwhile is started once more, with everything of `Started` new. */
export interface ContainerProcess extends Started {
  readonly template: PodTemplate;
  readonly container: Container;
  /** The pod's name. */
  readonly name: string;
  /** The pod's place and name, the name under which the network logs its calls. */
  readonly client: string;
  /** Names of the variables that the webhook gave it, by alphabet. */
  readonly injected: readonly string[];
}

/** Starts one container of the pod of this index; its containers share a folder, a token and a name in the network, and are started one after another. */
export async function startContainer(
  { template, container = template.containers[0], admission, index, runnable, path }: ContainerRequest,
  options: KubeletOptions,
): Promise<ContainerProcess> {
  if (container === undefined) throw new Error(`${template.declared} has no container`);
  const name = podName(template, index);
  const client = podId(template, index);
  const root = join(options.directory, client);
  await mkdir(join(root, "tmp"), { recursive: true });
  if (admission.kind === "mutated" && options.issuer !== undefined)
    await projectToken(root, name, template, admission, options.issuer);
  const [first, second] = [await freePorts(container), await freePorts(container)];
  const start = (ports: ReadonlyMap<number, number>): Started => {
    const proxyUrl = options.network.clientUrl(client);
    const { caFile } = options;
    const pod = podEnvironment({ template, podName: name, container, admission, root, proxyUrl, caFile, ports, path });
    const environment = { ...imageVariables(runnable, ports), ...pod };
    const port = servingPort(container, ports, environment);
    const variables = { ...environment, [APP_ENVIRONMENT.port]: String(port) };
    return {
      environment,
      ports: namedPorts(container, ports),
      url: `http://127.0.0.1:${port}`,
      process: new ManagedProcess({ ...runnable, environment: variables }),
      startedMs: performance.now(),
    };
  };
  let current = start(first);
  // A free port may be taken by the time that the pod listens. The second start follows the end at once, so that nobody sees the pod ended.
  void current.process.ended.then(() => {
    if (foundPortTaken(current.process)) current = start(second);
  });
  return {
    template,
    container,
    name,
    client,
    injected: admission.kind === "mutated" ? Object.keys(admission.environment[container.name] ?? {}).sort() : [],
    get environment() {
      return current.environment;
    },
    get ports() {
      return current.ports;
    },
    get url() {
      return current.url;
    },
    get process() {
      return current.process;
    },
    get startedMs() {
      return current.startedMs;
    },
  };
}

function foundPortTaken({ end, output, stopped }: ManagedProcess): boolean {
  return !stopped && end?.startsWith("exited") === true && /EADDRINUSE|address already in use/i.test(output);
}

function namedPorts({ ports: declared }: Container, ports: ReadonlyMap<number, number>): Record<string, number> {
  const named = declared.flatMap(({ name, containerPort }) => {
    const local = ports.get(containerPort);
    return name === undefined || local === undefined ? [] : [[name, local] as const];
  });
  return Object.fromEntries(named);
}

async function projectToken(
  root: string,
  podName: string,
  template: PodTemplate,
  admission: Extract<Admission, { kind: "mutated" }>,
  issuer: Issuer,
) {
  const file = join(root, TOKEN_MOUNT_PATH, TOKEN_FILE_NAME);
  // Another container of the pod may be reading it.
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  )
    return;
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

// A port of the image's own variables becomes the one that stands for it here, as in the pod's variables.
function imageVariables({ environment = {} }: Runnable, ports: ReadonlyMap<number, number>): Record<string, string> {
  const local = (value: string) => (/^\d+$/.test(value) ? String(ports.get(Number(value)) ?? value) : value);
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, local(value)]));
}

/** Stands for a port in a container that declares none. */
const NO_PORT = -1;

async function freePorts({ ports }: Container): Promise<Map<number, number>> {
  const declared = ports.length === 0 ? [NO_PORT] : ports.map(({ containerPort }) => containerPort);
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
  return ports.get(declared ?? NO_PORT) ?? Number(environment[APP_ENVIRONMENT.port] ?? 0);
}
