// Where two sets of inputs differ, as Pulumi's own comparison of property maps finds it: by key in objects, by place in arrays.
import { UNKNOWN } from "../../program/recording";
import { isRecord, pathOf } from "../propertyPath";

export type ChangeKind = "add" | "delete" | "update";
export type DetailedKind = ChangeKind | `${ChangeKind}-replace`;

export interface Difference {
  /** Keys of objects and places in arrays, from the top. */
  readonly keys: readonly (string | number)[];
  readonly kind: ChangeKind;
  /** Undefined for what comes. */
  readonly old: unknown;
  /** The new value; undefined for what goes. */
  readonly value: unknown;
}

export interface InputDiff {
  /** Paths of what changes, sorted. */
  readonly changes: string[];
  /** Those of them that cannot be changed in place, as the provider in question names them. */
  readonly replaces: string[];
  /** Whether a replacement deletes the old resource first; without one it says nothing. */
  readonly deleteBeforeReplace: boolean;
  readonly detailed: Record<string, DetailedKind>;
}

type Values = Readonly<Record<string, unknown>>;

/** What is null counts as left out. A new value that is not known yet counts as changed. */
export function differences(olds: Values, news: Values, keys: readonly (string | number)[] = []): Difference[] {
  const all = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  return all.flatMap((key) => differencesOf(olds[key], news[key], [...keys, key]));
}

function differencesOf(old: unknown, value: unknown, keys: readonly (string | number)[]): Difference[] {
  const had = old !== undefined && old !== null;
  const has = value !== undefined && value !== null;
  if (!had && !has) return [];
  if (!had) return [{ keys, kind: "add", old: undefined, value }];
  if (!has) return [{ keys, kind: "delete", old, value: undefined }];
  if (isRecord(old) && isRecord(value)) return differences(old, value, keys);
  if (Array.isArray(old) && Array.isArray(value))
    return Array.from({ length: Math.max(old.length, value.length) }, (_, index) =>
      differencesOf(old[index], value[index], [...keys, index]),
    ).flat();
  return old === value && value !== UNKNOWN ? [] : [{ keys, kind: "update", old, value }];
}

/** Whether two values are the same, all of it known. */
export function same(a: unknown, b: unknown): boolean {
  return differences({ value: a }, { value: b }).length === 0;
}

/** Puts a provider's answer together; `replaces` says of each difference whether it replaces, `nameOf` under which name that is told. */
export function inputDiff(
  found: readonly Difference[],
  replaces: (difference: Difference) => boolean,
  deleteBeforeReplace: boolean,
  nameOf: (difference: Difference) => string = ({ keys }) => pathOf(keys),
): InputDiff {
  const rows = found
    .map((difference) => ({ path: pathOf(difference.keys), name: nameOf(difference), difference, replace: replaces(difference) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const names = [...new Set(rows.filter(({ replace }) => replace).map(({ name }) => name))];
  return {
    changes: rows.map(({ path }) => path),
    replaces: names,
    deleteBeforeReplace: names.length > 0 && deleteBeforeReplace,
    detailed: Object.fromEntries(
      rows.map(({ path, difference: { kind }, replace }) => [path, replace ? (`${kind}-replace` as const) : kind]),
    ),
  };
}
