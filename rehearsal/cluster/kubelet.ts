// Runs admitted pods as processes of this machine and watches them become ready.
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { APP_ENVIRONMENT, POD_ENVIRONMENT, serviceAccountSubject, TOKEN_FILE_NAME, TOKEN_MOUNT_PATH } from "../../chain";
import type { Issuer } from "../cloud/oidc";
import type { Call, Network } from "../network/network";
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
  /** `namespace/name`, the name under which the network logs its calls. */
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
  const client = `${template.namespace}/${name}`;
  const root = join(options.directory, template.namespace, name);
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

export interface Readiness {
  readonly ready: boolean;
  /** From the start of the process to its first answer, and to its first ready answer. */
  readonly listeningMs: number | undefined;
  readonly readyMs: number | undefined;
}

const PROBE_MS = 15;
const CHALLENGE = "Unauthorized";
/** How long a pod that does not become ready is given, from the last thing that it was seen to do. */
const QUIET_AFTER_REFUSAL_MS = 300;
const QUIET_MS = 8000;
const LIMIT_MS = 30_000;

/**
 * Probes a pod until it is ready, ends, or shows that it will not be: it was refused and has gone quiet, or does nothing for eight seconds.
 *
 * A cluster would go on probing; here a wrong program should be told so within a second.
 */
export async function waitUntilReady(
  pod: Pod,
  calls: Network["calls"],
  expectsCalls: boolean,
  signal: AbortSignal,
): Promise<Readiness> {
  const path = pod.template.containers[0]?.readinessProbe?.httpGet?.path ?? "/";
  let listeningMs: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const status = await probe(`${pod.url}${path}`);
    const now = performance.now();
    if (status !== undefined) listeningMs ??= now - pod.startedMs;
    if (status !== undefined && status >= 200 && status < 400) return { ready: true, listeningMs, readyMs: now - pod.startedMs };
    const own = calls.filter(({ client }) => client === pod.client);
    const lastCall = own.at(-1);
    const quietMs = Math.min(
      now - pod.startedMs - (listeningMs ?? 0),
      lastCall === undefined ? Number.POSITIVE_INFINITY : Date.now() - lastCall.startedMs - lastCall.durationMs,
    );
    const refused = listeningMs !== undefined && (isRefused(own) || !expectsCalls);
    const givenUp = quietMs > (refused ? QUIET_AFTER_REFUSAL_MS : QUIET_MS) || now - pod.startedMs > LIMIT_MS;
    if (pod.process.end !== undefined || givenUp) return { ready: false, listeningMs, readyMs: undefined };
    await delay(PROBE_MS);
  }
}

// A throttled or failed call is tried again soon and says nothing. A vault's challenge is how a sign-in begins; the same one a second time
// is how one ends that never got as far as asking for a token.
function isRefused(calls: readonly Call[]): boolean {
  const last = calls.at(-1);
  if (last === undefined || last.status < 400 || last.status === 429 || last.status >= 500) return false;
  const challenges = calls.filter(({ path, code }) => code === CHALLENGE && path === last.path);
  return last.code !== CHALLENGE || challenges.length > 1;
}

function probe(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request(url, { agent: false, timeout: 1000 }, (response) => {
      response.resume();
      response.once("close", () => resolve(response.statusCode));
    });
    sent.once("timeout", () => sent.destroy());
    sent.once("error", () => resolve(undefined));
    sent.end();
  });
}
