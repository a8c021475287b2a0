// One rehearsal: the program into an emulated Azure, its pods as processes, and what came of it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Break } from "./breaks";
import { clusterStates, clusters } from "./chainModel";
import { EmulatedCloud } from "./cloud/emulatedCloud";
import type { Exchange } from "./cloud/entra";
import { azureHosts } from "./cloud/hosts";
import { Issuer } from "./cloud/oidc";
import { TokenSigner } from "./cloud/tokens";
import { rehearsalVariables } from "./cluster/environment";
import { type Runnable, runnableFrom } from "./cluster/imageCommand";
import { runControls } from "./controls";
import { chainsOf, findingsOf } from "./findings";
import { type Network, startNetwork } from "./network/network";
import { runPods } from "./pods";
import { startProgram } from "./program/run";
import type { PodChain, Report } from "./report";
import { notCovered, shownOutputs } from "./reportParts";
import { readStack, type StackFiles } from "./stack";

export interface RehearseOptions {
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
  /** `key=value`, as in `pulumi config set --path`. */
  readonly set: readonly string[];
  /** A command that runs as every container, instead of the images. */
  readonly app: string | undefined;
  readonly breakage: Break | undefined;
  readonly signal: AbortSignal;
  /** Told of every step when it is done. */
  onStep?(step: string, milliseconds: number): void;
}

export interface Rehearsal {
  readonly report: Report;
  readonly chains: readonly PodChain[];
  /** What each pod printed, by `namespace/name`. */
  readonly output: ReadonlyMap<string, string>;
  /** Ends the pods and removes every file of the rehearsal. */
  close(): Promise<void>;
}

/** The client as which the program itself uses the network: it may sign in to a registry and nothing else. */
const PROGRAM_CLIENT = "program";
const EMULATED_TENANT = "11111111-1111-4111-8111-111111111111";
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

/**
 * Runs a stack's program offline with its pods. They keep running until `close`.
 *
 * Throws a `UsageError` for wrong use and for a program that does not run; a chain that does not work is a report, not an error.
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await run(options, closers, close);
  } catch (error) {
    await close();
    throw options.signal.aborted ? options.signal.reason : error;
  }
}

async function run(options: RehearseOptions, closers: (() => Promise<void>)[], close: () => Promise<void>): Promise<Rehearsal> {
  const started = performance.now();
  const step = (name: string, since: number) => options.onStep?.(name, performance.now() - since);
  const files = readStack(options.directory, options.stack, options.set);
  const directory = await mkdtemp(join(tmpdir(), "rehearsal-"));
  closers.push(() => rm(directory, { recursive: true, force: true }));

  const world = createWorld(files, options);
  const network = await startNetwork(world.hosts, {
    allow: (client, host) => client !== PROGRAM_CLIENT || host.endsWith(".azurecr.io"),
  });
  closers.push(() => network.close());
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, network.caPem);
  const cloudMs = performance.now() - started;
  step("emulated Azure on loopback, signed in to nothing", started);

  const result = await runProgram(files, options, world.cloud, network, caFile);
  const programMs = performance.now() - started - cloudMs;
  step(
    `program of stack ${files.stack}: ${result.resources.filter(({ custom }) => custom).length} resources registered`,
    started + cloudMs,
  );

  const podsSince = performance.now();
  const states = clusterStates(world.cloud);
  const runnable = (image: string) => world.runnable(image);
  const context = {
    states,
    issuer: world.issuer,
    runnable,
    command: options.app,
    directory,
    network,
    caFile,
    projectDirectory: files.directory,
  };
  const pods = await runPods(context, closers, options.signal);
  step(`pods: ${pods.reports.length} run, ${pods.reports.filter(({ ready }) => ready).length} ready`, podsSince);

  const controlsSince = performance.now();
  const controls = await runControls({
    states,
    pods,
    entra: world.entra,
    issuer: world.issuer,
    foreign: world.foreign,
    tenantId: world.cloud.tenantId,
  });
  if (controls.length > 0)
    step(`controls: ${controls.filter(({ refused }) => refused).length} of ${controls.length} intruders refused`, controlsSince);

  const chains = chainsOf(pods);
  const findings = findingsOf({ chains, pods, controls, calls: network.calls, exchanges: world.exchanges });
  const ok = pods.reports.length > 0 && pods.reports.every(({ ready }) => ready) && controls.every(({ refused }) => refused);
  const isPod = (client: string) => pods.reports.some(({ namespace, name }) => client === `${namespace}/${name}`);
  const report: Report = {
    schemaVersion: 1,
    ok,
    stack: files.stack,
    outputs: shownOutputs(result),
    pods: pods.reports,
    exchanges: world.exchanges.filter(({ client }) => isPod(client)).map(({ client, ...rest }) => ({ pod: client, ...rest })),
    calls: network.calls
      .filter(({ client }) => isPod(client))
      .map(({ client, host, method, path, status, code }) => ({ pod: client, host, method, path, status, code })),
    controls,
    findings,
    notCovered: notCovered(result, files, pods, options.app),
    timings: {
      programMs: Math.round(programMs),
      cloudMs: Math.round(cloudMs),
      appReadyMs: Math.round(pods.appReadyMs),
      firstSecretMs: Math.round(pods.firstSecretMs),
      totalMs: Math.round(performance.now() - started),
    },
  };
  return { report, chains, output: pods.output, close };
}

function createWorld(files: StackFiles, options: RehearseOptions) {
  const now = () => Date.now();
  const signer = new TokenSigner(now);
  const issuers = new Map<string, Issuer>();
  const exchanges: Exchange[] = [];
  const built = new Map<string, ReturnType<typeof runnableFrom>>();
  const subscriptionId = files.config["azure-native:subscriptionId"] ?? NO_SUBSCRIPTION;
  const intercept = options.breakage?.steps;
  const cloud: EmulatedCloud = new EmulatedCloud({
    tenantId: files.config["azure-native:tenantId"] ?? EMULATED_TENANT,
    subscriptionId,
    defaultLocation: files.config["azure-native:location"],
    seed: `${files.project}/${files.stack}`,
    now,
    deployerToken: (audience) =>
      signer.issue({ tenantId: cloud.tenantId, audience, clientId: "deployer", principalId: "deployer" }),
    ...(intercept === undefined
      ? {}
      : {
          intercept: (registration, at) =>
            intercept.reduce<typeof registration | undefined>((changed, apply) => changed && apply(changed, at), registration),
        }),
    // The application is built while the program still runs.
    onImage: ({ context }) => void build(context),
  });
  const build = (context: string) => {
    const folder = resolve(files.directory, context);
    const running = built.get(folder) ?? runnableFrom(folder);
    built.set(folder, running);
    return running;
  };
  const issuer = (url: string) => {
    const found = issuers.get(url) ?? new Issuer(url, now);
    issuers.set(url, found);
    return found;
  };
  // Same region and tenant, another cluster: what a stranger's ServiceAccount of the same name would present.
  const foreign = new Issuer(
    `https://westeurope.oic.prod-aks.azure.com/${cloud.tenantId}/00000000-0000-4000-8000-000000000000/`,
    now,
  );
  const nodeIdentities = () =>
    clusters(cloud).flatMap(({ kubelet }) => cloud.identities().filter(({ id }) => id.toLowerCase() === kubelet?.toLowerCase()));
  const known = () => [
    ...clusters(cloud).flatMap(({ link }) => (link.issuer === undefined ? [] : [issuer(link.issuer)])),
    foreign,
  ];
  const hosts = azureHosts({
    view: cloud,
    issuers: known,
    signer,
    nodeIdentities,
    onExchange: (exchange) => exchanges.push(exchange),
  });
  const entra = hosts.find(({ pattern }) => pattern.startsWith("login."));
  if (entra === undefined) throw new Error("the emulated Azure has no token endpoint");
  const runnable = async (image: string): Promise<Runnable | { readonly problem: string } | undefined> => {
    const pushed = cloud.images.find(image);
    return pushed === undefined ? undefined : build(pushed.context);
  };
  return { cloud, hosts, entra, exchanges, issuer, foreign, runnable };
}

async function runProgram(
  files: StackFiles,
  { signal }: RehearseOptions,
  cloud: EmulatedCloud,
  network: Network,
  caFile: string,
) {
  const { project, stack, config, secretKeys, directory, main } = files;
  const settings = { project, stack, preview: false, config, secretKeys };
  const compileCache = join(__dirname, "..", "node_modules", ".cache", "rehearsal");
  const environment = { ...rehearsalVariables(network.clientUrl(PROGRAM_CLIENT), caFile), NODE_COMPILE_CACHE: compileCache };
  return startProgram({ directory, main, settings, environment, signal }).run(cloud);
}
