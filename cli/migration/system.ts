// What a system to move over from consists of, as far as moving goes.
import type { Adopted } from "./importFile";
import type { Needs, Request } from "./request";

/** One value of the stack's config. */
export interface Setting {
  readonly key: string;
  /** The value, or what the shell gets it from. */
  readonly value: string;
  /** The value is an expression of the shell, quoted already. */
  readonly evaluated?: true;
  /** What it is for, where the key does not say it. */
  readonly why?: string;
  /** Read from standard input and kept encrypted. */
  readonly secret?: true;
}

/** Commands for a shell, with their reason. */
export interface Step {
  readonly why: string;
  readonly commands: readonly string[];
}

export interface System {
  readonly title: string;
  readonly needs: Needs;
  /** What holds data or an id that others know. */
  adopted(request: Request): readonly Adopted[];
  /** Writes down how the adopted is, and shows what forbids adopting it; before anything else. */
  note(request: Request): readonly Step[];
  /** Besides what every system sets. */
  settings(request: Request): readonly Setting[];
  /** What the cluster needs. */
  prepare(request: Request): readonly Step[];
  /** Right before the first `pulumi up`. */
  beforeUp(request: Request): readonly Step[];
  /** Once the new pods work. */
  remove(request: Request): readonly Step[];
  /** What can be put back of what the first `pulumi up` changes of the adopted. */
  undo(request: Request): readonly Step[];
  /** What it changes and `undo` does not put back, where it was otherwise. */
  readonly stays: string;
}
