// What a program reads of other stacks: given as a file, or rehearsed before it.
import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import type { ProgramResult } from "../program/messages";
import type { Registration } from "../program/recorder";
import { UsageError } from "../usageError";
import { textsIn } from "./walk";

/** One `--reference NAME=…`. */
export interface ReferenceOption {
  /** As the program says it, organization/project/stack, or its last parts. */
  readonly name: string;
  readonly from: { readonly file: string } | { readonly directory: string; readonly stack: string };
}

export interface ReferenceOutputs {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
}

const HELP = "give NAME=FILE.json or NAME=DIR[:STACK]: see npm run rehearse -- --help";

export function parseReference(text: string): ReferenceOption {
  const [, name, target] = /^([\w./-]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || target === undefined)
    throw new UsageError(`--reference takes NAME=FILE or NAME=DIR, got "${text}"`, HELP);
  const found = statSync(target, { throwIfNoEntry: false });
  if (found?.isFile()) return { name, from: { file: target } };
  if (found?.isDirectory()) return { name, from: { directory: target, stack: "dev" } };
  const [, directory = "", stack = ""] = /^(.+):([\w.-]+)$/s.exec(target) ?? [];
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return { name, from: { directory, stack } };
  throw new UsageError(`--reference ${name}: there is neither a file nor a folder ${target}`, HELP);
}

/** What such an output is called holds a credential: a file of outputs does not say which are secret. */
const SECRET_NAME = /secret|password|token|kubeconfig|key$|connectionstring/i;

/** Reads what `pulumi stack output --json --show-secrets` printed. */
export function readOutputs(file: string): ReferenceOutputs {
  const fix = "write it with: pulumi stack output --json --show-secrets";
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : error}`, fix);
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(content);
  if (!parsed.success) throw new UsageError(`${file} holds no outputs by name`, fix);
  const hidden = Object.entries(parsed.data).flatMap(([key, value]) => (value === "[secret]" ? [key] : []));
  if (hidden.length > 0) throw new UsageError(`${file} hides the value of ${hidden.join(", ")}`, fix);
  return { outputs: parsed.data, secretOutputs: Object.keys(parsed.data).filter((key) => SECRET_NAME.test(key)) };
}

export class References {
  readonly #known = new Map<string, ReferenceOutputs>();
  /** Stacks that a program reads and nobody has given. */
  readonly missing = new Set<string>();

  add(name: string, { outputs, secretOutputs }: ReferenceOutputs | ProgramResult): void {
    this.#known.set(name, { outputs, secretOutputs });
  }

  /** Values that nobody may see. */
  get secrets(): readonly string[] {
    const texts = (value: unknown) => textsIn(value).map(({ text }) => text);
    return [...this.#known.values()].flatMap(({ outputs, secretOutputs }) => secretOutputs.flatMap((key) => texts(outputs[key])));
  }

  answer({ name, id, inputs }: Registration) {
    const stack = String(inputs.name ?? id ?? name);
    const found = [...this.#known].find(([given]) => stack === given || stack.endsWith(`/${given}`))?.[1];
    if (found === undefined) {
      this.missing.add(stack);
      throw new Error(`the program reads the outputs of the stack ${stack}, and nothing says what they are`);
    }
    return {
      id: stack,
      state: { name: stack, outputs: { ...found.outputs }, secretOutputNames: [...found.secretOutputs] },
    };
  }

  /** What to do about the first stack that is missing; undefined where none is. */
  get advice(): string | undefined {
    const [stack] = this.missing;
    if (stack === undefined) return undefined;
    return `add --reference ${stack}=FILE.json, which holds what "pulumi stack output --stack ${stack} --json --show-secrets" prints, or --reference ${stack}=DIR:STACK with the folder of its program`;
  }
}
