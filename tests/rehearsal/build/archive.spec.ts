// What is uploaded may hold anything; only what stays in its folder is unpacked.
import { strict as assert } from "node:assert";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { UNPACKED_LIMIT_BYTES, unzipped } from "../../../rehearsal/build/unpack";
import { BuildYard, type Files, failureOf, imageIn } from "./builds";

const DOCKERFILE = 'FROM scratch\nCOPY . /\nENTRYPOINT ["node"]\n';

describe("what was uploaded", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  const refused: readonly (readonly [string, Files, string])[] = [
    ["a path that climbs", { "../evil": "x" }, '"../evil" leaves the folder'],
    ["a path that climbs in the middle", { "a/../../evil": "x" }, '"a/../../evil" leaves the folder'],
    ["an absolute path", { "/tmp/evil": "x" }, '"/tmp/evil" leaves the folder'],
    ["a link out", { l: { name: "l", type: "symlink", linkname: "../x" } }, '"l" is a link to ../x, outside of the folder'],
    ["an absolute link", { l: { name: "l", type: "symlink", linkname: "/etc" } }, '"l" is a link to /etc, outside of the folder'],
    ["a file through a link", { l: { name: "l", type: "symlink", linkname: "a" }, "l/x": "x" }, '"l/x" lies below a link'],
    [
      "a hard link",
      { l: { name: "l", type: "link", linkname: "Dockerfile" } },
      '"l" is a link, not a file, folder or symbolic link',
    ],
    ["a pipe", { p: { name: "p", type: "fifo" } }, '"p" is a fifo, not a file, folder or symbolic link'],
    [
      "a device",
      { d: { name: "d", type: "block-device", devmajor: 8, devminor: 0 } },
      '"d" is a block-device, not a file, folder or symbolic link',
    ],
    [
      "a link that ends outside by way of another",
      {
        "a/b/c/x": "x",
        short: { name: "a/s", type: "symlink", linkname: "." },
        out: { name: "out", type: "symlink", linkname: "a/s/s/../../.." },
      },
      '"out" is a link that ends outside of the folder',
    ],
  ];
  for (const [what, files, why] of refused)
    it(`is refused with ${what}`, async () => {
      const built = await yard.build({ Dockerfile: DOCKERFILE, ...files });
      assert.equal(failureOf(built), `the uploaded archive is refused: ${why}`);
      assert.deepEqual(readdirSync(yard.root).sort(), ["builds", "project"]);
      assert.equal(existsSync("/tmp/evil"), false);
    });

  it("keeps its links inside, its folders and names of any characters", async () => {
    const built = await yard.build({
      Dockerfile: DOCKERFILE,
      "./a/ü \n'$(x).txt": "odd",
      "empty/": { name: "empty/", type: "directory" },
      l: { name: "a/l", type: "symlink", linkname: "../Dockerfile" },
    });
    imageIn(built);
    assert.deepEqual(built.files, { "/Dockerfile": DOCKERFILE, "/a/ü \n'$(x).txt": "odd" });
  });

  it("is refused when it is no gzip, is cut off, or is no tar", async () => {
    const noGzip = "the uploaded archive is no gzip file, or not all of it";
    assert.equal(failureOf(await yard.build({}, { archive: Buffer.from("PK") })), noGzip);
    assert.equal(failureOf(await yard.build({}, { archive: gzipSync("x".repeat(5000)).subarray(0, 20) })), noGzip);
    const noTar = failureOf(await yard.build({}, { archive: gzipSync(Buffer.alloc(1024, "x")) }));
    assert.match(noTar, /^the uploaded archive cannot be unpacked: /);
  });

  it("is refused when it unpacks to more than the limit", async () => {
    const packed = gzipSync(Buffer.alloc(2 ** 20 + 1), { level: 1 });
    await assert.rejects(unzipped(packed, 2 ** 20), /^Error: the uploaded archive holds more than 1 MiB$/);
    assert.equal((await unzipped(packed)).length, 2 ** 20 + 1);
    assert.equal(UNPACKED_LIMIT_BYTES, 256 * 2 ** 20);
  });

  it("must hold the Dockerfile, which may lie anywhere in it", async () => {
    const missing =
      "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat docker/Dockerfile: no such file or directory";
    assert.equal(failureOf(await yard.build({ Dockerfile: DOCKERFILE }, { dockerfile: "docker/Dockerfile" })), missing);
    imageIn(await yard.build({ "docker/Dockerfile": DOCKERFILE }, { dockerfile: "docker/Dockerfile" }));
    mkdirSync(join(yard.root, "outside"));
    writeFileSync(join(yard.root, "outside", "Dockerfile"), DOCKERFILE);
    symlinkSync("outside", join(yard.root, "link"));
    assert.match(failureOf(await yard.build({}, { dockerfile: "../../../outside/Dockerfile" })), /^unable to prepare context/);
  });
});
