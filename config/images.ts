// What only the disk tells about images, in the words of config.
import { buildsFromFolder, imageMistake } from "../components/appImage";
import { holds } from "./decode";
import type { ConfigValues } from "./keys";
import type { Mistake } from "./mistakes";
import { imagesOf } from "./workloads";

/** Folders that no image can be built from. Looked at before anything is registered: an image is declared last. */
export function folderMistakes(values: Readonly<Record<string, unknown>>): Mistake[] {
  if (!holds(values, ["imageBuilder", "image", "appFolder", "appDockerfile", "workloads"])) return [];
  // Where nothing is built, an entry with a folder is a mistake of another kind.
  if (!buildsFromFolder(values.imageBuilder)) return [];
  // The revision is no matter of a folder: a wrong one does not keep the folders from being looked at.
  const images = imagesOf({ ...values, sourceRevision: undefined });
  const mistakes = Object.entries(images).flatMap(([workload, image]) => {
    const found = buildsFromFolder(image.builder) ? imageMistake(workload, image) : undefined;
    if (found === undefined) return [];
    const { field, rule, got, url } = found;
    const key = keyOf(values, workload, field);
    // An entry that names only its folder has no Dockerfile to be wrong about.
    if (field === "dockerfile" && key.endsWith(".folder")) {
      const problem = `must hold a file ${JSON.stringify(got)} (names count by case), or dockerfile must name another one`;
      return [{ key, problem, got: JSON.stringify(image.folder), url }];
    }
    return [{ key, problem: `must be ${rule}`, got: JSON.stringify(got), url }];
  });
  // Several workloads may share the default one's folder.
  return mistakes.filter(({ key }, index) => mistakes.findIndex((earlier) => earlier.key === key) === index);
}

/** The key that a field of the image comes from: an entry's own, or the default workload's where the entry leaves it out. */
function keyOf({ workloads }: Pick<ConfigValues, "workloads">, workload: string, field: string): string {
  const entry = workloads[workload] ?? {};
  if (field === "folder") return entry.folder === undefined ? "appFolder" : `workloads.${workload}.folder`;
  if (field !== "dockerfile") return workload in workloads ? `workloads.${workload}` : field;
  if (entry.dockerfile !== undefined) return `workloads.${workload}.dockerfile`;
  return entry.folder === undefined ? "appDockerfile" : `workloads.${workload}.folder`;
}
