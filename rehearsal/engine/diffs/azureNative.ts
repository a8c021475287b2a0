// Diff of azure-native: provider/pkg/provider/diff.go and Diff in provider/pkg/provider/provider.go of https://github.com/pulumi/pulumi-azure-native
import { kindOf } from "../../cloud/fronts/azureKinds";
import { azureNativeReplaceKeys } from "./azureNativeRules";
import { type Difference, differences, type InputDiff, inputDiff, same } from "./differences";

type Values = Readonly<Record<string, unknown>>;

/** Check sets it among the inputs of a resource whose name it made with random digits. */
export const CREATE_BEFORE_DELETE = "__createBeforeDelete";

/**
 * Two things of the provider are left out, which change no replacement: an input that is given for the first time with Azure's default is no difference
 * there, and the elements of some lists are told apart by a key and not by their place.
 *
 * `outputs` are those of the state; without them an input that is given for the first time is taken for a new value.
 */
export function diffAzureNative(type: string, olds: Values, news: Values, outputs: Values = {}): InputDiff {
  const replaceKeys = azureNativeReplaceKeys(kindOf(type) ?? "") ?? new Set<string>();
  const found = differences(withoutNotes(olds), withoutNotes(news)).filter(({ keys }) => !sameLocation(keys, olds, news));
  const replaces = (difference: Difference) =>
    replacesAzure(replaceKeys, difference) && !(difference.kind === "add" && isAsItIs(difference, outputs));
  // A name that the program gives can belong to one resource only, so the old one has to go first; a made-up one has another sibling.
  return inputDiff(found, replaces, olds[CREATE_BEFORE_DELETE] !== true);
}

function withoutNotes(inputs: Values): Values {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
}

/** Case and blanks do not count in a resource's own location: "West Europe" is "westeurope". */
function sameLocation([key, ...others]: Difference["keys"], olds: Values, news: Values): boolean {
  const normal = (value: unknown) => (typeof value === "string" ? value.toLowerCase().replaceAll(" ", "") : undefined);
  return (
    key === "location" &&
    others.length === 0 &&
    normal(olds.location) !== undefined &&
    normal(olds.location) === normal(news.location)
  );
}

/** What was left to Azure and is now written down as it is. */
function isAsItIs({ keys: [key, ...others], value }: Difference, outputs: Values): boolean {
  return typeof key === "string" && others.length === 0 && outputs[key] !== undefined && same(outputs[key], value);
}

/**
 * By the property itself, or, for a changed value, by an object that holds it. An element that an array gains or loses never replaces, and neither does
 * what an object gains or loses by the object's rule.
 */
function replacesAzure(replaceKeys: ReadonlySet<string>, { keys, kind }: Difference): boolean {
  const keyOf = (upTo: number) =>
    keys
      .slice(0, upTo)
      .map((key) => (typeof key === "number" ? "[]" : `.${key}`))
      .join("")
      .slice(1);
  if (kind !== "update") return replaceKeys.has(keyOf(keys.length));
  const holdsByName = (depth: number) => depth === keys.length || typeof keys[depth] === "string";
  return keys.some((_, index) => holdsByName(index + 1) && replaceKeys.has(keyOf(index + 1)));
}
