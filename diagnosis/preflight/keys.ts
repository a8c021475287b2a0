// Fixes name this project's config keys where the stack has them; another program's owner knows his own.
import type { StackFiles } from "../../rehearsal/stack";

/** `own` for a project that declares the key, else `other`. */
export function byKey({ config, project }: StackFiles, key: string, own: string, other: string): string {
  return config[`${project}:${key}`] === undefined ? other : own;
}
