// Bundles the application to dist/server.js, the file that the image and the rehearsal both run, with a file for each part that only some pods load, and
// writes beside them what they are made of.
import { glob, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, version } from "esbuild";
import { notices } from "./inventory/notices.mjs";
import { bundledPackages, Refusal } from "./inventory/packages.mjs";
import { sbom } from "./inventory/sbom.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const NOTICES = "THIRD-PARTY-NOTICES.txt";

/** `debug` takes colours from this module if some folder above has it: the bundle would differ from machine to machine. */
const withoutColours = {
  name: "without colours",
  setup(bundler) {
    bundler.onResolve({ filter: /^supports-color$/ }, ({ path }) => ({ path, namespace: "absent" }));
    bundler.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** A third as large as the rest of Storage's SDK, which loads it only for a format of lists that the application never asks for. */
const withoutArrow = {
  name: "without Arrow",
  setup(bundler) {
    bundler.onResolve({ filter: /^apache-arrow$/ }, ({ path }) => ({ path, namespace: "absent" }));
  },
};

/** What only some pods load stays apart: reading it through would cost every start, also of a pod that never loads it. */
const optionalApart = {
  name: "optional apart",
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/optional\/\w+\.js$/ }, ({ path }) => ({ path: `./${basename(path)}`, external: true }));
  },
};

try {
  await writeAll(await contents());
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
}

/** What goes into dist/, by file name. */
async function contents() {
  const { outputFiles, metafile } = await bundle();
  const scripts = outputFiles.filter(({ path }) => path.endsWith(".js")).map(({ path, contents }) => [basename(path), contents]);
  const comments = outputFiles.filter(({ path }) => path.endsWith("LEGAL.txt")).map(({ text }) => text);
  const bundled = await bundledPackages(folder, metafile);
  const application = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return {
    ...Object.fromEntries(scripts),
    "server.cdx.json": sbom(application, version, scripts, bundled),
    [NOTICES]: await notices(folder, bundled.packages, [...new Set(comments)].join("\n")),
  };
}

async function bundle() {
  const result = await build({
    // Paths inside the bundle are relative to this folder: the bytes do not depend on where the build is started.
    absWorkingDir: folder,
    // And not on where node_modules really is.
    preserveSymlinks: true,
    entryPoints: ["src/server.ts", ...(await optional())],
    outdir: "dist",
    entryNames: "[name]",
    bundle: true,
    write: false,
    metafile: true,
    plugins: [withoutColours, withoutArrow, optionalApart],
    platform: "node",
    format: "cjs",
    target: "node24",
    // Names stay, so that a stack trace can be read.
    minifySyntax: true,
    legalComments: "external",
    footer: { js: `/*! Licences of what is bundled here: ${NOTICES} */` },
    logLevel: "warning",
  });
  const strangers = Object.keys(result.metafile.inputs).filter((path) => path.startsWith(".."));
  if (strangers.length > 0)
    throw new Refusal(
      `The bundle would hold files from outside ${folder}, which the image does not have: ${strangers.join(", ")}`,
    );
  return result;
}

/** In the order of their names, whatever order the file system has. */
async function optional() {
  const paths = await Array.fromAsync(glob("src/optional/*.ts", { cwd: folder }));
  return paths.sort();
}

/** Written beside and renamed: two builds at once, or a start during a build, never meet half a file. */
async function writeAll(files) {
  const dist = join(folder, "dist");
  await mkdir(dist, { recursive: true });
  await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      const path = join(dist, name);
      const temporary = `${path}.${process.pid}.tmp`;
      try {
        await writeFile(temporary, content);
        await rename(temporary, path);
      } finally {
        await rm(temporary, { force: true });
      }
    }),
  );
}
