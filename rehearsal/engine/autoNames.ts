// Names that the providers make up where the program gives none: once, and kept from then on.
import { KINDS, kindOf } from "../cloud/fronts/azureKinds";
import type { Properties } from "../cloud/resourceManager";
import { CREATE_BEFORE_DELETE } from "./diffs/azureNative";
import { record } from "./values";

/** https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/metadata/naming.go */
const AUTONAMED = "pulumi.com/autonamed";

/** The input that names a resource of azure-native. */
function nameInput(type: string): string | undefined {
  const kind = kindOf(type);
  if (kind === "resources:ResourceGroup") return "resourceGroupName";
  if (kind === "authorization:RoleAssignment") return "roleAssignmentName";
  if (kind === "authorization:RoleDefinition") return "roleDefinitionId";
  return KINDS[kind ?? ""]?.levels.at(-1)?.[1];
}

/** azure-native appends eight hexadecimal digits, and GUIDs where Azure wants one; kubernetes a dash before them. */
export function autoName(type: string, name: string, news: Properties, olds: Properties, seed: Uint8Array): Properties {
  const digits = Buffer.from(seed).toString("hex").padEnd(32, "0");
  if (type.startsWith("kubernetes:")) {
    const metadata = record(news.metadata);
    if ("name" in metadata || "generateName" in metadata) return news;
    const made = record(olds.metadata).name ?? `${name}-${digits.slice(0, 8)}`;
    return {
      ...news,
      metadata: { ...metadata, name: made, annotations: { ...record(metadata.annotations), [AUTONAMED]: "true" } },
    };
  }
  const input = nameInput(type);
  if (input === undefined || input in news) return news;
  const wantsGuid = type.includes(":authorization:") || type.includes(":authorization/");
  const guid = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
  return { ...news, [input]: olds[input] ?? (wantsGuid ? guid : `${name}${digits.slice(0, 8)}`), [CREATE_BEFORE_DELETE]: true };
}
