// --program, and what goes with it: another program than this project's own, and what it is given.
import type { Foreign } from "../rehearsal/foreign/foreignRun";
import { parseReference } from "../rehearsal/foreign/references";

export const FOREIGN_OPTIONS = {
  program: { type: "string" },
  env: { type: "string", multiple: true },
  reference: { type: "string", multiple: true },
} as const;

interface Values {
  readonly program?: string | undefined;
  readonly env?: readonly string[] | undefined;
  readonly reference?: readonly string[] | undefined;
}

/** Undefined without --program: it is this project's own. Throws for what does not go together, and for what has not the form that it needs. */
export function foreignOf({ program, env, reference }: Values): Foreign | undefined {
  if (program !== undefined) return { environment: variables(env ?? []), references: (reference ?? []).map(parseReference) };
  if ((env ?? reference) !== undefined) throw new Error("--env and --reference need --program");
  return undefined;
}

function variables(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw new Error(`--env takes NAME=VALUE, got "${text}"`);
      return [name, value];
    }),
  );
}
