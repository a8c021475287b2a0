// How a component refuses an argument: one message that names component, field, rule, value and the page that sets the rule.
import * as pulumi from "@pulumi/pulumi";
import type { NameRule } from "../chain";
import { type IntegerRange, rangeText, ruleText, type TextRule } from "./rules";

/** Which component refuses, for the message. */
export interface Place {
  /** Class of the component. */
  component: string;
  /** Its Pulumi name. */
  name: string;
}

/** The error for a value that breaks a rule. A `RunError`, because a user's mistake needs no stack trace. */
export class RuleError extends pulumi.RunError {
  constructor(
    { component, name }: Place,
    readonly field: string,
    readonly rule: string,
    readonly got: unknown,
    readonly url: string,
  ) {
    super(`${component} "${name}": ${field} must be ${rule}, got ${JSON.stringify(got)}. See ${url}`);
  }
}

export function mistake(place: Place, field: string, rule: string, got: unknown, url: string): RuleError {
  return new RuleError(place, field, rule, got, url);
}

/**
 * An error that comes while the program runs, tied to the component. Its message stays as it is: Pulumi would put "error serializing property" before it, once
 * for each level, and print a stack.
 */
export function lateError(self: pulumi.Resource, message: string): pulumi.ResourceError {
  const error = new pulumi.ResourceError(message, self, true);
  error.stack = message;
  return Object.defineProperty(error, "message", { get: () => message, set: () => {} });
}

/** The same error for a value that is known only later. */
export function lateMistake(self: pulumi.Resource, { message }: pulumi.RunError): pulumi.ResourceError {
  return lateError(self, message);
}

/** Throws for a plain value that breaks the rule of names. An output passes: `gatedName` looks at it once it is known. */
export function checkName(place: Place, field: string, rule: NameRule, value: pulumi.Input<string>): void {
  if (typeof value === "string" && !rule.pattern.test(value)) throw mistake(place, field, rule.text, value, rule.url);
}

/** The value behind the rule of names: an output fails, tied to the component, as soon as it is known to break it. */
export function gatedName(
  self: pulumi.Resource,
  place: Place,
  field: string,
  rule: NameRule,
  value: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.output(value).apply((known) => {
    if (rule.pattern.test(known)) return known;
    throw lateMistake(self, mistake(place, field, rule.text, known, rule.url));
  });
}

export function checkText(place: Place, field: string, rule: TextRule, value: string | undefined): void {
  if (value !== undefined && !rule.matches(value)) throw mistake(place, field, ruleText(rule, value), value, rule.url);
}

export function checkInteger(place: Place, field: string, range: IntegerRange, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= range.min && value <= range.max)) return;
  throw mistake(place, field, rangeText(range), value, range.url);
}
