// Bundles the application to dist/server.js: one file that the image and the rehearsal both run.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const outfile = join(folder, "dist", "server.js");

/** `debug` takes colours from this module if some folder above has it: the bundle would differ from machine to machine. */
const withoutColours = {
  name: "without colours",
  setup(bundler) {
    bundler.onResolve({ filter: /^supports-color$/ }, ({ path }) => ({ path, namespace: "absent" }));
    bundler.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "module.exports = {};" }));
  },
};

const result = await build({
  // Paths inside the bundle are relative to this folder: the bytes do not depend on where the build is started.
  absWorkingDir: folder,
  entryPoints: ["src/server.ts"],
  outfile,
  bundle: true,
  write: false,
  metafile: true,
  plugins: [withoutColours],
  platform: "node",
  format: "cjs",
  target: "node24",
  // Names stay, so that a stack trace can be read.
  minifySyntax: true,
  legalComments: "linked",
  logLevel: "warning",
});

const strangers = Object.keys(result.metafile.inputs).filter((path) => path.startsWith(".."));
if (strangers.length > 0)
  throw new Error(`The bundle would hold files from outside ${folder}, which the image does not have: ${strangers.join(", ")}`);

// Written beside and renamed: two builds at once, or a start during a build, never meet half a file.
await mkdir(dirname(outfile), { recursive: true });
await Promise.all(
  result.outputFiles.map(async ({ path, contents }) => {
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, contents);
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
  }),
);
