// Tags of a stack: those that every resource has, and the stack's own. https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources
import type { ConfigValues } from "./keys";
import type { Mistake } from "./mistakes";

const URL = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources";
const MOST_TAGS = 50;

export const TAG_NAME = {
  text: "1 to 512 characters without <, >, %, &, \\, ? and /",
  matches: (value: string) => /^[^<>%&\\?/]{1,512}$/.test(value),
  url: URL,
};
export const TAG_VALUE = { text: "at most 256 characters", matches: (value: string) => value.length <= 256, url: URL };

/** Own tags win. */
export function tagsOf(project: string, stack: string, own: Record<string, string>): Record<string, string> {
  return { project, stack, ...own };
}

/** Azure takes two names that differ only in case for one, and refuses both together. */
export function tagMistakes({ tags }: Pick<ConfigValues, "tags">): Mistake[] {
  const names = Object.keys(tagsOf("", "", tags));
  const clashes = names.flatMap((name, index) => {
    const first = names.slice(0, index).find((earlier) => earlier.toLowerCase() === name.toLowerCase());
    if (first === undefined) return [];
    return [{ key: `tags.${name}`, problem: `must be written ${first}: names of tags differ by more than case`, url: URL }];
  });
  if (names.length <= MOST_TAGS) return clashes;
  const problem = `must be few enough for ${MOST_TAGS} together with project and stack`;
  return [...clashes, { key: "tags", problem, got: String(names.length), url: URL }];
}
