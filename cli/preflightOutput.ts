// What a preflight found, for a person and as JSON.

import type { Status } from "../diagnosis/preflight/outcome";
import type { Plan } from "../diagnosis/preflight/plan";
import type { Preflight } from "../diagnosis/preflight/preflight";
import { shown } from "../diagnosis/redact";
import { paint } from "./paint";

export interface Shown extends Preflight {
  readonly stack: string;
  /** How Azure was signed in to. */
  readonly how: string;
  readonly subscriptionId: string;
  readonly plan: Pick<Plan, "resources">;
  readonly emulated: boolean;
}

const STYLES = { PASS: "green", FAIL: "red", UNKNOWN: "yellow" } as const;

export function preflightDocument({ stack, how, subscriptionId, emulated, checks, notChecked }: Shown): object {
  return {
    schemaVersion: 1,
    ok: checks.every(({ status }) => status !== "FAIL"),
    stack,
    emulated,
    signedIn: how,
    subscriptionId,
    checks: checks.map(({ check, status, seen, fix, source }) => ({
      check,
      status,
      seen: shown(seen),
      fix: fix ?? null,
      source,
    })),
    notChecked,
  };
}

export function printPreflight(
  { stack, how, subscriptionId, plan, emulated, checks, notChecked }: Shown,
  milliseconds: number,
): void {
  if (emulated)
    console.log(
      paint("bold", "Against the emulated Azure of this machine: nothing here says anything about a real subscription.\n"),
    );
  console.log(
    `Stack ${stack} would create ${plan.resources.length} resources in Azure. Subscription ${subscriptionId}, signed in ${how}.\n`,
  );
  const width = Math.max(...checks.map(({ check }) => check.length));
  for (const { check, status, seen, fix, source } of checks) {
    console.log(`${paint(STYLES[status], status.padEnd(7))}  ${check.padEnd(width)}  ${shown(seen)}`);
    const indent = " ".repeat(width + 11);
    if (fix !== undefined) console.log(`${indent}fix: ${shown(fix)}`);
    if (status !== "PASS") console.log(paint("dim", `${indent}see: ${source}`));
  }
  for (const { what, reason } of notChecked) console.log(paint("dim", `not checked: ${shown(what)}: ${shown(reason)}`));
  const count = (wanted: Status) => checks.filter(({ status }) => status === wanted).length;
  const numbers = (["PASS", "FAIL", "UNKNOWN"] as const).map((status) => `${count(status)} ${status}`).join(", ");
  console.log(`\n${paint("bold", numbers)} in ${(milliseconds / 1000).toFixed(2)} s.`);
}
