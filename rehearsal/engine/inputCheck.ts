// What a provider's check says of a resource's inputs, by the packages' own types: unknown, missing and wrongly typed properties.
// It does not know what the real providers check beyond the types: patterns, lengths, ranges, members of an enumeration.

import { nearest } from "../../chain/nearest";
import { SECRET_SIGNATURE, UNKNOWN, unwrapRecord } from "../program/recording";
import { isRecord, joinKey } from "./propertyPath";
import { INPUT_SHAPES, type ObjectShape, type ValueShape } from "./shapeTable";

export interface CheckFailure {
  /** As Pulumi writes it: `agentPoolProfiles[0].vmSize`. */
  readonly property: string;
  /** Without the value, which may be a secret. */
  readonly reason: string;
}

/** What the engine itself puts among a provider's inputs: pkg/resource/deploy/providers/registry.go of https://github.com/pulumi/pulumi. */
const ENGINE_KEYS: readonly string[] = ["version", "pluginDownloadURL"];

/**
 * Every complaint about a resource's inputs, in the order of the properties.
 *
 * Values that are not known yet, assets and archives are let through. A type without a shape is not checked, and so is a type that names an API version
 * (`azure-native:keyvault/v20230701:Vault`): the installed package describes the default version only.
 */
export function checkInputs(type: string, inputs: Readonly<Record<string, unknown>>): CheckFailure[] {
  const shape = INPUT_SHAPES.resources[type];
  if (shape === undefined) return [];
  const plain = unwrapRecord(inputs);
  const isProvider = type.startsWith("pulumi:providers:");
  // Properties with two underscores are the providers' own notes in the inputs.
  const isNote = (key: string) => key.startsWith("__") || (isProvider && ENGINE_KEYS.includes(key));
  const own = Object.fromEntries(Object.entries(plain).filter(([key]) => !isNote(key)));
  return checkObject(shape, isProvider ? decoded(shape, own) : own, "");
}

/** A provider's inputs travel as JSON text, all but those that are text already. */
function decoded(shape: ObjectShape, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [key, shape.properties[key] === "string" ? value : parsed(value)]),
  );
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function checkObject(shape: ObjectShape, value: Readonly<Record<string, unknown>>, path: string): CheckFailure[] {
  const missing = (shape.required ?? []).filter((key) => value[key] === undefined || value[key] === null);
  return [
    ...missing.map((key) => ({ property: joinKey(path, key), reason: "is required, and missing" })),
    ...Object.entries(value).flatMap(([key, inner]) => {
      const property = joinKey(path, key);
      const expected = Object.hasOwn(shape.properties, key) ? shape.properties[key] : undefined;
      return expected === undefined ? [unknownProperty(shape, key, property)] : checkValue(expected, inner, property);
    }),
  ];
}

function unknownProperty(shape: ObjectShape, key: string, property: string): CheckFailure {
  const meant = nearest(key, Object.keys(shape.properties));
  return { property, reason: meant === undefined ? "is not known" : `is not known, the nearest is ${JSON.stringify(meant)}` };
}

function checkValue(expected: ValueShape, value: unknown, property: string): CheckFailure[] {
  if (expected === "any" || value === undefined || value === null || value === UNKNOWN || isWrapped(value)) return [];
  if (typeof expected === "string") return typeof value === expected ? [] : [wrongType(expected, value, property)];
  if ("union" in expected) {
    const results = expected.union.map((one) => checkValue(one, value, property));
    return results.some(({ length }) => length === 0) ? [] : [wrongType(expected, value, property)];
  }
  if ("array" in expected)
    return Array.isArray(value)
      ? value.flatMap((inner, index) => checkValue(expected.array, inner, `${property}[${index}]`))
      : [wrongType(expected, value, property)];
  if (!isRecord(value)) return [wrongType(expected, value, property)];
  if ("map" in expected)
    return Object.entries(value).flatMap(([key, inner]) => checkValue(expected.map, inner, joinKey(property, key)));
  const shape = INPUT_SHAPES.shapes[expected.shape];
  if (shape === undefined)
    throw new Error(`inputShapes.json has no shape ${expected.shape}: run node --require tsx/cjs cli/inputShapes.ts`);
  return checkObject(shape, value, property);
}

/** An asset, an archive or a reference to a resource, in Pulumi's wrapper. */
function isWrapped(value: unknown): boolean {
  return isRecord(value) && SECRET_SIGNATURE in value;
}

function wrongType(expected: ValueShape, value: unknown, property: string): CheckFailure {
  const found = Array.isArray(value) ? "array" : typeof value;
  return { property, reason: `must be ${nameOf(expected)}, got ${found}` };
}

function nameOf(shape: ValueShape): string {
  if (typeof shape === "string") return shape;
  if ("union" in shape) return shape.union.map(nameOf).join(" or ");
  return "array" in shape ? "array" : "object";
}
