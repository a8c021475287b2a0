import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerRegistry } from "./containerRegistry";
import { contentHash } from "./contentHash";
import { registryLogin } from "./registryLogin";
import { RULES } from "./rules";
import { checkText, mistake, type Place, RuleError } from "./validate";

/** Where an image comes from. */
export const ImageBuilder = {
  /** Built on this machine by Docker and pushed. */
  Docker: "docker",
  /** Pushed by somebody else, named by its digest. */
  Prebuilt: "prebuilt",
} as const;
export type ImageBuilder = (typeof ImageBuilder)[keyof typeof ImageBuilder];

const DOCKER_URL = "https://docs.docker.com/build/concepts/context/";
/** Twelve of 64 digits tell any two folders apart that one stack will ever build. */
const TAG_LENGTH = 12;

export interface AppImageArgs {
  builder: ImageBuilder;
  /** Registry that a built image is pushed to. Required for `docker`. */
  registry?: ContainerRegistry | undefined;
  /** Folder that the image is built from, relative to the project. Required for `docker`. */
  folder?: string | undefined;
  /** Dockerfile inside `folder`. Defaults to `Dockerfile`. */
  dockerfile?: string | undefined;
  /** Repository in the registry. Defaults to the component's name. */
  imageName?: string | undefined;
  /** `registry/repository@sha256:…` of an image that exists. Required for `prebuilt`. */
  reference?: string | undefined;
}

/**
 * An image to deploy, pinned by its digest.
 *
 * With `docker` it is built for linux/amd64 and pushed under a tag that follows from the contents of the folder: built again only when a file that enters
 * the build has changed. With `prebuilt` nothing is created. A destroy leaves images in the registry.
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
  switch (args.builder) {
    case ImageBuilder.Docker:
      return dockerSource(place, args);
    case ImageBuilder.Prebuilt:
      return prebuiltSource(place, args);
  }
}

function prebuiltSource(place: Place, { reference = "" }: AppImageArgs): ImageSource {
  checkText(place, "reference", RULES.imageReference, reference);
  return () => () => pulumi.output(reference);
}

function dockerSource(place: Place, { folder, dockerfile = "Dockerfile", imageName = place.name }: AppImageArgs): ImageSource {
  checkText(place, "imageName", RULES.repository, imageName);
  if (folder === undefined) throw mistake(place, "folder", "a folder when the builder is docker", "", DOCKER_URL);
  const tag = contentHash(place, folder, dockerfile).slice(0, TAG_LENGTH);
  return (registry) => {
    if (registry === undefined)
      throw mistake(place, "registry", "a ContainerRegistry when the builder is docker", "none", DOCKER_URL);
    const args: docker.ImageArgs = {
      imageName: pulumi.interpolate`${registry.loginServer}/${imageName}:${tag}`,
      build: { context: folder, dockerfile: join(folder, dockerfile), platform: "linux/amd64" },
      registry: registryLogin(registry.loginServer),
    };
    return (parent) => new docker.Image(`${place.name}-image`, args, { parent }).repoDigest;
  };
}
