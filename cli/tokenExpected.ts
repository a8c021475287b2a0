// What a federated credential says, as the stack exports it: the output "chain" has an entry for each workload.
import { z } from "zod";
import type { ExpectedToken } from "../chain";
import { UsageError } from "../rehearsal/usageError";
import { readText, STANDARD_INPUT } from "./tokenInput";

const chainShape = z.record(
  z.string(),
  z.looseObject({
    issuer: z.string(),
    subject: z.string(),
    audience: z.string(),
    namespace: z.string().optional(),
    serviceAccount: z.string().optional(),
  }),
);
export type Chain = z.infer<typeof chainShape>;

/** Whose credential a token is compared with, and what that says. */
export interface Expected {
  /** For the heading: "workload web". */
  readonly of: string;
  readonly values: ExpectedToken;
}

const DEFAULT_WORKLOAD = "web";
const FIX = "save it anew: pulumi stack output chain --json > chain.json";

export async function expectedFromFile(file: string, workload: string | undefined): Promise<Expected> {
  const place = file === STANDARD_INPUT ? "standard input" : file;
  const chain = parseChain(await readText(file, FIX), place);
  const key = workload ?? defaultWorkload(chain, place);
  const entry = chain[key];
  if (entry === undefined) throw new UsageError(`${place} has no workload "${key}"`, oneOf(Object.keys(chain)));
  return { of: `workload ${key}`, values: entry };
}

/** A file may hold more than it should, such as all outputs with their secrets: a message names places and no values. */
function parseChain(text: string, place: string): Chain {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${place} is not JSON`, FIX);
  }
  const parsed = chainShape.safeParse(value);
  if (!parsed.success) {
    const at = parsed.error.issues.map(({ path }) => path.join(".") || "the document").slice(0, 3);
    throw new UsageError(`${place} is not the output "chain" of a stack: see ${[...new Set(at)].join(", ")}`, FIX);
  }
  if (Object.keys(parsed.data).length === 0) throw new UsageError(`${place} has no workload at all`, FIX);
  return parsed.data;
}

function defaultWorkload(chain: Chain, place: string): string {
  const keys = Object.keys(chain);
  const [only = "", ...others] = keys;
  if (others.length === 0) return only;
  if (keys.includes(DEFAULT_WORKLOAD)) return DEFAULT_WORKLOAD;
  throw new UsageError(`${place} has ${keys.length} workloads, and none is called ${DEFAULT_WORKLOAD}`, oneOf(keys));
}

function oneOf(keys: readonly string[]): string {
  return `choose one with --workload: ${keys.join(", ")}`;
}

/** The credential of a rehearsed pod, by its ServiceAccount; undefined for a program that exports no chain of it. */
export function expectedOfPod(output: unknown, namespace: string, serviceAccount: string): Expected | undefined {
  const parsed = chainShape.safeParse(output);
  const found = Object.entries(parsed.success ? parsed.data : {}).find(
    ([, entry]) => entry.namespace === namespace && entry.serviceAccount === serviceAccount,
  );
  return found === undefined ? undefined : { of: `workload ${found[0]}`, values: found[1] };
}
