// Every call of the control plane, whatever front it came through: how long it takes, what runs beside it, and what Azure refuses before it looks.
export type Verb = "create" | "update" | "read" | "delete" | "call";

export interface Operation {
  readonly verb: Verb;
  /** Resource Manager's type, or a Pulumi type of what lies outside Resource Manager: `kubernetes:core/v1:Service`, `azuread:index/application:Application`. */
  readonly type: string;
  /** Resource id; for what is created outside Resource Manager, and has none yet, its name. */
  readonly id: string;
  /** `type::name` of the Pulumi resource, or what else asks. */
  readonly declared: string;
  /** What was sent with it, in the words of whoever sent it; undefined where nothing was. */
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** A part of Azure's behaviour that is no property of one type. */
export interface OperationRule {
  /** Throws what Azure answers instead. `running` are the operations that were accepted and are not done. */
  before?(operation: Operation, running: readonly Operation[]): void;
  /** How long it takes from acceptance to its end, in milliseconds of the clock. The longest of all rules counts. */
  durationMs?(operation: Operation): number;
  /** Told when it has worked. */
  after?(operation: Operation): void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** This machine's time. */
export const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export class Operations {
  readonly #running = new Set<Operation>();
  readonly #rules: OperationRule[];

  constructor(
    readonly clock: Clock = REAL_CLOCK,
    rules: readonly OperationRule[] = [],
  ) {
    this.#rules = [...rules];
  }

  /** A further rule, until the returned function is called. */
  add(rule: OperationRule): () => void {
    this.#rules.push(rule);
    return () => {
      const index = this.#rules.indexOf(rule);
      if (index >= 0) this.#rules.splice(index, 1);
    };
  }

  get running(): readonly Operation[] {
    return [...this.#running];
  }

  async perform<T>(operation: Operation, work: () => T | Promise<T>): Promise<T> {
    for (const rule of [...this.#rules]) rule.before?.(operation, this.running);
    this.#running.add(operation);
    try {
      const durationMs = Math.max(0, ...this.#rules.map((rule) => rule.durationMs?.(operation) ?? 0));
      if (durationMs > 0) await this.clock.sleep(durationMs);
      const result = await work();
      for (const rule of [...this.#rules]) rule.after?.(operation);
      return result;
    } finally {
      this.#running.delete(operation);
    }
  }
}
