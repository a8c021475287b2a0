// The kinds of values that config may hold, each with the rule that a message names and the page that sets it.
import { z } from "zod";
import type { NameRule } from "../chain";
import { type IntegerRange, rangeText, ruleText, type TextRule } from "../components/rules";

export const CONFIG_URL = "https://www.pulumi.com/docs/iac/concepts/config/";

interface Rule {
  text: string;
  url: string;
}

export const text = z.string({ error: "text" });
export const flag = z.boolean({ error: "true or false" });

export function named(rule: NameRule): z.ZodType<string> {
  return matching({ ...rule, matches: (value) => rule.pattern.test(value) });
}

export function matching(rule: TextRule): z.ZodType<string> {
  return text.superRefine((value, context) => {
    if (!rule.matches(value)) context.addIssue({ code: "custom", message: ruleText(rule, value), params: { url: rule.url } });
  });
}

export function integer(range: IntegerRange): z.ZodType<number> {
  return z.custom<number>((value) => isIn(range, value), { error: rangeText(range), params: { url: range.url } });
}

/** Zero stands for "off" where leaving a value out stands for another one's. */
export function integerOrZero(range: IntegerRange): z.ZodType<number> {
  const error = `0 or ${rangeText(range)}`;
  return z.custom<number>((value) => value === 0 || isIn(range, value), { error, params: { url: range.url } });
}

function isIn({ min, max }: Pick<IntegerRange, "min" | "max">, value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

export function oneOf<T extends string>(values: Readonly<Record<string, T>>): z.ZodType<T> {
  return z.enum(Object.values(values), { error: `one of ${Object.values(values).join(", ")}` });
}

export function list<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(item, { error: "a list" });
}

/** A map with keys of the user's choice; `keys` says what they may look like. */
export function map<T>(value: z.ZodType<T>, keys: Rule & { matches(key: string): boolean }): z.ZodType<Record<string, T>> {
  return z.record(z.string(), value, { error: "a map" }).superRefine((record, context) => {
    for (const key of Object.keys(record)) {
      if (!keys.matches(key))
        context.addIssue({
          code: "custom",
          message: `under a key of ${keys.text}`,
          params: { url: keys.url, value: key },
          path: [key],
        });
    }
  });
}

/** Empty text stands for "not set": the CLI takes a key without a default for one that every stack must set. */
export function optional<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return z.preprocess((value) => (value === "" ? undefined : value), schema.optional());
}

/** Zero stands for "off", for the same reason. */
export function optionalInteger(range: IntegerRange): z.ZodType<number | undefined> {
  return z.preprocess((value) => (value === 0 ? undefined : value), integer(range).optional());
}

export function namedKeys({ text, pattern, url }: NameRule) {
  return { text, url, matches: (key: string) => pattern.test(key) };
}
