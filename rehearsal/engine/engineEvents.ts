// What an engine says of a run: the steps that it took, from its event log.
import { readFileSync } from "node:fs";
import { z } from "zod";

const metadata = z.looseObject({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  keys: z.array(z.string()).nullish(),
  diffs: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});
const event = z.looseObject({
  resourcePreEvent: z.looseObject({ metadata }).optional(),
  resOutputsEvent: z.looseObject({ metadata }).optional(),
  resOpFailedEvent: z.looseObject({ metadata }).optional(),
  diagnosticEvent: z.looseObject({ urn: z.string().optional(), message: z.string(), severity: z.string() }).optional(),
});

export interface EngineStep {
  /** As Pulumi calls it: create, update, delete, replace, create-replacement, delete-replaced, same, refresh, … */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Paths of inputs that differ. */
  readonly diffs: readonly string[];
  /** Those that replace it. */
  readonly keys: readonly string[];
  readonly state: "started" | "done" | "failed";
}

export interface EngineMessage {
  readonly urn: string;
  readonly severity: string;
  readonly text: string;
}

export interface EngineEvents {
  readonly steps: readonly EngineStep[];
  readonly messages: readonly EngineMessage[];
}

/** A log that a killed engine left unfinished is read as far as it goes. */
export function readEvents(file: string): EngineEvents {
  const steps: EngineStep[] = [];
  const messages: EngineMessage[] = [];
  for (const line of linesOf(file)) {
    const parsed = event.safeParse(parseLine(line));
    if (!parsed.success) continue;
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent } = parsed.data;
    if (resourcePreEvent) steps.push(stepOf(resourcePreEvent.metadata, "started"));
    if (resOutputsEvent) steps.push(stepOf(resOutputsEvent.metadata, "done"));
    if (resOpFailedEvent) steps.push(stepOf(resOpFailedEvent.metadata, "failed"));
    if (diagnosticEvent)
      messages.push({ urn: diagnosticEvent.urn ?? "", severity: diagnosticEvent.severity, text: diagnosticEvent.message });
  }
  return { steps, messages };
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function stepOf({ op, urn, type, keys, diffs, detailedDiff }: z.infer<typeof metadata>, state: EngineStep["state"]): EngineStep {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return {
    op,
    urn,
    type,
    name,
    diffs: Object.keys(detailedDiff ?? {}).concat(detailedDiff ? [] : (diffs ?? [])),
    keys: keys ?? [],
    state,
  };
}
