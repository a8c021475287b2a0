// What a rehearsal found, as `--json` prints it. The shape is a contract: docs/rehearsal.md describes every field.
import type { Finding, LinkCheck } from "../chain";
import type { Exchange } from "./cloud/entra";

export interface PodReport {
  /** `namespace/name`, with the cluster before it where a program has several: what `exchanges`, `calls` and `controls` call it. */
  readonly pod: string;
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  readonly mutated: boolean;
  /** Names of the variables that the webhook injected into its first container. */
  readonly env: readonly string[];
  readonly ready: boolean;
  /** Where the pod answers while the rehearsal runs; null for one that never started. */
  readonly url: string | null;
  /** In the order of their starts; none for a pod that never started. */
  readonly containers: readonly ContainerReport[];
}

export interface ContainerReport {
  readonly name: string;
  /** Whether it runs before the others. */
  readonly init: boolean;
  /** What ran: the image that the program built, the command of `--app`, a stand-in, or nothing; `notCovered` says why. */
  readonly runs: "image" | "command" | "stand-in" | "nothing";
  /** Names of the variables that the webhook injected. */
  readonly env: readonly string[];
  /** How its process had ended when the pod's readiness was settled; null for one that ran on, or never did. */
  readonly end: string | null;
}

export interface CallReport {
  readonly pod: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string | null;
}

export interface ExchangeReport extends Omit<Exchange, "client"> {
  readonly pod: string;
}

/** An attempt to get in that must be refused; `refused` false is a hole in the program's trust or in the emulation. */
export interface ControlReport {
  readonly pod: string;
  readonly control: string;
  readonly refused: boolean;
  readonly code: string | null;
}

/** What a pod does beside reading its secret, tried as a person would. */
export interface DemonstrationReport {
  readonly pod: string;
  /** `role list`, the same `with a further role`, or `blob route`. */
  readonly what: string;
  readonly ok: boolean;
  /** Roles with their scopes; or what the route answered. */
  readonly shown: readonly string[];
}

/** What the real engine did, where it ran. */
export interface EngineReport {
  readonly version: string;
  /** Why `pulumi up` ended in an error; null where it did not. */
  readonly failure: string | null;
  /** What was there after `pulumi destroy`; null where none was asked for. */
  readonly left: readonly string[] | null;
  /** Why `pulumi destroy` ended in an error; null where it did not, or none was asked for. */
  readonly destroyFailure: string | null;
  /** Names of vaults that Azure keeps for a while after they were deleted, and with them the names; null where none was asked for. */
  readonly softDeletedVaults: readonly string[] | null;
}

export interface Report {
  readonly schemaVersion: 1;
  readonly ok: boolean;
  readonly stack: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly pods: readonly PodReport[];
  readonly exchanges: readonly ExchangeReport[];
  readonly calls: readonly CallReport[];
  readonly controls: readonly ControlReport[];
  readonly demonstrations: readonly DemonstrationReport[];
  readonly findings: readonly Finding[];
  readonly notCovered: readonly { readonly resource: string; readonly reason: string }[];
  /** Null where the program ran alone. */
  readonly engine: EngineReport | null;
  readonly timings: {
    readonly programMs: number;
    readonly cloudMs: number;
    readonly appReadyMs: number;
    readonly firstSecretMs: number;
    readonly totalMs: number;
  };
}

/** The chain of one pod, for a person: it repeats what the findings say, with the links that hold. */
export interface PodChain {
  readonly pod: string;
  readonly links: readonly LinkCheck[];
}

/** Stands for the value of a secret output. */
export const SECRET_OUTPUT = "[secret]";
