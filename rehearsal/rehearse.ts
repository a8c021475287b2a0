// One rehearsal: the program into an emulated Azure, its pods as processes, and what came of it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Break } from "./breaks";
import { clusterStates, unrehearsed } from "./chainModel";
import { runControls } from "./controls";
import { demonstrate, holdBackLaterRoles, readyPods } from "./demonstrations";
import { findingsOf } from "./findings";
import { withHidden } from "./foreign/findings";
import { type Foreign, runForeign } from "./foreign/foreignRun";
import { readForeignStack } from "./foreign/foreignStack";
import { hostMatches } from "./network/handler";
import { startNetwork } from "./network/network";
import { engineReport, onRealEngine } from "./onEngine";
import type { PodsContext } from "./pod";
import { type PodRun, type Pods, runPods } from "./pods";
import type { PodChain, Report } from "./report";
import { notCovered, shownOutputs, withoutSecrets } from "./reportParts";
import { readStack } from "./stack";
import { PROGRAM_CLIENT, type ProgramRunner, runProgram } from "./stackProgram";
import { UsageError } from "./usageError";
import { createWorld, type World } from "./world";

export interface RehearseOptions {
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  /** The program is not this project's own: what is not emulated is left out of it and told, where it would end our own. Defaults to no. */
  readonly foreign?: Foreign | undefined;
  readonly stack: string;
  /** `key=value`, as in `pulumi config set --path`. */
  readonly set: readonly string[];
  /** A command that runs as the first container of every pod, instead of its image. */
  readonly app: string | undefined;
  readonly breakage: Break | undefined;
  /** Runs `pulumi up` on the real engine instead of the program alone; with `destroy`, `pulumi destroy` when all is seen. Defaults to no. */
  readonly engine?: { readonly destroy: boolean } | undefined;
  readonly signal: AbortSignal;
  /** Runs the program; a process of its own unless a test has Pulumi loaded already. */
  readonly program?: ProgramRunner;
  /** Told of every step when it is done. */
  onStep?(step: string, milliseconds: number): void;
}

export interface Rehearsal {
  readonly report: Report;
  readonly chains: readonly PodChain[];
  /** What each pod printed, by `namespace/name`. */
  readonly output: ReadonlyMap<string, string>;
  /** Images that were not run: a program that is built in stood in for them. `pod`: as `chains` call it. */
  readonly standIns: readonly { readonly pod: string; readonly image: string }[];
  /** How many resources the program registered, components left out. */
  readonly registered: number;
  /** Settles with the first pod that was ready and then ended by itself. */
  readonly lost: Pods["lost"];
  /** Where the named ports of each pod answer on this machine. */
  readonly ports: ReadonlyMap<string, PodRun["ports"]>;
  /** Where the token of each pod that has one lies until `close`, by the pod's name in the report. */
  readonly tokenFiles: ReadonlyMap<string, string>;
  /** What goes on until `close`, for whoever serves it to further clients. */
  readonly running: { readonly world: World; readonly context: PodsContext; readonly pods: Pods };
  /** Ends the pods and removes every file of the rehearsal. */
  close(): Promise<void>;
}

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
  const read = options.foreign === undefined ? readStack : readForeignStack;
  const files = read(options.directory, options.stack, options.set);
  const directory = await mkdtemp(join(tmpdir(), "rehearsal-"));
  closers.push(() => rm(directory, { recursive: true, force: true }));

  const world = createWorld(files, options.breakage, directory);
  const network = await startNetwork(world.hosts, {
    allow: (client, host) => client !== PROGRAM_CLIENT || world.programHosts.some((pattern) => hostMatches(pattern, host)),
  });
  closers.push(() => network.close());
  closers.push(() => world.close());
  options.signal.addEventListener("abort", () => void world.close(), { once: true });
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, network.caPem);
  const cloudMs = performance.now() - started;
  step("emulated Azure on loopback, signed in to nothing", started);

  const onEngine =
    options.engine && (await onRealEngine({ files, world, network, caFile, folder: directory, signal: options.signal }));
  if (onEngine !== undefined) closers.push(onEngine.close);
  const { foreign } = options;
  const theirs = foreign && (await runForeign(files, foreign, options, world, network, caFile));
  const result = onEngine?.result ?? theirs?.result ?? (await runProgram(files, options, world, network, caFile));
  const programMs = performance.now() - started - cloudMs;
  const registered = result.resources.filter(({ custom }) => custom).length;
  const built = await world.built();
  for (const { image, files: count, bytes, buildMs } of built)
    options.onStep?.(`image ${image} built from ${count} files, ${Math.ceil(bytes / 1024)} KiB`, buildMs);
  const how = onEngine === undefined ? "program" : `pulumi up with engine ${onEngine.version}`;
  step(
    `${how} of stack ${files.stack}: ${registered} resources ${onEngine === undefined ? "registered" : "created"}`,
    started + cloudMs,
  );

  const { breakage } = options;
  const broken = breakage?.afterwards?.(world.cloud) === true || world.breakApplied();
  if (breakage !== undefined && !broken) throw nothingBroken(breakage);

  const podsSince = performance.now();
  const states = clusterStates(world.cloud);
  holdBackLaterRoles(world.cloud, states);
  const context = {
    states,
    issuer: world.issuer,
    image: world.image,
    isOwnImage: world.isOwnImage,
    command: options.app,
    directory,
    network,
    caFile,
    holders: theirs?.holders ?? [],
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
    exchanges: world.exchanges,
  });
  if (controls.length > 0)
    step(`controls: ${controls.filter(({ refused }) => refused).length} of ${controls.length} intruders refused`, controlsSince);

  const demonstrations = await demonstrate(world.cloud, readyPods(pods), {
    signal: options.signal,
    onDone: ({ what, ok, shown }, ms) => {
      if (ok) options.onStep?.(`${what}: ${shown.join(", ")}`, ms);
    },
  });

  const left = unrehearsed(world.cloud);
  const seen = findingsOf({
    pods,
    demonstrations,
    unrehearsed: left,
    controls,
    calls: network.calls,
    exchanges: world.exchanges,
    built,
  });
  const findings = theirs === undefined ? seen : withHidden(seen, theirs.findings(pods, left));
  // A pod may be ready for a wrong reason: only one without an error has shown that its chain works. A warning is about tomorrow.
  const errors = findings.filter(({ severity }) => severity === "error");
  const works = pods.reports.length > 0 && pods.reports.every(({ ready }) => ready) && errors.length === 0;
  // Before the vaults go, which hold some of them.
  const secrets = [...world.cloud.secretValues(), ...(theirs?.secrets ?? [])];
  const engine = onEngine && (await engineReport(onEngine, options.engine?.destroy === true, step));
  const ok = works && engine?.failure == null && engine?.destroyFailure == null && (engine?.left ?? []).length === 0;
  const isPod = (client: string) => pods.reports.some(({ pod }) => client === pod);
  const report = withoutSecrets<Report>(
    {
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
      demonstrations: demonstrations.reports,
      findings,
      notCovered: [
        ...notCovered(result, files, pods, left, options.app),
        ...(theirs?.notCovered ?? []),
        ...(onEngine?.notCovered ?? []),
      ],
      engine: engine ?? null,
      timings: {
        programMs: Math.round(programMs),
        cloudMs: Math.round(cloudMs),
        appReadyMs: Math.round(pods.appReadyMs),
        firstSecretMs: Math.round(pods.firstSecretMs),
        totalMs: Math.round(performance.now() - started),
      },
    },
    secrets,
  );
  const chains = pods.templates.map(({ template, links }) => ({ pod: template.place, links }));
  const standIns = pods.templates.flatMap(({ template }) =>
    (pods.plans.get(template.declared) ?? []).flatMap(({ runs, container: { image } }) =>
      runs === "stand-in" ? [{ pod: template.place, image }] : [],
    ),
  );
  const output = new Map([...pods.runs].map(([pod, run]) => [pod, withoutSecrets(run.output, secrets)]));
  return {
    report,
    chains: withoutSecrets(chains, secrets),
    output,
    standIns: withoutSecrets(standIns, secrets),
    registered,
    lost: pods.lost,
    ports: new Map([...pods.runs].map(([pod, run]) => [pod, run.ports])),
    tokenFiles: new Map([...pods.runs].flatMap(([pod, { tokenFile }]) => (tokenFile === undefined ? [] : [[pod, tokenFile]]))),
    running: { world, context, pods },
    close,
  };
}

// A break that changes nothing would leave a chain that works, and look like one that nobody notices.
function nothingBroken({ name, needs = [] }: Break): UsageError {
  const given = needs.map((setting) => `--set ${setting}`).join(" ");
  return new UsageError(
    `--break ${name} changed nothing: the program registers nothing that it could break`,
    needs.length === 0 ? "choose another break: --break list" : `add ${given}, or choose another break: --break list`,
  );
}
