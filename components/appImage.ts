import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerRegistry } from "./containerRegistry";
import { type BuildContext, readContext } from "./imageBuild/context";
import { builtInRegistry } from "./registryBuild";
import { registryLogin } from "./registryLogin";
import { RANGES, RULES } from "./rules";
import { checkInteger, checkText, mistake, type Place, RuleError } from "./validate";

/** Where an image comes from. */
export const ImageBuilder = {
  /** Built in the registry from the folder on this machine; nothing but Pulumi is needed here. */
  Acr: "acr",
  /** Built on this machine by Docker and pushed. */
  Docker: "docker",
  /** Pushed by somebody else, named by its digest. */
  Prebuilt: "prebuilt",
} as const;
export type ImageBuilder = (typeof ImageBuilder)[keyof typeof ImageBuilder];

/** Whether a builder makes images from folders. */
export function buildsFromFolder(builder: ImageBuilder): builder is FolderBuilder {
  return builder !== ImageBuilder.Prebuilt;
}
type FolderBuilder = Exclude<ImageBuilder, typeof ImageBuilder.Prebuilt>;

const CONTEXT_URL = "https://docs.docker.com/build/concepts/context/";
/** Twelve of 64 digits tell any two folders apart that one stack will ever build. */
const TAG_LENGTH = 12;
/** Build argument of the Dockerfile. One that it does not declare is left out with a warning. */
const REVISION_ARGUMENT = "IMAGE_REVISION";

export interface AppImageArgs {
  /** Where the image comes from. Another builder makes another image, which rolls the pods over. */
  builder: ImageBuilder;
  /** Registry that a built image goes to. Required for `acr` and `docker`. */
  registry?: ContainerRegistry | undefined;
  /** Folder that the image is built from, relative to the project. Required for `acr` and `docker`. At most 100 MiB of it may enter the build. */
  folder?: string | undefined;
  /** Dockerfile inside `folder`. Defaults to `Dockerfile`. */
  dockerfile?: string | undefined;
  /** Repository in the registry. Defaults to the component's name. Another one is another image; the old one stays in the registry. */
  imageName?: string | undefined;
  /**
   * Commit that the Dockerfile gets as build argument `IMAGE_REVISION`, for `acr`. Defaults to the tag. It is not content: alone it builds nothing, and an
   * image keeps the revision of which it was built first.
   */
  revision?: string | undefined;
  /** Longest time that a build in the registry may take, in seconds, within `RANGES.buildSeconds` (300 to 28800). Defaults to 1800. */
  timeoutSeconds?: number | undefined;
  /** `registry/repository@sha256:…` of an image that exists. Required for `prebuilt`. */
  reference?: string | undefined;
}

/**
 * An image to deploy, pinned by its digest.
 *
 * With `acr` and `docker` it is built for linux/amd64 under a tag that follows from the contents of the folder: built again only when a file that enters
 * the build has changed. `acr` builds while the program runs, beside whatever else is created, and looks in the registry first. With `prebuilt` nothing is
 * created. A destroy leaves images in the registry.
 */
export class AppImage extends pulumi.ComponentResource {
  /** `repository@sha256:…`; known after the push. */
  readonly reference: pulumi.Output<string>;
  /** `sha256:…` */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, args: AppImageArgs, opts?: pulumi.ComponentResourceOptions) {
    const create = sourceOf({ component: "AppImage", name }, args)(args.registry);
    super("aks-workload-identity:index:AppImage", name, {}, opts);

    this.reference = create(this);
    this.digest = this.reference.apply((reference) => reference.slice(reference.indexOf("@") + 1));
    this.registerOutputs({ reference: this.reference, digest: this.digest });
  }
}

/** What an `AppImage` of this name would throw for its folder or reference, without registering anything. */
export function imageMistake(name: string, args: Omit<AppImageArgs, "registry">): RuleError | undefined {
  try {
    sourceOf({ component: "AppImage", name }, args);
    return undefined;
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
}

/** Makes an image's reference, with what it takes to create as children of `parent`; the registry is looked at first. */
type ImageSource = (registry: ContainerRegistry | undefined) => (parent: AppImage) => pulumi.Output<string>;

// Everything that can be wrong is found here, before anything is registered. A further builder is a further case.
function sourceOf(place: Place, args: AppImageArgs): ImageSource {
  if (!buildsFromFolder(args.builder)) return prebuiltSource(place, args);
  const build = folderBuild(place, args.builder, args);
  return (registry) => {
    if (registry === undefined)
      throw mistake(place, "registry", `a ContainerRegistry when the builder is ${args.builder}`, "none", CONTEXT_URL);
    return args.builder === ImageBuilder.Acr
      ? registrySource(place, build, args, registry)
      : dockerSource(place, build, registry);
  };
}

function prebuiltSource(place: Place, { reference = "" }: AppImageArgs): ImageSource {
  checkText(place, "reference", RULES.imageReference, reference);
  return () => () => pulumi.output(reference);
}

/** What both builders make of a folder. */
interface FolderBuild {
  readonly folder: string;
  readonly dockerfile: string;
  readonly context: BuildContext;
  readonly repository: string;
  readonly tag: string;
}

function folderBuild(
  place: Place,
  builder: ImageBuilder,
  { folder, dockerfile = "Dockerfile", imageName = place.name, timeoutSeconds }: AppImageArgs,
): FolderBuild {
  checkText(place, "imageName", RULES.repository, imageName);
  checkInteger(place, "timeoutSeconds", RANGES.buildSeconds, timeoutSeconds);
  if (folder === undefined) throw mistake(place, "folder", `a folder when the builder is ${builder}`, "", CONTEXT_URL);
  const context = readContext(place, folder, dockerfile);
  return { folder, dockerfile, context, repository: imageName, tag: context.hash.slice(0, TAG_LENGTH) };
}

function registrySource(
  { name }: Place,
  { context, repository, tag }: FolderBuild,
  { revision = tag, timeoutSeconds = 1800 }: AppImageArgs,
  registry: ContainerRegistry,
) {
  const buildArguments = { [REVISION_ARGUMENT]: revision };
  return (parent: AppImage) =>
    builtInRegistry(`${name}-image`, { registry, context, repository, tag, buildArguments, timeoutSeconds }, parent);
}

function dockerSource({ name }: Place, { folder, dockerfile, repository, tag }: FolderBuild, { loginServer }: ContainerRegistry) {
  const args: docker.ImageArgs = {
    imageName: pulumi.interpolate`${loginServer}/${repository}:${tag}`,
    // A commit here would be a difference to Docker's provider, and every commit a new image.
    build: { context: folder, dockerfile: join(folder, dockerfile), platform: "linux/amd64", args: { [REVISION_ARGUMENT]: tag } },
    registry: registryLogin(loginServer),
  };
  return (parent: AppImage) => new docker.Image(`${name}-image`, args, { parent }).repoDigest;
}
