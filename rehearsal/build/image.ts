// The image that a build ends with: what a kubelet starts, and what its Dockerfile will be regretted for.
import { posix } from "node:path";
import { type ImageConfig, runnableImage } from "../cluster/imageCommand";
import { userId } from "../cluster/imageUser";
import type { Stage } from "./stage";
import type { BuiltStages } from "./stages";
import type { BuiltImage, DockerfileWarning } from "./types";
import { commandsOf } from "./words";

export async function imageOf({ last, userLine, floating, notPerformed }: BuiltStages): Promise<BuiltImage> {
  const { user, base } = last;
  return {
    runnable: await runnableImage(configOf(last, notPerformed)),
    user,
    ...(base === undefined ? {} : { base }),
    warnings: [...floating, ...userWarnings(last, userLine)],
    notPerformed,
  };
}

function configOf(stage: Stage, notPerformed: readonly string[]): ImageConfig {
  const { entrypoint, command, environment, workdir, folder } = stage;
  const parts = [entrypoint, command].filter((part) => part !== undefined);
  return {
    words: wordsOf(stage),
    written: parts.map((part) => ("exec" in part ? JSON.stringify(part.exec) : part.shell)).join(" "),
    environment,
    workdir,
    notPerformed,
    find: async (path) => (await folder.resolve(posix.resolve(workdir, path))).path,
  };
}

// https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
function wordsOf(stage: Stage): readonly string[] | undefined {
  const { entrypoint, command } = stage;
  if (entrypoint !== undefined && "shell" in entrypoint) return shellWords(entrypoint.shell, stage);
  const program = entrypoint?.exec ?? [];
  if (command === undefined) return program;
  if ("exec" in command) return [...program, ...command.exec];
  return program.length === 0 ? shellWords(command.shell, stage) : [...program, "/bin/sh", "-c", command.shell];
}

// `exec` only makes the shell step aside.
function shellWords(line: string, { lookup }: Stage): readonly string[] | undefined {
  const [words, ...others] = commandsOf(line, lookup) ?? [];
  if (words === undefined || others.length > 0) return undefined;
  return words[0] === "exec" ? words.slice(1) : words;
}

/** Kubernetes can only tell a number from root. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
function userWarnings({ user, base }: Stage, line: number): DockerfileWarning[] {
  if ((userId(user) ?? 0) !== 0) return [];
  const missing = base === undefined ? "no USER" : `no USER: whichever ${base} has`;
  return [{ kind: "userNotNumeric", line, actual: user === undefined ? missing : `USER ${user}` }];
}
