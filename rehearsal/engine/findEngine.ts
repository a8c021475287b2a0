// Finds a Pulumi CLI that can run this project's program: an installed one, or the one that .ci/engine/build made.

import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { isExecutable } from "../executable";

/** What .ci/engine/go.mod pins. */
export const PINNED_ENGINE = "3.255.0";

export interface Engine {
  /** The CLI. */
  readonly path: string;
  /** As the CLI says it, without the v. */
  readonly version: string;
  /** Folder of the CLI: first on PATH, it makes `pulumi` mean this one. */
  readonly directory: string;
}

/** Where nothing usable is: what was looked for where, and what to do. */
export interface NoEngine {
  readonly reason: string;
  /** The same for whoever only uses Pulumi: nothing of the engine that this repository builds for its tests. */
  readonly what: string;
  readonly fix: string;
}

export interface Surroundings {
  /** Folder of Pulumi.yaml, which says the oldest version. */
  readonly project: string;
  /** Defaults to this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Defaults to this user's. */
  readonly home?: string;
}

const CLI = "pulumi";
const LANGUAGE_HOST = "pulumi-language-nodejs";
const INSTALL = "install Pulumi (https://www.pulumi.com/docs/install/)";
const MEND = `${INSTALL}, run .ci/engine/build, or set PULUMI_ENGINE`;

/** `PULUMI_ENGINE` if it is set, else the one on PATH, else the built one. One that is too old is refused, not passed over. */
export function findEngine({ project, env = process.env, home = homedir() }: Surroundings): Engine | NoEngine {
  const path = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const named = env.PULUMI_ENGINE;
  if (named !== undefined && named !== "") {
    const file = isFolder(named) ? join(named, CLI) : named;
    const missing = lacks(resolve(file), path);
    return missing === undefined ? checked(resolve(file), project) : none(`PULUMI_ENGINE=${named}: ${missing}`);
  }
  const installed = path.map((folder) => join(folder, CLI)).find(isExecutable);
  const built = join(cacheFolder(env, home), CLI);
  const missing = installed === undefined ? `no ${CLI} on PATH` : lacks(installed, path);
  if (installed !== undefined && missing === undefined) return checked(installed, project);
  const missingToo = lacks(built, path);
  return missingToo === undefined ? checked(built, project) : none(missing ?? "", `, and ${missingToo}`);
}

function none(what: string, built = ""): NoEngine {
  return { reason: `${what}${built}; ${MEND}`, what, fix: `${INSTALL}, or set PULUMI_ENGINE` };
}

export const isEngine = (found: Engine | NoEngine): found is Engine => "version" in found;

function cacheFolder(env: NodeJS.ProcessEnv, home: string): string {
  const cache = env.XDG_CACHE_HOME;
  return join(
    cache === undefined || cache === "" ? join(home, ".cache") : cache,
    "aks-workload-identity",
    "engine",
    PINNED_ENGINE,
  );
}

/** The CLI looks for its language host beside itself and on PATH. */
function lacks(file: string, path: readonly string[]): string | undefined {
  if (!isExecutable(file)) return `no executable ${file}`;
  if ([dirname(file), ...path].some((folder) => isExecutable(join(folder, LANGUAGE_HOST)))) return undefined;
  return `${file} has no ${LANGUAGE_HOST} beside it or on PATH`;
}

function checked(path: string, project: string): Engine | NoEngine {
  const { stdout, stderr, error, status } = spawnSync(path, ["version"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 30_000,
  });
  const [, version, core] = /^v?((\d+\.\d+\.\d+)\S*)\s*$/.exec(stdout ?? "") ?? [];
  if (version === undefined || core === undefined) {
    const said = error?.message ?? `exit code ${status}, ${JSON.stringify(`${stdout}${stderr}`.trim())}`;
    return none(`"${path} version" gave no version: ${said}`);
  }
  const oldest = oldestVersion(join(project, "Pulumi.yaml"));
  if (oldest !== undefined && isOlder(core, oldest)) {
    const what = `${path} is Pulumi ${version}, and Pulumi.yaml asks for >=${oldest} (requiredPulumiVersion)`;
    const fix = "upgrade it, or set PULUMI_ENGINE to a newer one";
    return { reason: `${what}; ${fix}`, what, fix };
  }
  return { path, version, directory: dirname(path) };
}

const projectShape = z.looseObject({ requiredPulumiVersion: z.string().optional() });

/** Other ranges than ">=" are the engine's to check, which it does before it runs the program. */
function oldestVersion(file: string): string | undefined {
  const { requiredPulumiVersion = "" } = projectShape.parse(parse(readFileSync(file, "utf8")));
  return /^>=\s*(\d+\.\d+\.\d+)$/.exec(requiredPulumiVersion)?.[1];
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
