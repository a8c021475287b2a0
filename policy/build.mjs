// Makes the policy pack a package that needs nothing else of this repository: a folder for npm pack, or for --policy-pack as it is.
//   node policy/build.mjs [FOLDER]     Default: dist/ beside this file.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
const target = resolve(process.argv[2] ?? join(folder, "dist"));
// The application's bundler, which its lockfile pins.
const { build } = createRequire(join(root, "app", "package.json"))("esbuild");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  absWorkingDir: folder,
  entryPoints: ["index.ts"],
  outfile: join(target, "index.js"),
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  // Pulumi's own packages must be the ones that the pack is served with; everything else is this repository's own.
  external: ["@pulumi/*"],
  logLevel: "warning",
});
const { private: _, ...manifest } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
await writeFile(join(target, "package.json"), `${JSON.stringify({ ...manifest, main: "index.js" }, null, 2)}\n`);
const { description } = manifest;
await writeFile(
  join(target, "PulumiPolicy.yaml"),
  `description: ${JSON.stringify(description)}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
);
await cp(join(root, "LICENSE"), join(target, "LICENSE"));
const page = await readFile(join(root, "docs", "policy.md"), "utf8");
// A link to another page of the repository leads nowhere in a package: its words stay.
await writeFile(join(target, "README.md"), page.replace(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, "$1"));
