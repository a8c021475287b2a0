// What a registry's builder reads of a Dockerfile before it builds: line by line, with rules of its own that are narrower than Docker's.
// https://github.com/Azure/acr-builder/blob/main/scan/dependencies.go
import { referenceProblem } from "./baseImage";
import { BuildFailure } from "./failure";

/** Throws a `BuildFailure` for a Dockerfile that a registry's builder does not understand, though Docker would. */
export function scanDependencies(content: string, given: Readonly<Record<string, string>>): void {
  const values = new Map(Object.entries(given));
  const names = new Set<string>();
  for (const [index, text] of content.split(/\r?\n/).entries()) {
    const [keyword = "", first = "", second, third] = text.trim().split(/\s+/);
    if (keyword.toUpperCase() === "ARG") {
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/.exec(first) ?? [];
      // The first value stays: no later ARG changes it.
      if (name !== "" && !values.has(name)) values.set(name, withoutQuotes(value));
    }
    if (keyword.toUpperCase() !== "FROM") continue;
    const line = `(Dockerfile line ${index + 1})`;
    if (first === "" || first === "\\" || (second !== undefined && (third === undefined || second.toUpperCase() !== "AS")))
      throw new BuildFailure(
        `failed to scan dependencies: unable to understand line ${text.trim()} ${line}. ` +
          "A registry's builder understands FROM with an image and AS with a name, without options, on one line",
      );
    const image = withoutQuotes(expanded(first, values));
    const problem = names.has(image) ? undefined : referenceProblem(image);
    if (problem !== undefined)
      throw new BuildFailure(
        `failed to scan dependencies: ${problem}: ${JSON.stringify(image)} ${line}. ` +
          `A registry's builder reads $NAME and \${NAME} there, of build arguments and of ARG with a value, and nothing else`,
      );
    if (third !== undefined) names.add(third);
  }
}

// No operators: `${NAME:-other}` is a variable of that odd name, and empty.
function expanded(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{([^}]*)\}|(\w+))/g,
    (_, braced?: string, plain?: string) => values.get(braced ?? plain ?? "") ?? "",
  );
}

function withoutQuotes(text: string): string {
  return text.replace(/^"+|"+$/g, "").replace(/^'+|'+$/g, "");
}
