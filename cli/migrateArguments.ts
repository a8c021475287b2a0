// The arguments of npm run migrate.
import { parseArgs } from "node:util";
import { UsageError } from "../rehearsal/usageError";
import { checkRequest, type Field, type Request, SYSTEM_KEYS, type SystemKey } from "./migration/request";
import type { System } from "./migration/system";
import { SYSTEMS } from "./migration/systems";

const SEE_HELP = "see npm run migrate -- --help";

const text = { type: "string" } as const;
const NAMES = {
  subscription: text,
  "resource-group": text,
  cluster: text,
  "cluster-resource-group": text,
  identity: text,
  "application-id": text,
  "service-principal-id": text,
  vault: text,
  secret: text,
  "storage-account": text,
  container: text,
  "old-namespace": text,
  "old-service-account": text,
  namespace: text,
  stack: text,
} as const satisfies Record<Field, typeof text>;

export interface Migration {
  readonly system: System;
  readonly request: Request;
  /** Where the document goes; undefined for standard output. */
  readonly out: string | undefined;
}

/** Undefined where only help is wanted. */
export function migrateArguments(args: readonly string[]): Migration | undefined {
  const { system, out, help, ...given } = parse(args);
  if (help) return undefined;
  const key = SYSTEM_KEYS.find((known) => known === system);
  if (key === undefined) throw new UsageError(unknown(system), `name one: ${list()}`);
  if (out === "") throw new UsageError('--out takes a file, got ""', SEE_HELP);
  return { system: SYSTEMS[key], request: checkRequest(key, given, SYSTEMS[key].needs), out };
}

function unknown(system: string | undefined): string {
  return system === undefined ? "--system is missing" : `there is no system "${system}"`;
}

function list(): string {
  return SYSTEM_KEYS.map((key: SystemKey) => `${key} (${SYSTEMS[key].title})`).join(", ");
}

function parse(args: readonly string[]) {
  try {
    const options = { ...NAMES, system: text, out: text, help: { type: "boolean", default: false } } as const;
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), SEE_HELP);
  }
}
