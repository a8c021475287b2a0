// A file that changes between the hash and the archive: the hash would name another content.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { archiveOf } from "../../../components/imageBuild/archive";
import { Folder } from "./folder";

describe("The archive of a build context", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = Folder.sample();
  });
  afterEach(() => folder.remove());

  const changes: [string, (folder: Folder) => unknown][] = [
    ["has other content of the same size", (folder) => folder.write("bin/start", "#!/bin/zz\n", 0o755)],
    ["is longer", (folder) => folder.write("bin/start", "#!/bin/sh\nx", 0o755)],
    ["is no longer executable", (folder) => chmodSync(folder.at("bin/start"), 0o644)],
    ["is a link now", (folder) => folder.remove("bin/start").link("bin/start", "../Dockerfile")],
  ];
  for (const [what, change] of changes) {
    it(`is refused when a file ${what}`, async () => {
      const context = folder.read();
      change(folder);
      await assert.rejects(archiveOf(context), {
        message: `"bin/start" in ${folder.path} changed while the image was prepared. Run again when nothing writes to the folder.`,
      });
    });
  }

  it("is refused when a link points elsewhere, or took the place of a file that held its target's name", async () => {
    folder.write("name", "Dockerfile");
    for (const path of ["start", "name"]) {
      const context = folder.read();
      folder.remove(path).link(path, "Dockerfile");
      await assert.rejects(archiveOf(context), {
        message: `"${path}" in ${folder.path} changed while the image was prepared. Run again when nothing writes to the folder.`,
      });
    }
  });

  const losses: [string, (folder: Folder) => unknown, string][] = [
    ["is gone", (folder) => folder.remove("bin/start"), "ENOENT: no such file or directory, lstat 'FOLDER/bin/start'"],
    [
      "is a folder now",
      (folder) => mkdirSync(folder.remove("bin/start").at("bin/start")),
      "bin/start is neither a file nor a symbolic link any more.",
    ],
    [
      "is a pipe now, without waiting for it",
      (folder) => execFileSync("mkfifo", [folder.remove("bin/start").at("bin/start")]),
      "bin/start is neither a file nor a symbolic link any more.",
    ],
  ];
  for (const [what, change, why] of losses) {
    it(`is refused when a file ${what}`, async () => {
      const context = folder.read();
      change(folder);
      await assert.rejects(archiveOf(context), {
        message: `"bin/start" in ${folder.path} changed while the image was prepared (${why.replace("FOLDER", folder.path)}). Run again when nothing writes to the folder.`,
      });
    });
  }
});
