// The whole catalogue: the rules that a check can give, and the entries that only explain.
import { CODES, type Code } from "./codes";
import type { Finding } from "./model";
import { type AzureEntryId, ONLY_IN_AZURE } from "./onlyInAzure";
import { RULES, type Rule, type RuleId } from "./rules";

export type EntryId = RuleId | AzureEntryId;

/** One entry with everything said: its fix is its code's where it has none of its own. */
export interface Entry {
  readonly id: EntryId;
  readonly title: string;
  readonly code: Code;
  readonly cause: string;
  readonly fix: string;
  readonly source: string;
  /** `explained`: no check of a program gives it. */
  readonly severity: Finding["severity"] | "explained";
}

export function isEntryId(text: string): text is EntryId {
  return Object.hasOwn(RULES, text) || Object.hasOwn(ONLY_IN_AZURE, text);
}

function isRuleId(id: string): id is RuleId {
  return Object.hasOwn(RULES, id);
}

export function entryOf(id: EntryId): Entry {
  const { title, code, cause, source, fix = CODES[code].fix, severity = "error" }: Rule = { ...RULES, ...ONLY_IN_AZURE }[id];
  return { id, title, code, cause, fix, source, severity: isRuleId(id) ? severity : "explained" };
}

/** In the order of their ids. */
export const ENTRY_IDS: readonly EntryId[] = [...Object.keys(RULES), ...Object.keys(ONLY_IN_AZURE)].filter(isEntryId).sort();
