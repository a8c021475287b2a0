// Kubernetes manifests of a program: what they hold, and where it stands, so that a finding names the file to change.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { LineCounter, parseAllDocuments } from "yaml";
import { z } from "zod";
import { globExpression, hasWildcard } from "../build/glob";

export interface ManifestObject {
  /** As Pulumi names it: kubernetes:apps/v1:Deployment. */
  readonly type: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const record = z.record(z.string(), z.unknown());
const objectShape = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional(), namespace: z.string().nullish() }).nullish(),
  items: z.array(z.unknown()).nullish(),
});

/** Folders are not looked into deeper, nor more of their files: a program's manifests lie beside it. */
const LIMITS = { depth: 6, files: 2000 };

export class Manifests {
  /** Where each object stands, by type, namespace and name. */
  readonly #places = new Map<string, string>();
  /** Namespaces that a manifest holds: an object in one may come before it. */
  readonly namespaces = new Set<string>();
  #files: ReadonlyMap<string, string> | undefined;

  constructor(readonly directory: string) {}

  /** The objects of a manifest. Throws for what is no YAML, or no Kubernetes object, with file and line. */
  read(text: string, file = this.#fileOf(text)): ManifestObject[] {
    const lines = new LineCounter();
    const place = (offset: number) => `${file ?? "a manifest"}:${lines.linePos(offset).line}`;
    const documents = parseAllDocuments(text, { lineCounter: lines });
    if (!Array.isArray(documents)) return [];
    return documents.flatMap((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw new Error(`${place(error.pos[0])} is not YAML: ${error.message.split("\n")[0]}`);
      const content: unknown = document.toJS();
      if (content === null || content === undefined) return [];
      const where = place(document.contents?.range?.[0] ?? document.range[0]);
      const objects = objectsIn(content, where);
      for (const { type, namespace, name } of objects) {
        if (file !== undefined) this.#places.set(keyOf(type, namespace, name), `${where} (${type}::${name})`);
        if (type === NAMESPACE) this.namespaces.add(name);
      }
      return objects;
    });
  }

  /** `file:line (type::name)` of an object that came from a manifest; undefined for others. */
  placeOf(type: string, inputs: unknown): string | undefined {
    const parsed = objectShape.shape.metadata.safeParse(record.safeParse(inputs).data?.metadata);
    const { name, namespace } = parsed.data ?? {};
    const keys = [namespace ?? undefined, undefined].map((each) => keyOf(type, each, name ?? ""));
    return keys.map((key) => this.#places.get(key)).find((found) => found !== undefined);
  }

  /** The objects of the files that a path or pattern names, as Go's filepath.Glob takes it: relative to the folder. Undefined: there is none. */
  readFiles(pattern: string): ManifestObject[] | undefined {
    const files = hasWildcard(pattern) ? matching(this.directory, pattern) : [pattern];
    const texts = files.flatMap((file) => {
      const path = resolve(this.directory, file);
      return existsSync(path) ? [{ file, text: readFileSync(path, "utf8") }] : [];
    });
    return texts.length === 0 ? undefined : texts.flatMap(({ file, text }) => this.read(text, file));
  }

  // Pulumi hands over the text of a file and not its name. Manifests may lie beside the program's folder, too.
  #fileOf(text: string): string | undefined {
    this.#files ??= new Map(
      [...filesIn(dirname(this.directory), 2), ...filesIn(this.directory)].map((file) => [
        readFileSync(file, "utf8"),
        relative(this.directory, file),
      ]),
    );
    return this.#files.get(text);
  }
}

const NAMESPACE = "kubernetes:core/v1:Namespace";

function objectsIn(content: unknown, where: string): ManifestObject[] {
  const parsed = objectShape.safeParse(content);
  if (!parsed.success) throw new Error(`${where} is no Kubernetes object: it needs apiVersion and kind`);
  const { apiVersion, kind, metadata, items } = parsed.data;
  if (kind.endsWith("List") && items) return items.flatMap((item) => objectsIn(item, where));
  const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  return [{ type, name: metadata?.name ?? "", namespace: metadata?.namespace ?? undefined, inputs: parsed.data }];
}

function matching(directory: string, pattern: string): string[] {
  const segments = pattern.replace(/^\.\//, "").split("/");
  const fixed = segments.slice(0, segments.findIndex(hasWildcard)).join("/");
  const expression = globExpression(segments.join("/"));
  const depth = segments.length - (fixed === "" ? 0 : fixed.split("/").length) - 1;
  return filesIn(resolve(directory, fixed), depth)
    .map((file) => relative(directory, file))
    .filter((file) => expression.test(file))
    .sort();
}

function keyOf(type: string, namespace: string | undefined, name: string): string {
  return `${type}|${namespace ?? ""}|${name}`;
}

function filesIn(directory: string, depth = LIMITS.depth): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return depth === 0 || /^(node_modules|\..*)$/.test(entry.name) ? [] : filesIn(path, depth - 1);
      return entry.isFile() && /\.(ya?ml|json)$/.test(entry.name) ? [path] : [];
    })
    .slice(0, LIMITS.files);
}
