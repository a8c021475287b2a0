// The parts of a report that say what it does not show.
import type { Unrehearsed } from "./chainModel";
import type { Pods } from "./pods";
import { podsNotCovered, STEP } from "./podsNotCovered";
import type { ProgramResult } from "./program/messages";
import { type Report, SECRET_OUTPUT } from "./report";
import type { StackFiles } from "./stack";

/** The stack's exports; a secret's value never leaves the rehearsal. */
export function shownOutputs({ outputs, secretOutputs }: ProgramResult): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, secretOutputs.includes(key) ? SECRET_OUTPUT : value]),
  );
}

/** Shorter values are words that stand anywhere. */
const SHORTEST_SECRET = 6;

/** The same value without any of the secrets, wherever they stand in it: mocks forget that an output is secret where the engine does not. */
export function withoutSecrets<T>(value: T, secrets: readonly string[]): T {
  const sought = secrets.filter(({ length }) => length >= SHORTEST_SECRET).map((secret) => JSON.stringify(secret).slice(1, -1));
  const text = sought.reduce((all, secret) => all.replaceAll(secret, SECRET_OUTPUT), JSON.stringify(value));
  return JSON.parse(text) as T; // The same shape: only text inside of strings has changed.
}

const VALUE = "config ";

/** How much a report leaves out, by what it is. */
export function extentOf(notCovered: Report["notCovered"]) {
  const steps = notCovered.filter(({ reason }) => reason.startsWith(STEP)).length;
  const values = notCovered.filter(({ resource }) => resource.startsWith(VALUE)).length;
  const others = notCovered.filter(({ resource, reason }) => !reason.startsWith(STEP) && !resource.startsWith(VALUE));
  return { resources: new Set(others.map(({ resource }) => resource)).size, steps, values };
}

const REGISTERED_ONLY: Readonly<Record<string, string>> = {
  "docker:index/image:Image":
    "not built as an image: the steps of its Dockerfile were performed on this machine, as far as they need Node alone",
  "aks-workload-identity:index:ExistingCluster": "assumed: one that runs, with issuer and workload identity on, stands in for it",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": "registered, not enforced: processes share this machine's network",
  "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass":
    "registered, not mounted: its identity, vault and secrets are looked at, and no CSI driver runs",
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": "registered, nothing scales",
  "kubernetes:policy/v1:PodDisruptionBudget": "registered, nothing is drained",
};

export function notCovered(
  result: ProgramResult,
  files: StackFiles,
  pods: Pods,
  unrehearsed: readonly Unrehearsed[],
  command: string | undefined,
): Report["notCovered"] {
  const registered = result.resources.flatMap(({ type, name }) => {
    const reason = REGISTERED_ONLY[type];
    return reason === undefined
      ? []
      : [
          {
            resource: `${type}::${name}`,
            reason: command !== undefined && type.startsWith("docker") ? "not built: --app stands in for it" : reason,
          },
        ];
  });
  const leftOut = unrehearsed.map(({ resource, reason }) => ({ resource, reason }));
  const standIns = files.standIns.map((key) => ({
    resource: `${VALUE}${key}`,
    reason: "encrypted in the stack's file: a stand-in took its place",
  }));
  return [...registered, ...leftOut, ...podsNotCovered(pods), ...standIns];
}
