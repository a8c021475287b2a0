// Stand-ins for executables of the engine: shell scripts in a folder of their own.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a shell script and answers its path. */
export function script(path: string, ...lines: readonly string[]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
  return path;
}

/** A CLI that knows only its version. */
export const cli = (path: string, version: string) => script(path, `[ "$*" = version ] && echo "${version}"`);
