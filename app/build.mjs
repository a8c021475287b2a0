// Bundles the application to dist/server.js, one file that the image and the rehearsal both run, and writes beside it what it is made of.
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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

try {
  await writeAll(await contents());
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
}

/** What goes into dist/, by file name. */
async function contents() {
  const { outputFiles, metafile } = await bundle();
  const output = (end) => outputFiles.find(({ path }) => path.endsWith(end));
  const server = output("server.js").contents;
  const bundled = await bundledPackages(folder, metafile);
  const application = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return {
    "server.js": server,
    "server.cdx.json": sbom(application, version, server, bundled),
    [NOTICES]: await notices(folder, bundled.packages, output("LEGAL.txt")?.text ?? ""),
  };
}

async function bundle() {
  const result = await build({
    // Paths inside the bundle are relative to this folder: the bytes do not depend on where the build is started.
    absWorkingDir: folder,
    // And not on where node_modules really is.
    preserveSymlinks: true,
    entryPoints: ["src/server.ts"],
    outfile: "dist/server.js",
    bundle: true,
    write: false,
    metafile: true,
    plugins: [withoutColours],
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
