// Which options an instruction takes, by the builder: one that is not known ends a build, and never goes unheard.
import type { Step } from "./dockerfile";
import { BuildFailure, needsBuildKit } from "./failure";

interface Options {
  /** Taken by every builder. */
  readonly all?: readonly string[];
  /** Taken by BuildKit alone, and emulated: they change nothing here, or what is read with them. */
  readonly buildKit?: readonly string[];
  /** Taken by BuildKit alone, and not emulated. */
  readonly notEmulated?: readonly string[];
}

/** https://docs.docker.com/reference/dockerfile/ */
const OPTIONS: Readonly<Record<string, Options>> = {
  FROM: { all: ["platform"] },
  COPY: { all: ["from", "chown"], buildKit: ["chmod", "link"], notEmulated: ["exclude", "parents"] },
  ADD: { all: ["chown"], buildKit: ["chmod", "link", "checksum", "keep-git-dir"], notEmulated: ["exclude", "unpack"] },
  RUN: { buildKit: ["mount", "network", "security"] },
  HEALTHCHECK: { all: ["interval", "timeout", "start-period", "start-interval", "retries"] },
};

const WITHOUT: Readonly<Record<string, string>> = {
  mount: "remove --mount (it only caches; a secret or another folder needs another way)",
  chmod: "remove --chmod and give the files their modes before the build",
};

/** The first line of a here-document. https://docs.docker.com/reference/dockerfile/#here-documents */
const HERE_DOCUMENT = /^[^\n]*(?:^|\s)\d*<<-?["']?[A-Za-z_]/;
const HERE: readonly string[] = ["RUN", "COPY", "ADD"];

/** Throws a `BuildFailure` for a here-document where a registry builds; a step with one is performed by no builder here. */
export function hasHereDocument({ keyword, body }: Step, buildKit: boolean): boolean {
  if (!HERE.includes(keyword) || !HERE_DOCUMENT.test(body)) return false;
  if (!buildKit) throw needsBuildKit("here-document", "put its lines into a file of the folder and COPY it");
  return true;
}

/** Throws a `BuildFailure` for the first option that the builder does not take, or that is not emulated. */
export function checkOptions({ keyword, flags }: Step, buildKit: boolean): void {
  const { all = [], buildKit: more = [], notEmulated = [] } = OPTIONS[keyword] ?? {};
  for (const option of flags.keys()) {
    if (all.includes(option)) continue;
    if (![...more, ...notEmulated].includes(option)) throw new BuildFailure(`unknown flag: ${option}`);
    if (!buildKit) throw needsBuildKit(`--${option} option`, WITHOUT[option] ?? `remove --${option}`);
    if (notEmulated.includes(option))
      throw new BuildFailure(`${keyword} --${option} is not emulated by the rehearsal: write the step without it`);
  }
}
