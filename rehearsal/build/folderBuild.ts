// Builds images of folders, as Docker does on the machine of whoever deploys.
import { relative, resolve } from "node:path";
import type { ImageFolder } from "../cloud/fronts/docker";
import type { BuiltImage, EmulatedBuilder } from "./types";

export class FolderBuilds {
  readonly #projectDirectory: string;
  readonly #build: EmulatedBuilder;
  readonly #end = new AbortController();
  readonly #underWay = new Set<Promise<BuiltImage>>();

  constructor(projectDirectory: string, build: EmulatedBuilder) {
    this.#projectDirectory = projectDirectory;
    this.#build = build;
  }

  /** A build that fails is an image that cannot run, and says why. */
  readonly start = (folder: ImageFolder): Promise<BuiltImage> => {
    const image = this.#imageOf(folder).catch((error: unknown) =>
      unbuilt(error instanceof Error ? error.message : String(error)),
    );
    this.#underWay.add(image);
    void image.then(() => this.#underWay.delete(image));
    return image;
  };

  /** Cancels what is under way, and waits for its end. */
  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#underWay);
  }

  async #imageOf({ context, dockerfile, arguments: values }: ImageFolder): Promise<BuiltImage> {
    // They load Pulumi, which takes longer than all else that the rehearsal's own process loads.
    const { readContext } =
      require("../../components/imageBuild/context") as typeof import("../../components/imageBuild/context");
    const { archiveOf } = require("../../components/imageBuild/archive") as typeof import("../../components/imageBuild/archive");
    const folder = resolve(this.#projectDirectory, context);
    const recipe = dockerfile === undefined ? "Dockerfile" : relative(folder, resolve(this.#projectDirectory, dockerfile));
    // What Docker would send is what `AppImage` sends to a registry.
    const archive = Buffer.from(await archiveOf(readContext({ component: "docker.Image", name: context }, folder, recipe)));
    const input = { archive, dockerfile: recipe, arguments: values, platform: "linux/amd64", buildKit: true };
    const outcome = await this.#build(input, () => {}, this.#end.signal);
    return "image" in outcome ? outcome.image : unbuilt(`the build of ${context} fails: ${outcome.failure}`);
  }
}

function unbuilt(problem: string): BuiltImage {
  return { runnable: { problem }, user: undefined, warnings: [], notPerformed: [] };
}
