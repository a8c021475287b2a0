// One mistake in one program: how it is made there, and what has to be named.
import type { RuleId } from "../chain";

/** Text of a source file and what stands there instead. The text must occur exactly once. */
export interface Edit {
  /** Relative to the program's folder. Default: `index.ts`. */
  readonly file?: string;
  readonly find: string;
  readonly replace: string;
}

export interface Plant {
  /** Of `MISTAKES`. */
  readonly mistake: string;
  /** Changes of the program's own text. Empty where the registration is changed instead. */
  readonly edits: readonly Edit[];
  /** Name of a `--break` that changes what is registered, where the source cannot be wrong in this way. Default: none. */
  readonly breakage?: string;
  /** `type::name` of the resources that a person has to look at: one of them must be named. */
  readonly at: readonly string[];
  /** Where the mistake is another rule's in this program. Default: the mistake's own. */
  readonly rules?: readonly RuleId[];
  /** Further config, as for `--set`. Default: none. */
  readonly set?: readonly string[];
  /** How a component refuses it in this program. Default: the mistake's own. */
  readonly refusal?: RegExp;
}

/** In `index.ts`, unless a file is given. */
export function edit(find: string, replace: string, file?: string): Edit {
  return file === undefined ? { find, replace } : { file, find, replace };
}

/** Throws unless the text occurs exactly once: a mistake that was not planted would look like one that nobody notices. */
export function edited(source: string, { file = "index.ts", find, replace }: Edit): string {
  const times = source.split(find).length - 1;
  if (find === "" || times !== 1) throw new Error(`${file} holds ${JSON.stringify(find)} ${times} times, not once`);
  if (find === replace) throw new Error(`${file}: ${JSON.stringify(find)} is replaced by itself`);
  // Not as the pattern of a replacement: $ stays what it is.
  return source.split(find).join(replace);
}
