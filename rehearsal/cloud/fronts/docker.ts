// What @pulumi/docker's Image leaves in a registry, without building: a digest, and the folder that it stands for.
import { z } from "zod";
import { AzureError } from "../azureError";
import { imageDigest } from "../behaviours";
import type { Properties } from "../resourceManager";

const shape = z.looseObject({
  imageName: z.string().min(1),
  build: z.looseObject({ context: z.string().default("."), dockerfile: z.string().optional() }),
});

export interface PushedImage {
  /** `repository@sha256:…` */
  readonly reference: string;
  /** Folder of the build context, as the program gave it (relative to the project). */
  readonly context: string;
}

export class ImageStore {
  readonly #images = new Map<string, PushedImage>();

  constructor(readonly onPush: (image: PushedImage) => void) {}

  /** The image of a reference by digest, or undefined: nothing pushed it. */
  find(reference: string): PushedImage | undefined {
    return this.#images.get(reference);
  }

  register(type: string, inputs: Properties) {
    if (type !== "docker:index/image:Image") throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type}`);
    const { imageName, build } = shape.parse(inputs);
    const repository = imageName.replace(/:[^:/]+$/, "");
    const repoDigest = `${repository}@${imageDigest(imageName)}`;
    const image = { reference: repoDigest, context: build.context };
    this.#images.set(repoDigest, image);
    this.onPush(image);
    return {
      id: imageName,
      state: { ...inputs, baseImageName: imageName, registryServer: repository.split("/")[0], repoDigest },
    };
  }
}
