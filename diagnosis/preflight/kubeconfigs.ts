// How a program's Kubernetes providers sign in: by a program that the kubeconfig names, or with what stands in it.
import { parse } from "yaml";
import { z } from "zod";

export interface KubeconfigUse {
  /** The program that fetches a token, such as `kubelogin`; undefined: the kubeconfig holds the credential. */
  readonly command: string | undefined;
}

const kubeconfigShape = z.looseObject({
  users: z
    .array(z.looseObject({ user: z.looseObject({ exec: z.looseObject({ command: z.string() }).optional() }).nullish() }))
    .default([]),
});

/** Each one once. What is no kubeconfig in YAML or JSON, such as a path, tells nothing. */
export function kubeconfigUses(kubeconfigs: readonly unknown[]): readonly KubeconfigUse[] {
  const commands = kubeconfigs.flatMap((text) => {
    const parsed = kubeconfigShape.safeParse(typeof text === "string" ? yamlOf(text) : text);
    return parsed.success ? parsed.data.users.map(({ user }) => user?.exec?.command) : [];
  });
  return [...new Set(commands)].map((command) => ({ command }));
}

function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
