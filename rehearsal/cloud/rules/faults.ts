// Failures that a test asks for, by type of resource: at the nth call, or at a share of all calls that is the same ones in every run.
import { createHash } from "node:crypto";
import { AzureError } from "../azureError";
import type { Operation, OperationRule, Verb } from "../operations";

export interface Fault {
  /** Default: every verb but `read` and `call`. */
  readonly verb?: Verb | readonly Verb[];
  /** Of `Microsoft.KeyVault/vaults` or `kubernetes:apps/v1:Deployment`: the whole text, in any case; `*` is any part of it. */
  readonly type: string;
  /** Of the id, in the same way. Default: any. */
  readonly id?: string;
  /** The call that fails, counted from 1 among those that match. */
  readonly nth?: number;
  /** The share of calls that fail, from 0 to 1. Without `nth` and `rate` all of them do. */
  readonly rate?: number;
  /** Which calls a rate picks: another text picks others. Defaults to the empty one. */
  readonly seed?: string;
  /** `after`: Azure has done it, and the answer says that it has not. Default: `before`, and nothing is done. */
  readonly when?: "before" | "after";
  /** Default: 500 InternalServerError. */
  readonly error?: AzureError;
}

export interface Faults extends OperationRule {
  /** What has failed, oldest first. */
  readonly failed: readonly Operation[];
}

/** As Resource Manager says it: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors - the words are ours. */
function serverError(): AzureError {
  return new AzureError(
    500,
    "InternalServerError",
    "The server encountered an internal error and was unable to complete your request.",
  );
}

export function faults(given: readonly Fault[]): Faults {
  const failed: Operation[] = [];
  const counts = new Map<Fault, number>();
  // An answer that gets lost is decided when its operation is accepted: one that fails on its own is not counted twice.
  const lost = new Map<Operation, AzureError>();
  return {
    failed,
    before(operation) {
      for (const fault of given.filter((each) => matches(each, operation))) {
        const count = (counts.get(fault) ?? 0) + 1;
        counts.set(fault, count);
        if (!isDue(fault, count)) continue;
        const error = fault.error ?? serverError();
        if (fault.when === "after") {
          lost.set(operation, error);
          continue;
        }
        failed.push(operation);
        throw error;
      }
    },
    after(operation) {
      const error = lost.get(operation);
      lost.delete(operation);
      if (error === undefined) return;
      failed.push(operation);
      throw error;
    },
  };
}

function matches({ verb, type, id = "*" }: Fault, operation: Operation): boolean {
  const verbs = verb === undefined ? ["create", "update", "delete"] : [verb].flat();
  return verbs.includes(operation.verb) && pattern(type).test(operation.type) && pattern(id).test(operation.id);
}

function pattern(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}

function isDue({ nth, rate, seed = "", type }: Fault, count: number): boolean {
  if (nth !== undefined) return count === nth;
  if (rate === undefined) return true;
  const chance = createHash("sha256").update(`${seed}|${type}|${count}`).digest().readUInt32BE(0) / 0x1_0000_0000;
  return chance < rate;
}
