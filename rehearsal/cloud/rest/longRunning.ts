// Writes that Azure accepts at once and finishes later: what is under way, and how a caller asks whether it is done.
// https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { EmulatedResponse } from "../../network/handler";
import type { Clock } from "../operations";
import type { AzureResource } from "../resourceManager";
import { refusal } from "./answers";

/** A resource that is being created, changed or deleted, as a reader sees it meanwhile. */
export interface UnderWay {
  readonly resource: AzureResource;
  /** Its `provisioningState`. */
  readonly state: string;
}

/** What is done: the answer that the call itself would have been. */
type Outcome = { readonly answer: EmulatedResponse } | { readonly refused: EmulatedResponse };

interface LongOperation {
  readonly id: string;
  readonly startedMs: number;
  readonly done: Promise<Outcome>;
  outcome?: Outcome;
  endedMs?: number;
}

export class LongRunning {
  readonly #clock: Clock;
  readonly #operations = new Map<string, LongOperation>();
  readonly #underWay = new Map<string, UnderWay>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  at(id: string): UnderWay | undefined {
    return this.#underWay.get(id.toLowerCase());
  }

  all(): readonly UnderWay[] {
    return [...this.#underWay.values()];
  }

  /** The answer, if the work needs no time; else the id of the operation that goes on. A refusal at once is thrown. */
  async start(work: () => Promise<EmulatedResponse>, meanwhile: () => UnderWay): Promise<EmulatedResponse | string> {
    const startedMs = this.#clock.now();
    const running = work();
    const done: Promise<Outcome> = running.then(
      (answer) => ({ answer }),
      // A mistake of the emulation must not end the process that serves it: it shows as the operation's error.
      (error: unknown) => ({ refused: refusalOrFailure(error) }),
    );
    const operation: LongOperation = { id: randomUUID(), startedMs, done };
    // What takes no time is done before the next turn of the event loop.
    if ((await Promise.race([done, setImmediate(undefined)])) !== undefined) return running;
    const underWay = meanwhile();
    const key = underWay.resource.id.toLowerCase();
    this.#operations.set(operation.id, operation);
    this.#underWay.set(key, underWay);
    void done.then((outcome) => {
      operation.outcome = outcome;
      operation.endedMs = this.#clock.now();
      // A later operation on the same resource has its own state.
      if (this.#underWay.get(key) === underWay) this.#underWay.delete(key);
    });
    return operation.id;
  }

  /** What `Azure-AsyncOperation` answers. Undefined: there is no such operation. */
  status(id: string, path: string): EmulatedResponse | undefined {
    const operation = this.#operations.get(id);
    if (operation === undefined) return undefined;
    const { startedMs, endedMs, outcome } = operation;
    const time = (milliseconds: number) => new Date(milliseconds).toISOString();
    const status = outcome === undefined ? "InProgress" : "answer" in outcome ? "Succeeded" : "Failed";
    const ended = endedMs === undefined ? {} : { endTime: time(endedMs) };
    const refused = outcome !== undefined && "refused" in outcome ? outcome.refused.body : undefined;
    const error = typeof refused === "object" ? refused : {};
    return { status: 200, body: { id: path, name: id, status, startTime: time(startedMs), ...ended, ...error } };
  }

  /** What `Location` answers: 202 until it is done, then what the call itself would have answered. */
  result(id: string): EmulatedResponse | undefined {
    const operation = this.#operations.get(id);
    if (operation === undefined) return undefined;
    const { outcome } = operation;
    if (outcome === undefined) return { status: 202 };
    if ("refused" in outcome) return outcome.refused;
    return outcome.answer.status === 204 ? { status: 204 } : { ...outcome.answer, status: 200 };
  }
}

function refusalOrFailure(error: unknown): EmulatedResponse {
  try {
    return refusal(error);
  } catch {
    const message = `The emulation failed: ${error instanceof Error ? error.message : String(error)}`;
    return { status: 500, body: { error: { code: "EmulationError", message } }, code: "EmulationError" };
  }
}
