// The texts that a container is given, in variables and arguments, and where a person finds each in its object.
import type { ContainerLink, PodLink } from "./model";
import { nearest } from "./nearest";
import { APP_ENVIRONMENT } from "./workloadIdentity";

/** A value that names something, and where a person finds it. */
export interface Named {
  readonly property: string;
  readonly value: string;
}

/** One text that a container is given. */
export interface Told extends Named {
  /** Of the variable; undefined for an argument. */
  readonly variable: string | undefined;
}

/** Shorter names are words that stand anywhere. */
const SHORTEST = 3;
/** Their values are what they say, whatever that is. */
const OURS: ReadonlySet<string> = new Set(Object.values(APP_ENVIRONMENT));

/** Where the template's `spec` or `metadata` stands in the object that holds it. */
export function templateProperty({ template = "spec.template" }: Pick<PodLink, "template">, path: string): string {
  return template === "" ? path : `${template}.${path}`;
}

/** Where a person finds a container. */
export function containerProperty(pod: Pick<PodLink, "template">, { name, init }: ContainerLink): string {
  return templateProperty(pod, `spec.${init === true ? "initContainers" : "containers"}["${name}"]`);
}

/** Where a person finds a variable of a container. */
export function envProperty(pod: Pick<PodLink, "template">, container: ContainerLink, variable: string): string {
  return `${containerProperty(pod, container)}.env["${variable}"]`;
}

/** An address with the slash at its end that some programs leave out; the SDKs do not mind. */
export function withSlash(uri: string): string {
  return uri.endsWith("/") ? uri : `${uri}/`;
}

export function toldTo(pod: PodLink, container: ContainerLink): Told[] {
  const variables = Object.entries(container.env).flatMap(([variable, value]) =>
    value === undefined ? [] : [{ variable, value, property: envProperty(pod, container, variable) }],
  );
  // A script is one argument, with the names somewhere in it.
  const words = (container.commandLine ?? []).flatMap((argument) => argument.split(/[\s"'=,;()]+/));
  const property = `${containerProperty(pod, container)}.args`;
  return [...variables, ...words.map((value) => ({ variable: undefined, value, property }))].filter(
    ({ variable, value }) => value.length >= SHORTEST || (variable !== undefined && OURS.has(variable)),
  );
}

/** Whether a name is one of these with a typing mistake. One that has only another number is a sibling's. */
export function misses(name: string, known: readonly string[]): boolean {
  const near = nearest(
    name.toLowerCase(),
    known.map((each) => each.toLowerCase()),
  );
  const shape = (text: string) => text.toLowerCase().replace(/\d/g, "#");
  return near !== undefined && shape(near) !== shape(name);
}
