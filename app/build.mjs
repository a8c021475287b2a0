// Bundles the application to dist/server.js: one file that the image and the rehearsal both run.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const outfile = join(folder, "dist", "server.js");

const result = await build({
  // Paths inside the bundle are relative to this folder: the bytes do not depend on where the build is started.
  absWorkingDir: folder,
  entryPoints: ["src/server.ts"],
  outfile,
  bundle: true,
  write: false,
  platform: "node",
  format: "cjs",
  target: "node24",
  // Names stay, so that a stack trace can be read.
  minifySyntax: true,
  legalComments: "linked",
  logLevel: "warning",
});

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
