// The image that a build ends with: what a kubelet starts, and what its Dockerfile will be regretted for.
import { posix } from "node:path";
import { type ImageConfig, runnableImage } from "../cluster/imageCommand";
import { userId } from "../cluster/imageUser";
import type { Stage } from "./stage";
import type { BuiltStages } from "./stages";
import { startWords } from "./start";
import type { BuiltImage, DockerfileWarning } from "./types";

export async function imageOf({ last, floating, notPerformed }: BuiltStages): Promise<BuiltImage> {
  const { user, base } = last;
  return {
    runnable: await runnableImage(await configOf(last, notPerformed)),
    user,
    ...(base === undefined ? {} : { base }),
    warnings: [...floating, ...userWarnings(last)],
    notPerformed,
  };
}

async function configOf(stage: Stage, notPerformed: readonly string[]): Promise<ImageConfig> {
  const { entrypoint, command, commandLine, environment, workdir, folder } = stage;
  const parts = [entrypoint, command].filter((part) => part !== undefined);
  const place = { folder: (await folder.resolve(workdir)).path, lookup: stage.lookup };
  return {
    words: await startWords(wordsOf(stage), place),
    written: parts.map((part) => ("exec" in part ? JSON.stringify(part.exec) : part.shell)).join(" "),
    line: commandLine,
    environment,
    workdir,
    notPerformed,
    find: async (path) => (await folder.resolve(posix.resolve(workdir, path))).path,
  };
}

// https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
function wordsOf({ entrypoint, command }: Stage): readonly string[] {
  const shell = (line: string) => ["/bin/sh", "-c", line];
  if (entrypoint !== undefined && "shell" in entrypoint) return shell(entrypoint.shell);
  const program = entrypoint?.exec ?? [];
  if (command === undefined) return program;
  if ("exec" in command) return [...program, ...command.exec];
  return [...program, ...shell(command.shell)];
}

/** Kubernetes can only tell a number from root. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
function userWarnings({ user, userLine, base }: Stage): DockerfileWarning[] {
  if ((userId(user) ?? 0) !== 0) return [];
  const missing = base === undefined ? "no USER" : `no USER: whichever ${base} has`;
  return [{ kind: "userNotNumeric", line: userLine, actual: user === undefined ? missing : `USER ${user}` }];
}
