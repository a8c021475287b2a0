// What a rehearsal leaves out of a program, and how what depends on it is recognized: nothing unknown may look right by accident.
import { textsIn } from "./walk";

export interface LeftOutEntry {
  /** `type::name` of the Pulumi resource, or the function that the program calls. */
  readonly resource: string;
  readonly reason: string;
  /** Whether pods may come from it that nobody sees here. */
  readonly mayHoldPods: boolean;
}

export interface UndefinedText {
  readonly resource: string;
  readonly property: string;
  readonly text: string;
}

export class LeftOut {
  /** What is not emulated, or was taken as there already. */
  readonly entries: LeftOutEntry[] = [];
  /** Inputs of what is emulated that are made of what is not. */
  readonly unknownInputs: Omit<LeftOutEntry, "mayHoldPods">[] = [];
  readonly undefinedTexts: UndefinedText[] = [];

  note(resource: string, reason: string, mayHoldPods = false): void {
    const known = this.entries.some((entry) => entry.resource === resource && entry.reason === reason);
    if (!known) this.entries.push({ resource, reason, mayHoldPods });
  }

  /** Notes which inputs of a resource are made of outputs that nobody knows. */
  inspect(resource: string, inputs: unknown): void {
    for (const { path, text } of textsIn(inputs)) {
      const output = UNKNOWN.exec(text)?.[1];
      if (output !== undefined) this.unknownInputs.push({ resource, reason: `${path} holds ${output}, which is not emulated` });
      else if (UNDEFINED.test(text)) this.undefinedTexts.push({ resource, property: path, text });
    }
  }
}

const UNKNOWN = /\[unknown output ([^\]]*)\]/i;
/** As JavaScript writes an output that is not there into a name, an id or an address; as a word of a sentence it may stand. */
const UNDEFINED = /(^|[/:.@=_-])undefined($|[/:.@=_-])|\[object Object\]/;

/** Stands for the output of a resource that is left out. No name, id or address looks like it. */
export function unknownOutput(resource: string, property: string): string {
  return `[unknown output ${resource}.${property}]`;
}

/** The same for one that may be an object: azure-native has the body of some types in `properties`, of which programs read a vault's address. */
export function unknownValue(resource: string, property: string): unknown {
  const whole = unknownOutput(resource, property);
  return property === "properties" ? { vaultUri: unknownOutput(resource, "properties.vaultUri") } : whole;
}

/** The outputs in a value that nobody knows, as `type::name.property`. */
export function unknownsIn(value: unknown): string[] {
  return textsIn(value).flatMap(({ text }) => UNKNOWN.exec(text)?.[1] ?? []);
}
