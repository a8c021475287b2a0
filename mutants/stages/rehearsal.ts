// What the rehearsal finds: as `npm run rehearse` does, with a process for each pod.
import { findBreak } from "../../rehearsal/breaks";
import type { ReferenceOption } from "../../rehearsal/foreign/references";
import { rehearse } from "../../rehearsal/rehearse";
import { UsageError } from "../../rehearsal/usageError";
import type { Observation } from "../verdict";
import { inOneProcess } from "./oneProcess";

export interface Rehearsed {
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  /** Whether it is the repository's own program. */
  readonly own: boolean;
  /** Stacks that the program reads, in the order in which they are rehearsed. */
  readonly references: readonly ReferenceOption[];
  readonly stack: string;
  readonly set: readonly string[];
  readonly app: string | undefined;
  readonly breakage: string | undefined;
  readonly signal: AbortSignal;
}

export async function rehearsed({ own, references, breakage, ...rest }: Rehearsed): Promise<Observation> {
  try {
    const { report, close } = await rehearse({
      ...rest,
      breakage: breakage === undefined ? undefined : findBreak(breakage),
      program: inOneProcess,
      foreign: own ? undefined : { references, environment: {} },
    });
    await close();
    const findings = report.findings.map(({ rule, resource, severity }) => ({ rule, resource, severity }));
    const said = findings.some(({ severity }) => severity === "error");
    return { findings, ...(report.ok || said ? {} : { refusal: "the rehearsal is not ok, and has no finding that says why" }) };
  } catch (error) {
    // A program that does not run is an answer as well; anything else is our own failure.
    if (!(error instanceof UsageError)) throw error;
    return { findings: [], refusal: error.message };
  }
}
