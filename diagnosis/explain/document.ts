// Inputs that are more than lines: the application's status, a rehearsal's report, and objects of Kubernetes, in JSON or YAML.

import { isMap, parseAllDocuments } from "yaml";
import { z } from "zod";
import { type EntryId, entryOf, isCode, isEntryId, type Presented, type RecognisedError, recognise } from "../../chain";
import { jsonOf } from "../../rehearsal/asking";
import { describedPods } from "./describedPods";
import { isPodObject, type PodFacts, podErrors, podFactsOf } from "./pods";

/** An error with what a structured input says beyond its code. */
export interface Evidence extends RecognisedError {
  /** From 1; 0 where what it is read from has no lines that count. */
  readonly firstLine: number;
  /** The mistakes that the input itself points to; they come before the usual ones. */
  readonly mistakes?: readonly EntryId[];
  /** What exactly was found, as a sentence's end. */
  readonly seen?: string;
}

export interface DocumentReading {
  readonly kind: string;
  readonly errors: readonly Evidence[];
  /** Its lines may say what none of its fields does. */
  readonly alsoLines: boolean;
  /** Whether it would say what is wrong: without an error, nothing is. */
  readonly conclusive: boolean;
}

/** Larger inputs are read as lines only. */
export const LARGEST_DOCUMENT = 4 * 1024 * 1024;

/** Undefined for a text that is none of these. */
export function readDocument(text: string): DocumentReading | undefined {
  const id = text.trim();
  if (isEntryId(id))
    return {
      kind: "id of the catalogue",
      alsoLines: false,
      conclusive: false,
      errors: [{ code: entryOf(id).code, presented: {}, lines: 1, firstLine: 0, mistakes: [id] }],
    };
  const pods = describedPods(text);
  if (pods.length > 0)
    return {
      kind: "kubectl describe pod",
      alsoLines: true,
      conclusive: pods.every(isQuiet),
      errors: pods.flatMap((pod) => podErrors(pod, pods.length === 1)),
    };
  const value = parsed(text);
  if (value === undefined) return undefined;
  return status(value) ?? report(value) ?? objects(value);
}

function parsed(text: string): unknown {
  const start = text.trimStart().slice(0, 200);
  if (/^[[{]/.test(start)) return jsonOf(text);
  if (!/^(---\s*\n\s*)?(apiVersion|kind|items|metadata):/.test(start)) return undefined;
  const values = yamlMaps(text);
  return values.length === 0 ? undefined : values.length === 1 ? values[0] : { kind: "List", items: values };
}

function yamlMaps(text: string): readonly unknown[] {
  try {
    return [...parseAllDocuments(text)]
      .filter(({ errors, contents }) => errors.length === 0 && isMap(contents))
      .map((document): unknown => document.toJS());
  } catch {
    // More aliases than the parser takes.
    return [];
  }
}

const textOrNull = z.string().nullish();
const statusShape = z.looseObject({
  ok: z.boolean(),
  identity: z.looseObject({ clientId: textOrNull, tenantId: textOrNull }),
  token: z.looseObject({ issuer: textOrNull, subject: textOrNull, audience: textOrNull }).nullish(),
  links: z.array(
    z.looseObject({ name: z.string(), ok: z.boolean().nullish(), expected: textOrNull, found: textOrNull, code: textOrNull }),
  ),
});

function status(value: unknown): DocumentReading | undefined {
  const { data } = statusShape.safeParse(value);
  if (data === undefined) return undefined;
  const { identity, token, links } = data;
  const presented = present({
    clientId: identity.clientId,
    tenant: identity.tenantId,
    issuer: token?.issuer,
    subject: token?.subject,
    audience: token?.audience,
  });
  const errors = links.flatMap(({ name, ok, code, expected, found }): Evidence[] => {
    if (ok !== false || code == null) return [];
    const seen = `link "${name}": expected ${expected ?? "nothing"}, found ${found ?? "nothing"}`;
    return [{ code: isCode(code) ? code : "Unexplained", presented, lines: 1, firstLine: 0, seen }];
  });
  return { kind: "the application's status", alsoLines: false, conclusive: data.ok, errors };
}

function present(values: Readonly<Record<string, string | null | undefined>>): Presented {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
}

const reportShape = z.looseObject({
  schemaVersion: z.literal(1),
  ok: z.boolean(),
  findings: z.array(
    z.looseObject({
      rule: z.string(),
      severity: z.string(),
      code: textOrNull,
      resource: z.string(),
      property: z.string(),
      expected: z.string(),
      actual: z.string(),
    }),
  ),
});

function report(value: unknown): DocumentReading | undefined {
  const { data } = reportShape.safeParse(value);
  if (data === undefined) return undefined;
  const errors = data.findings.map(({ rule, code, resource, property, expected, actual }): Evidence => {
    const mistakes = isEntryId(rule) ? [rule] : [];
    const usual = isEntryId(rule) ? entryOf(rule).code : "Unexplained";
    const seen = `${resource}: ${property} is ${actual}, expected ${expected}`;
    return { code: code != null && isCode(code) ? code : usual, presented: {}, lines: 1, firstLine: 0, mistakes, seen };
  });
  return { kind: "a rehearsal's report", alsoLines: false, conclusive: data.ok, errors };
}

const listShape = z.looseObject({ kind: z.string().regex(/List$/), items: z.array(z.unknown()) });

const eventShape = z.looseObject({
  kind: z.literal("Event"),
  message: z.string(),
  involvedObject: z.looseObject({ kind: z.string(), name: z.string(), namespace: z.string().optional() }).optional(),
});

/** Pods by their fields, events by their messages; what else a list holds is read as lines. */
function objects(value: unknown): DocumentReading | undefined {
  const items = listShape.safeParse(value).data?.items ?? [value];
  const pods = items.flatMap((item): PodFacts[] => (isPodObject(item) ? [podFactsOf(item)] : []));
  const events = items.flatMap((item) => eventShape.safeParse(item).data ?? []);
  if (pods.length + events.length === 0) return undefined;
  return {
    kind: events.length === 0 ? "pods" : "events",
    alsoLines: true,
    conclusive: events.length === 0 && pods.every(isQuiet),
    errors: [...pods.flatMap((pod) => podErrors(pod, items.length === 1)), ...events.flatMap(eventErrors)],
  };
}

function eventErrors({ message, involvedObject }: z.infer<typeof eventShape>): Evidence[] {
  const pod = involvedObject?.kind === "Pod" ? { pod: `${involvedObject.namespace ?? "default"}/${involvedObject.name}` } : {};
  return recognise(message).errors.map((error) => ({ ...error, firstLine: 0, presented: { ...pod, ...error.presented } }));
}

/** Nothing waits and nothing warns: a reason that is not known would be one too. */
function isQuiet({ messages }: PodFacts): boolean {
  return messages.length === 0;
}
