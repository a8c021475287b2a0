// Programs on this machine: whether they are there, and what they say of their version.
import { execFile } from "node:child_process";
import { delimiter, join, sep } from "node:path";
import { isExecutable } from "../../rehearsal/executable";

type Env = Readonly<Record<string, string | undefined>>;

/** The folders that a shell would look in: npm puts those of packages before them, which `pulumi up` does not see. */
function searchPath({ PATH = "" }: Env): readonly string[] {
  const ofPackages = join("node_modules", ".bin");
  return PATH.split(delimiter).filter(
    (folder) => folder !== "" && !folder.endsWith(`${sep}${ofPackages}`) && folder !== ofPackages,
  );
}

/** Its path; undefined: it is not there. */
export function findProgram(name: string, env: Env): string | undefined {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`, name] : [name];
  return searchPath(env)
    .flatMap((folder) => names.map((each) => join(folder, each)))
    .find(isExecutable);
}

const LIMIT_SECONDS = 20;

/** What it prints, or why it does not run. */
export function output(
  file: string,
  args: readonly string[],
  env: Env,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  return new Promise((resolve) =>
    execFile(file, args, { env: { ...env }, timeout: LIMIT_SECONDS * 1000 }, (error, stdout, stderr) => {
      if (error === null) resolve({ text: String(stdout) });
      else if (error.killed === true) resolve({ problem: `no answer within ${LIMIT_SECONDS} seconds` });
      else resolve({ problem: String(stderr).trim().split(/\r?\n/)[0] || error.message.split(/\r?\n/)[0] || "it failed" });
    }),
  );
}
