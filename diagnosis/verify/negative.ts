// Starts the intruders of a workload, waits for what becomes of each, and removes them, whatever happens meanwhile.
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { V1Deployment, V1Pod } from "@kubernetes/client-node";
import { z } from "zod";
import { type Code, codeIn, finding, isCode, POD_ENVIRONMENT } from "../../chain";
import type { StackOutputs, WorkloadOutput } from "../stackOutputs";
import type { Cluster } from "./cluster";
import { type AppStatus, isReady, type Pod, pod as podShape, whyNotReady } from "./clusterShapes";
import { INTRUDER_LABEL, type Intruder, intruders } from "./intruder";
import { type Reading, Readings } from "./reading";
import { broken, holds, type Section, unknown, type VerifiedLink } from "./report";

export interface NegativeTimes {
  /** How long an intruder may take to be refused, in seconds. Default 90: an image may have to be pulled. */
  readonly patienceSeconds?: number;
  /** Between two looks at it, in milliseconds. Default 1000. */
  readonly pauseMs?: number;
}

export interface NegativeOptions extends NegativeTimes {
  readonly chain: StackOutputs["chain"];
  readonly signal: AbortSignal;
  /** The longest that one answer may take, in seconds. */
  readonly limitSeconds: number;
}

const REFUSED: Code = "AADSTS700213";
/** What an application says that was given nothing to sign in with. */
const WITHOUT_TOKEN: readonly Code[] = ["PodNotMutated", "TokenFileMissing"];

export async function negativeSection(
  key: string,
  output: WorkloadOutput,
  cluster: Cluster,
  options: NegativeOptions,
): Promise<Section> {
  const name = `intruders of workload ${key}`;
  const { namespace, serviceAccount } = output;
  const [deployments, account] = await Promise.all([cluster.deployments(namespace), otherAccount(output, cluster, options)]);
  const stop = (what: { readonly unread: { readonly reason: string; readonly right: string } }): Section => ({
    kind: "intruders",
    name,
    links: [unknown("intruders", "refused", what.unread)],
  });
  if ("unread" in deployments) return stop(deployments);
  if ("unread" in account) return stop(account);
  const own = deployments.value.find(({ spec }) => spec.template.spec?.serviceAccountName === serviceAccount);
  if (own === undefined) return stop({ unread: { reason: "there is no Deployment whose pods they could look like", right: "" } });
  const whole = await cluster.ask(
    `get deployments.apps ${own.metadata.name} in namespace ${namespace}`,
    z.instanceof(V1Deployment),
    ({ apps }) => apps.readNamespacedDeployment({ namespace, name: own.metadata.name }),
  );
  if ("unread" in whole) return stop(whole);
  const run = randomBytes(4).toString("hex");
  const all = intruders(whole.value, output, account.value, run);
  let links: VerifiedLink[] = [];
  let left: VerifiedLink[] = [];
  try {
    links = await Promise.all(all.map((intruder) => tried(intruder, namespace, cluster, options)));
  } finally {
    left = await removed(all, namespace, run, cluster, options.limitSeconds);
    // After an interruption nobody prints the report.
    if (options.signal.aborted) for (const { found } of left) console.error(found);
  }
  return { kind: "intruders", name, links: [...links, ...left] };
}

/** One that no workload of the stack has: the namespace's default, where that is nobody's. */
async function otherAccount(
  { namespace }: WorkloadOutput,
  cluster: Cluster,
  { chain }: NegativeOptions,
): Promise<Reading<string>> {
  const accounts = await cluster.serviceAccounts(namespace);
  if ("unread" in accounts) return accounts;
  const taken = Object.values(chain).flatMap((each) => (each.namespace === namespace ? [each.serviceAccount] : []));
  const free = accounts.value.map(({ metadata }) => metadata.name).filter((name) => !taken.includes(name));
  const chosen = free.includes("default") ? "default" : free[0];
  if (chosen !== undefined) return { value: chosen };
  return {
    unread: {
      reason: `namespace ${namespace} has no ServiceAccount but those of the stack's workloads`,
      right: "another ServiceAccount",
    },
  };
}

async function tried(
  { link, hasToken, body }: Intruder,
  namespace: string,
  cluster: Cluster,
  options: NegativeOptions,
): Promise<VerifiedLink> {
  const { signal, patienceSeconds = 90, pauseMs = 1000 } = options;
  const expected = hasToken ? `refused with ${REFUSED}` : "no token";
  const created = await cluster.ask(
    `create pods in namespace ${namespace}`,
    z.instanceof(V1Pod),
    ({ core }) => core.createNamespacedPod({ namespace, body }),
    `create ${body.metadata?.name}`,
  );
  if ("unread" in created) return unknown(link, expected, created.unread);
  const name = body.metadata?.name ?? "";
  const untilMs = performance.now() + patienceSeconds * 1000;
  for (;;) {
    // Each look is a new question.
    const looks = new Readings(signal, options.limitSeconds);
    const look = cluster.again(looks);
    const pod = await look.ask(`get pods in namespace ${namespace}`, podShape, ({ core }) =>
      core.readNamespacedPod({ namespace, name }),
    );
    const outcome = "value" in pod ? await outcomeOf(pod.value, hasToken, look) : undefined;
    if (outcome !== undefined) return judged(outcome, link, expected, namespace, name, hasToken);
    if (performance.now() > untilMs) return late(pod, link, expected, hasToken, patienceSeconds);
    await delay(pauseMs, undefined, { signal });
  }
}

type Outcome = { readonly in: string } | { readonly code: Code };

/** Undefined: nothing is to be seen yet. */
async function outcomeOf(pod: Pod, hasToken: boolean, cluster: Cluster): Promise<Outcome | undefined> {
  if (!hasToken && tokenOf(pod)) return { in: "it was given a token" };
  const status = pod.status.phase === "Running" ? await cluster.status(pod) : undefined;
  if (status !== undefined && "value" in status) return fromStatus(status.value);
  const { namespace, name } = pod.metadata;
  const log = await cluster.ask(`get pods/log in namespace ${namespace}`, z.string(), ({ core }) =>
    core.readNamespacedPodLog({
      namespace,
      name,
      ...(pod.spec.containers[0] === undefined ? {} : { container: pod.spec.containers[0].name }),
    }),
  );
  const code = "value" in log ? codeIn(log.value) : undefined;
  return code === undefined ? undefined : { code };
}

function fromStatus({ ok, links }: AppStatus): Outcome | undefined {
  if (ok || links.some((link) => link.name === "token exchange" && link.ok === true))
    return { in: "its own status says that it got a token" };
  const code = links.find((link) => link.ok === false)?.code;
  return code != null && isCode(code) ? { code } : undefined;
}

function tokenOf({ spec }: Pod): boolean {
  const variable = spec.containers.some(({ env }) => env.some(({ name }) => name === POD_ENVIRONMENT.tokenFile));
  return (
    variable &&
    spec.volumes.some(
      ({ projected }) => projected?.sources.some(({ serviceAccountToken }) => serviceAccountToken !== undefined) === true,
    )
  );
}

function judged(
  outcome: Outcome,
  link: string,
  expected: string,
  namespace: string,
  name: string,
  hasToken: boolean,
): VerifiedLink {
  if ("in" in outcome) {
    const place = { resource: `pod ${namespace}/${name}`, property: "access", expected, actual: `IT GOT IN: ${outcome.in}` };
    return broken(link, finding("WI196", place));
  }
  const { code } = outcome;
  if (hasToken ? code === REFUSED : WITHOUT_TOKEN.includes(code))
    return holds(link, expected, hasToken ? `refused with ${code}` : `no token (${code})`);
  return unknown(link, expected, {
    reason: `it was refused, but with ${code}: for another reason than the one that is to be shown`,
    right: "a chain that works without it",
  });
}

/** A pod without label, variables and volume has nothing to sign in with, whatever it says itself. */
function late(pod: Reading<Pod>, link: string, expected: string, hasToken: boolean, patienceSeconds: number): VerifiedLink {
  if ("unread" in pod) return unknown(link, expected, pod.unread);
  if (!hasToken && pod.value.status.phase !== "Pending") return holds(link, expected, "no token: neither variables nor volume");
  const state = isReady(pod.value) ? "Ready" : whyNotReady(pod.value);
  const reason = `within ${patienceSeconds} seconds neither its status nor its log said whether it was refused (${state})`;
  return unknown(link, expected, { reason, right: "an application that serves GET /api/status or logs the codes of Entra ID" });
}

/** Also those whose creation was not answered. Not the signal of the command: this is what an interruption waits for. */
async function removed(
  all: readonly Intruder[],
  namespace: string,
  run: string,
  cluster: Cluster,
  limitSeconds: number,
): Promise<VerifiedLink[]> {
  const look = cluster.again(new Readings(new AbortController().signal, limitSeconds));
  const gone = await Promise.all(
    all.map(async ({ body }) => {
      const name = body.metadata?.name ?? "";
      const deleted = await look.ask(
        `delete pods in namespace ${namespace}`,
        z.unknown(),
        ({ core }) => core.deleteNamespacedPod({ namespace, name }),
        name,
      );
      return "value" in deleted || deleted.unread.status === 404 ? [] : [deleted.unread];
    }),
  );
  const [problem] = gone.flat();
  if (problem === undefined) return [];
  const command = `kubectl delete pod --namespace ${namespace} --selector ${INTRUDER_LABEL}=${run}`;
  return [
    {
      link: "intruders removed",
      state: "broken",
      expected: "both gone",
      found: `${problem.reason}; remove them yourself: ${command}`,
      needs: problem.right,
    },
  ];
}
