import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { archiveOf } from "../../../components/imageBuild/archive";
import type { BuildContext } from "../../../components/imageBuild/context";
import { Folder } from "./folder";
import { randomTree } from "./randomTree";

const TREES = 12;
const LONG = `${"d".repeat(120)}/${"e".repeat(200)}`;
const NAMES = [
  "with space",
  " leading and trailing ",
  `'single' and "double"`,
  "line\nbreak",
  "tab\tand\rreturn",
  "back\\slash",
  "-rf",
  "--checkpoint=1",
  "emoji 🚢",
  "\u00e9 composed",
  "e\u0301 decomposed",
  "$HOME `id` %s *?[x]",
  "x".repeat(100),
  "x".repeat(101),
  "é".repeat(120),
  `${"a".repeat(150)}/${"b".repeat(99)}`,
  `${LONG}/deep`,
  "PaxHeader",
];

interface Unpacked extends Header {
  content: string;
}

async function unpacked(archive: Uint8Array): Promise<Unpacked[]> {
  const entries: Unpacked[] = [];
  const tar = extract();
  tar.end(gunzipSync(archive));
  for await (const entry of tar) {
    const parts: Uint8Array[] = [];
    for await (const part of entry) {
      assert.ok(part instanceof Uint8Array);
      parts.push(part);
    }
    const { byteOffset, ...header } = { byteOffset: 0, ...entry.header };
    entries.push({ ...header, content: Buffer.concat(parts).toString() });
  }
  return entries;
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("The archive of a build context", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = Folder.sample();
  });
  afterEach(() => folder.remove());

  it("has what the context has, with fixed times, rights and owners", async () => {
    folder.write("empty", "", 0o600);
    const common = {
      uid: 0,
      gid: 0,
      uname: "",
      gname: "",
      mtime: new Date(0),
      devmajor: 0,
      devminor: 0,
      pax: null,
    };
    const file = { ...common, type: "file", linkname: null };
    assert.deepEqual(await unpacked(await archiveOf(folder.read())), [
      { ...file, name: "Dockerfile", mode: 0o644, size: 13, content: "FROM scratch\n" },
      { ...file, name: "bin/start", mode: 0o755, size: 10, content: "#!/bin/sh\n" },
      { ...file, name: "empty", mode: 0o644, size: 0, content: "" },
      { ...common, type: "symlink", name: "start", mode: 0o777, size: 0, linkname: "bin/start", content: "" },
    ]);
  });

  it("is the same bytes on every machine, and so is the hash", async () => {
    folder
      .write("src/text", "Line after line of it.\n".repeat(10_000))
      .write("name é", "x")
      .link(`link ${"l".repeat(100)}`, "name é");
    const context = folder.read();
    const archive = await archiveOf(context);
    assert.equal(context.hash, "96b46d20dd76f0922fac6da229cf39c644c466c11191c1eb18afe026203aaa6d");
    assert.equal(digest(archive), "49fe867764108f54bc64adbe11bbb9f1e0dfcd7df83c166085bf7613a6e7b3a7");
    // RFC 1952: deflate, no name, no time, no level's mark, Unix.
    assert.equal(Buffer.from(archive.subarray(0, 10)).toString("hex"), "1f8b0800000000000003");
  });

  it("is what the context was: an ignored file is not in it", async () => {
    folder.write(".dockerignore", "*\n!bin\n").write("secret", "x");
    const names = (await unpacked(await archiveOf(folder.read()))).map(({ name }) => name);
    assert.deepEqual(names, ["Dockerfile", "bin/start"]);
  });

  it("keeps file names of any characters and lengths", async () => {
    for (const name of NAMES) folder.write(`names/${name}`, name);
    folder.link("long", `names/${LONG}/deep`).link("accent", "names/é").link(`links/${LONG}/x`, "x");
    const { entries } = folder.read();
    const found = await unpacked(await archiveOf(folder.read()));
    assert.deepEqual(
      found.map(({ name }) => name),
      entries.map(({ path }) => path),
    );
    for (const name of NAMES) assert.equal(found.find((entry) => entry.name === `names/${name}`)?.content, name);
    assert.equal(found.find(({ name }) => name === "long")?.linkname, `names/${LONG}/deep`);
    assert.equal(found.find(({ name }) => name === "accent")?.linkname, "names/é");
  });

  // The hash stands for paths, contents, executable bits and links, so an equal one says that all of them arrived.
  if (spawnSync("tar", ["--version"]).status === 0) {
    it("is unpacked by the system's tar to the same content", async () => {
      for (const name of NAMES) folder.write(`names/${name}`, name);
      folder.link("long", `names/${LONG}/deep`).link("accent", "names/é composed").link("names/é link", "x");
      const context = folder.read();
      assert.equal(untarred(await archiveOf(context)), context.hash);
    });
  }

  it(`is the same for ${TREES} random trees, in whichever order their files were written, and unpacks to them`, async () => {
    for (let seed = 1; seed <= TREES; seed += 1) {
      const tree = randomTree(seed);
      const [first, second] = [new Folder(), new Folder()];
      try {
        for (const write of tree) write(first);
        for (const write of [...tree].reverse()) write(second);
        const [context, other] = [first.read(), second.read()];
        assert.equal(context.hash, other.hash);
        const archive = await archiveOf(context);
        assert.deepEqual(Buffer.from(archive), Buffer.from(await archiveOf(other)));
        assertSame(context, await unpacked(archive));
      } finally {
        first.remove();
        second.remove();
      }
    }
  });
});

function untarred(archive: Uint8Array): string {
  const target = new Folder();
  try {
    execFileSync("tar", ["-xzf", "-", "-C", target.path], { input: archive });
    return target.read().hash;
  } finally {
    target.remove();
  }
}

function assertSame({ entries }: BuildContext, found: readonly Unpacked[]): void {
  const summary = found.map(({ name, type, mode, linkname, content }) => [
    name,
    type,
    mode,
    linkname ?? undefined,
    type === "file" ? digest(Buffer.from(content)) : "",
  ]);
  const expected = entries.map(({ path, kind, executable, target, sha256 }) =>
    kind === "link" ? [path, "symlink", 0o777, target, ""] : [path, "file", executable ? 0o755 : 0o644, undefined, sha256],
  );
  assert.deepEqual(summary, expected);
}
