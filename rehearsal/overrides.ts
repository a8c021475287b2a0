// `--set key=value`, in the forms of `pulumi config set --path`. https://www.pulumi.com/docs/iac/concepts/config/#structured-configuration
import { z } from "zod";
import { UsageError } from "./usageError";

export interface Override {
  /** With its namespace where it was given with one. */
  readonly key: string;
  /** Into the value; empty for the whole of it. */
  readonly path: readonly (string | number)[];
  readonly text: string;
}

const EXAMPLE = "for example: --set replicas=2, --set workloads.orders.replicas=2 or --set names[0]=web";
const SEGMENT = /^(?:\.?([^.[\]"]+)|\[(\d+)\]|\.?\["([^"]+)"\])/;

export function parseOverride(override: string): Override {
  const at = override.indexOf("=");
  const given = override.slice(0, Math.max(at, 0));
  const colon = given.lastIndexOf(":") + 1;
  const [key, ...path] = segments(given.slice(colon)) ?? [];
  if (key === undefined) throw new UsageError(`--set takes key=value, got "${override}"`, EXAMPLE);
  return { key: `${given.slice(0, colon)}${key}`, path, text: override.slice(at + 1) };
}

function segments(path: string): (string | number)[] | undefined {
  const found: (string | number)[] = [];
  let rest = path;
  while (rest !== "") {
    const match = SEGMENT.exec(rest);
    if (match === null) return undefined;
    const [whole, name, index, quoted] = match;
    found.push(index === undefined ? (name ?? quoted ?? "") : Number(index));
    rest = rest.slice(whole.length);
  }
  return found;
}

/** A whole value: text stays text where the project declares text, since "1.30" is a Kubernetes version and not a number. */
export function parseValue(text: string, type: string): unknown {
  return type === "string" ? text : json(text);
}

/** A value inside another one. Nothing declares its type: truth values, whole numbers, lists and objects are what they look like. */
export function parseInner(text: string): unknown {
  return /^(?:true|false|-?(?:0|[1-9]\d*)|[[{].*)$/s.test(text) ? json(text) : text;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const list = z.array(z.unknown()).catch([]);
const record = z.record(z.string(), z.unknown()).catch({});

export function withPath(value: unknown, path: Override["path"], leaf: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return leaf;
  if (typeof head === "string") {
    const parent = record.parse(value);
    return { ...parent, [head]: withPath(parent[head], rest, leaf) };
  }
  const items = list.parse(value);
  if (head > items.length)
    throw new UsageError(`--set names item ${head} of a list that has ${items.length}`, "set the items in their order, from 0");
  return items.toSpliced(head, 1, withPath(items[head], rest, leaf));
}
