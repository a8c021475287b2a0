// ConfigFile and ConfigGroup of kubernetes.yaml.v2: components that the provider makes, of files, texts and objects.
// https://www.pulumi.com/registry/packages/kubernetes/api-docs/yaml/v2/
import { z } from "zod";
import type { ProgramBackend, Registration } from "../program/recorder";
import type { LeftOut } from "./leftOut";
import type { ManifestObject, Manifests } from "./manifests";

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const inputShape = z.looseObject({
  file: z.string().optional(),
  files: texts.optional(),
  yaml: texts.optional(),
  objs: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).optional(),
  resourcePrefix: z.string().optional(),
});

export interface ManifestTarget {
  readonly manifests: Manifests;
  readonly leftOut: LeftOut;
  register: ProgramBackend["register"];
  /** What findings call the component. */
  readonly declared: string;
}

export async function registerManifests(
  { name, inputs, provider }: Registration,
  { manifests, leftOut, register, declared }: ManifestTarget,
): Promise<{ id: string; state: Record<string, unknown> }> {
  const { file, files = [], yaml = [], objs = [], resourcePrefix = name } = inputShape.parse(inputs);
  const ofFiles = [...(file === undefined ? [] : [file]), ...files].flatMap((pattern) => {
    if (/^https?:/.test(pattern)) {
      leftOut.note(declared, `not fetched: ${pattern}, since a rehearsal reaches nothing outside this machine`, true);
      return [];
    }
    const found = manifests.readFiles(pattern);
    if (found === undefined) throw new Error(`no file matches ${pattern}`);
    return found;
  });
  const ofTexts = yaml.flatMap((text) => manifests.read(text));
  const given = [objs].flat().map((object) => manifests.read(JSON.stringify(object), undefined));
  const objects = [...ofFiles, ...ofTexts, ...given.flat()].sort(namespacesFirst);
  for (const { type, name: own, namespace, inputs: object } of objects)
    await register({
      type,
      name: `${resourcePrefix}:${namespace === undefined ? own : `${namespace}/${own}`}`,
      inputs: object,
      provider,
      id: undefined,
    });
  return { id: "", state: { ...inputs, resources: [] } };
}

// As the provider does: what others lie in comes first.
function namespacesFirst({ type: one }: ManifestObject, { type: other }: ManifestObject): number {
  return Number(other.endsWith(":Namespace")) - Number(one.endsWith(":Namespace"));
}
