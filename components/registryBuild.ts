// Builds an image in its registry while the program runs, signed in as azure-native is, and keeps in the state what came of it.
import { relative } from "node:path";
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { ContainerRegistry } from "./containerRegistry";
import type { BuiltImage } from "./imageBuild/buildImage";
import type { BuildContext } from "./imageBuild/context";
import { untilInterrupted } from "./interruption";
import { lateError } from "./validate";

export interface RegistryBuildArgs {
  registry: ContainerRegistry;
  context: BuildContext;
  repository: string;
  /** Follows from the content: the same content is looked up under it and not built again. */
  tag: string;
  /** Build arguments by name; they do not count as content. */
  buildArguments: Readonly<Record<string, string>>;
  timeoutSeconds: number;
}

/**
 * The image's reference, `registry/repository@sha256:…`: known in a preview exactly where the content is the one that was deployed last.
 *
 * The state holds the digest in a `Stash` that is named after the content, so that other content is another resource: its creation is what a preview
 * shows. A preview calls nothing, and what it does not know must not look like a change. https://www.pulumi.com/docs/iac/concepts/resources/stash/
 */
export function builtInRegistry(name: string, args: RegistryBuildArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const { registry, context, repository, tag } = args;
  const preview = pulumi.runtime.isDryRun();
  let outcome: (BuiltImage & { readonly registryName: string }) | undefined;
  const built = async ([registryId, loginServer]: readonly [string, string]) => {
    const image = await oneBuild(`${loginServer}/${repository}:${tag}`, () => build(registryId, loginServer, args, parent));
    outcome = { ...image, registryName: registryId.slice(registryId.lastIndexOf("/") + 1) };
    return image.digest;
  };
  const digest = preview ? pulumi.unknown : pulumi.all([registry.registryId, registry.loginServer]).apply(built);

  // Hooks are known by name in the whole program, and images of one name may have different parents.
  hookSets += 1;
  const announce = new pulumi.ResourceHook(
    `${name}-announce-${hookSets}`,
    async () => {
      // The engine calls it for a creation, and in an update only when the build is over.
      if (preview) await pulumi.log.info(`will build ${repository}:${tag} in the registry, ${extent(context)}`, parent);
    },
    { onDryRun: true },
  );
  const refuse = new pulumi.ResourceHook(`${name}-refuse-${hookSets}`, ({ oldInputs, newInputs }) => {
    if (outcome?.how !== "found") return;
    throw new Error(otherImage(outcome.registryName, `${repository}:${tag}`, digestIn(oldInputs), digestIn(newInputs)));
  });
  const memory = new pulumi.Stash(
    `${name}-${tag}`,
    { input: digest },
    { parent, ignoreChanges: preview ? ["input"] : [], hooks: { beforeCreate: [announce], beforeUpdate: [refuse] } },
  );
  // What it was given first stays in `output`; the present value is its input.
  return pulumi.interpolate`${registry.loginServer}/${repository}@${memory.input}`;
}

let hookSets = 0;
const underWay = new Map<string, Promise<BuiltImage>>();

// Two images of the same content under the same tag would both find nothing, be built twice, and give the tag two digests.
function oneBuild(image: string, start: () => Promise<BuiltImage>): Promise<BuiltImage> {
  const known = underWay.get(image);
  if (known !== undefined) return known;
  const started = start().finally(() => underWay.delete(image));
  underWay.set(image, started);
  return started;
}

function build(registryId: string, loginServer: string, args: RegistryBuildArgs, parent: pulumi.Resource): Promise<BuiltImage> {
  // The clients of the registry take long to load, and a preview needs none of them.
  const { buildImage } = require("./imageBuild/buildImage") as typeof import("./imageBuild/buildImage");
  const { connectRegistry } = require("./imageBuild/registry") as typeof import("./imageBuild/registry");
  const registry = connectRegistry({
    registryId,
    loginServer,
    roleMode: args.registry.roleMode,
    // Asked for anew each time: the provider refreshes its sign-in itself.
    token: async (endpoint) => (await authorization.getClientToken({ endpoint }, { parent })).token,
  });
  const { context, repository, tag, buildArguments, timeoutSeconds } = args;
  let shown: Promise<unknown> = Promise.resolve();
  const log = (line: string) => {
    // Ephemeral: a line is shown when it comes, and not all of them once more at the end.
    shown = pulumi.log.info(line, parent, undefined, true).catch(() => {});
  };
  const built = async (signal: AbortSignal) => {
    try {
      return await buildImage(registry, { context, repository, tag, arguments: buildArguments, timeoutSeconds }, { signal, log });
    } catch (error) {
      // Nobody waits for the outcome any more, but a run that could not be cancelled is worth a word.
      if (signal.aborted) await pulumi.log.warn(messageOf(error), parent).catch(() => {});
      throw error;
    } finally {
      await shown;
    }
  };
  return untilInterrupted(built).catch((error: unknown) => {
    throw lateError(parent, messageOf(error));
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function extent({ folder, entries, bytes }: BuildContext): string {
  return `${entries.length} files of ${relative(process.cwd(), folder) || "."}, ${Math.ceil(bytes / 1024)} KiB`;
}

const inputsShape = z.looseObject({ input: z.string() });

function digestIn(inputs: unknown): string {
  return inputsShape.safeParse(inputs).data?.input ?? "nothing";
}

function otherImage(registry: string, image: string, known: string, found: string): string {
  return (
    `${image} names ${found} in the registry, but this stack has ${known} for the same content: somebody pushed over the tag. ` +
    `Remove the tag (az acr repository untag --name ${registry} --image ${image}), and run again: the image is then built anew from the folder.`
  );
}
