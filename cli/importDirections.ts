// Which folder may import which: the layers of docs/architecture.md, held by npm run check.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/** How a folder becomes what is uploaded: the rehearsal builds from the same bytes. */
const IMAGE_BUILD = "components/imageBuild";

/** For each layer, the layers, or folders of a layer, that it may import besides itself. */
export const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  "index.ts": ["config.ts", "components"],
  "config.ts": ["config", "components", "chain"],
  config: ["components", "chain"],
  chain: [],
  components: ["chain"],
  rehearsal: ["chain", IMAGE_BUILD],
  policy: ["chain"],
  diagnosis: ["chain", "rehearsal"],
  mutants: ["chain", "rehearsal", "policy"],
  cli: ["chain", "rehearsal", "policy", "diagnosis", "mutants", "bench"],
  bench: ["chain", "rehearsal", IMAGE_BUILD],
  examples: ["components", "chain"],
  app: [],
};

/** Packages that a layer may not use: chain/ stays free of all, and only the program's process loads Pulumi. */
const FORBIDDEN_PACKAGES: Readonly<Record<string, RegExp>> = {
  chain: /^(?!node:)/,
  // Signing in is the provider's business: the clients of the registry are handed its tokens.
  components: /^@azure\/(?!arm-containerregistry$|container-registry$|core-)/,
  "index.ts": /^@pulumi\/azure-native$/,
};

const GENERATED: readonly string[] = ["node_modules", "dist"];
const IMPORT = /\b(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g;

/** One sentence for each import that points the wrong way. */
export function wrongImports(root: string): string[] {
  return Object.keys(ALLOWED_IMPORTS).flatMap((layer) =>
    sources(root, layer).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(IMPORT)].flatMap(([, target]) => problem(root, layer, file, target ?? "")),
    ),
  );
}

function problem(root: string, layer: string, file: string, target: string): string[] {
  const place = relative(root, file);
  if (!target.startsWith("."))
    return FORBIDDEN_PACKAGES[layer]?.test(target) ? [`${place}: ${layer} must not import the package ${target}`] : [];
  const path = relative(root, resolve(dirname(file), target));
  // "./config" is the file config.ts; "./config/keys" lies in the folder beside it.
  const [head = "", ...rest] = path.split("/");
  const reached = rest.length === 0 && Object.hasOwn(ALLOWED_IMPORTS, `${head}.ts`) ? `${head}.ts` : head;
  const allowed = ALLOWED_IMPORTS[layer]?.some((target) => target === reached || path.startsWith(`${target}/`)) ?? false;
  return reached === layer || allowed ? [] : [`${place}: ${layer} must not import ${path}`];
}

function sources(root: string, layer: string): string[] {
  if (layer.endsWith(".ts")) return existing(join(root, layer));
  try {
    return readdirSync(join(root, layer), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[cm]?ts$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (file) =>
          !relative(root, file)
            .split(sep)
            .some((folder) => GENERATED.includes(folder)),
      );
  } catch {
    return [];
  }
}

function existing(file: string): string[] {
  try {
    readFileSync(file);
    return [file];
  } catch {
    return [];
  }
}
