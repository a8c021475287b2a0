// The right programs in which mistakes are planted: this project's own in four configurations, and others in the common public style.
import { join } from "node:path";
import type { Plant } from "./plant";
import { MINIMAL } from "./plants/minimal";

export interface Program {
  readonly name: string;
  /** What is particular about it. */
  readonly what: string;
  /** Whether it is this project's own. */
  readonly own: boolean;
  /** What is copied: a folder relative to the repository, "." for this project's own. */
  readonly folder: string;
  /** Folder of Pulumi.yaml in it. */
  readonly start: string;
  /** Whose compiler options count, relative to the repository. */
  readonly tsconfig: string;
  readonly stack: string;
  /** Config, as for `--set`. */
  readonly set: readonly string[];
  /** The command that stands in for its images; undefined: the rehearsal's probe does. */
  readonly app: string | undefined;
  readonly plants: readonly Plant[];
}

const PUBLIC = join("tests", "programs", "public");

function inPublicStyle(name: string, what: string, plants: readonly Plant[]): Program {
  const folder = join(PUBLIC, name);
  const tsconfig = join(folder, "tsconfig.json");
  return { name, what, own: false, folder, start: ".", tsconfig, stack: "dev", set: [], app: undefined, plants };
}

export const PROGRAMS: readonly Program[] = [
  inPublicStyle("minimal", "one file, the root of azure-native, a subject from text", MINIMAL),
];
