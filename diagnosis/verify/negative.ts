// Starts the intruders of a workload, waits for what becomes of each, and removes them, whatever happens meanwhile.
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { V1Deployment, V1Pod } from "@kubernetes/client-node";
import { z } from "zod";
import type { StackOutputs, WorkloadOutput } from "../stackOutputs";
import type { Cluster } from "./cluster";
import { pod as podShape } from "./clusterShapes";
import { INTRUDER_LABEL, type Intruder, intruders } from "./intruder";
import { expectedOf, judged, late, outcomeOf } from "./outcome";
import { type Reading, Readings } from "./reading";
import { type Section, unknown, type VerifiedLink } from "./report";

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

async function tried(intruder: Intruder, namespace: string, cluster: Cluster, options: NegativeOptions): Promise<VerifiedLink> {
  const { signal, patienceSeconds = 90, pauseMs = 1000 } = options;
  const { link, body } = intruder;
  const name = body.metadata?.name ?? "";
  const created = await cluster.ask(
    `create pods in namespace ${namespace}`,
    z.instanceof(V1Pod),
    ({ core }) => core.createNamespacedPod({ namespace, body }),
    `create ${name}`,
  );
  if ("unread" in created) return unknown(link, expectedOf(intruder), created.unread);
  const untilMs = performance.now() + patienceSeconds * 1000;
  for (;;) {
    // Each look is a new question.
    const look = cluster.again(new Readings(signal, options.limitSeconds));
    const pod = await look.ask(`get pods in namespace ${namespace}`, podShape, ({ core }) =>
      core.readNamespacedPod({ namespace, name }),
    );
    const outcome = "value" in pod ? await outcomeOf(pod.value, intruder, look) : undefined;
    if (outcome !== undefined) return judged(outcome, intruder, `${namespace}/${name}`);
    if (performance.now() > untilMs) return late(pod, intruder, patienceSeconds);
    await delay(pauseMs, undefined, { signal });
  }
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
