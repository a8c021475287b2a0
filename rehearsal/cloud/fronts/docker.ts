// What @pulumi/docker's Image leaves in a registry: an image of a folder, and the digest that stands for it.
import { z } from "zod";
import type { BuiltImage } from "../../build/types";
import { imageDigest } from "../behaviours";
import type { ImageStore } from "../images";
import { type Front, notEmulated, type ResourceAnswer, type ResourceRequest } from "./front";

const shape = z.looseObject({
  imageName: z.string().min(1),
  build: z.looseObject({
    context: z.string().default("."),
    dockerfile: z.string().optional(),
    args: z.record(z.string(), z.string()).default({}),
  }),
});

/** What an image is built from, as the program gave it: paths are relative to the project. */
export interface ImageFolder {
  readonly context: string;
  /** Undefined: the Dockerfile of the context. */
  readonly dockerfile: string | undefined;
  readonly arguments: Readonly<Record<string, string>>;
}

/** Makes an image of a folder; started as soon as the program registers it. */
export type FolderBuilder = (folder: ImageFolder) => Promise<BuiltImage>;

export function dockerFront(images: ImageStore, build: FolderBuilder) {
  const push = ({ type, inputs }: ResourceRequest): ResourceAnswer => {
    if (type !== "docker:index/image:Image") throw notEmulated(type);
    const { imageName, build: from } = shape.parse(inputs);
    const [, tag = "latest"] = /:([^:/]+)$/.exec(imageName) ?? [];
    const repository = imageName.replace(/:[^:/]+$/, "");
    const digest = imageDigest(imageName);
    images.push(repository, tag, digest, build({ context: from.context, dockerfile: from.dockerfile, arguments: from.args }));
    const repoDigest = `${repository}@${digest}`;
    return {
      id: imageName,
      state: { ...inputs, baseImageName: imageName, registryServer: repository.split("/")[0], repoDigest },
    };
  };
  return {
    create: push,
    update: (_id: string, request: ResourceRequest) => push(request),
    // The provider looks nothing up, and leaves images where they are. https://www.pulumi.com/registry/packages/docker/api-docs/image/
    read: () => undefined,
    delete() {},
  } satisfies Front;
}
