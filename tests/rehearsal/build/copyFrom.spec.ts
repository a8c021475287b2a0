// COPY --from: what another stage has, and what it may have without this machine having it.
import { strict as assert } from "node:assert";
import { existsSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BuildYard, type Files, failureOf, imageIn } from "./builds";

const SOURCES: Files = { "a.txt": "A" };

describe("COPY --from", () => {
  let yard: BuildYard;
  beforeEach(() => {
    yard = new BuildYard();
  });
  afterEach(() => yard.remove());

  it("takes a stage by its name in any case, or its number", async () => {
    const lines = [
      "FROM scratch AS Build",
      "COPY a.txt /a",
      "FROM scratch",
      "COPY --from=bUILD /a /x",
      "COPY --from=0 a /y",
      'CMD ["node"]',
    ];
    const built = await yard.lines(lines, SOURCES);
    imageIn(built);
    assert.deepEqual(built.files, { "/x": "A", "/y": "A" });
  });

  it("fails for what nothing in the stage can have made", async () => {
    for (const base of ["scratch", "node:24.21.0"]) {
      const lines = [`FROM ${base} AS build`, "WORKDIR /build", "FROM scratch", "COPY --from=build /build/dist /app/"];
      assert.equal(
        failureOf(await yard.lines(lines)),
        "COPY failed: stat build/dist: file does not exist (Dockerfile line 4: COPY --from=build /build/dist /app/)",
      );
    }
  });

  it("is not performed for what the base image may have, and what a step made that was not performed", async () => {
    const lines = [
      ...[
        "FROM node:24.21.0 AS build",
        "FROM scratch AS other",
        "RUN make",
        "FROM scratch",
        "COPY --from=build /usr/local/bin/node /bin/",
      ],
      ...["COPY --from=other /made/* /m/", 'CMD ["node"]'],
    ];
    assert.deepEqual(imageIn(await yard.lines(lines)).notPerformed, [
      "line 3: RUN make",
      "line 5: COPY --from=build /usr/local/bin/node /bin/",
      "line 6: COPY --from=other /made/* /m/",
    ]);
  });

  it("names the sources that it left, and copies the others", async () => {
    const lines = [
      "FROM node:24.21.0 AS build",
      "COPY a.txt /a",
      "FROM scratch",
      "COPY --from=build /a /etc/passwd /d/",
      'CMD ["node"]',
    ];
    const built = await yard.lines(lines, SOURCES);
    assert.deepEqual(imageIn(built).notPerformed, ["line 4: COPY --from=build /a /etc/passwd /d/: /etc/passwd"]);
    assert.deepEqual(built.files, { "/d/a": "A" });
  });

  const LINKS = `const { symlinkSync } = require("node:fs");
    symlinkSync(process.env.TARGET, "out");`;

  it("reads nothing through a link that a step has made to this machine", async () => {
    writeFileSync(join(yard.root, "secret"), "not for images");
    const lines = (copy: string) => [
      ...[
        "FROM scratch AS build",
        `ARG TARGET=${yard.root}`,
        "COPY links.js /",
        "RUN node links.js",
        "FROM scratch",
        copy,
        'CMD ["node"]',
      ],
    ];
    const through = await yard.lines(lines("COPY --from=build /out/secret /s"), { "links.js": LINKS });
    assert.equal(
      failureOf(through),
      `COPY failed: stat out/secret: file does not exist (Dockerfile line 6: COPY --from=build /out/secret /s)`,
    );
    const tree = await yard.lines(lines("COPY --from=build / /"), { "links.js": LINKS });
    assert.deepEqual(imageIn(tree).notPerformed, [`line 6: COPY --from=build / /: /out, a link to ${yard.root}`]);
    assert.deepEqual(tree.files, { "/links.js": LINKS });
  });

  it("writes nothing through one", async () => {
    const lines = [
      ...["FROM scratch", `ARG TARGET=${yard.root}`, "COPY links.js /", "RUN node links.js", "COPY a.txt /out/"],
      ...["COPY tree /", "WORKDIR /out/below", 'CMD ["node"]'],
    ];
    imageIn(await yard.lines(lines, { ...SOURCES, "links.js": LINKS, "tree/out/t": "T" }));
    assert.deepEqual(
      [existsSync(join(yard.root, "a.txt")), existsSync(join(yard.root, "t")), existsSync(join(yard.root, "below"))],
      [false, false, false],
    );
  });

  it("puts a file in the place of a link to a file of this machine", async () => {
    writeFileSync(join(yard.root, "victim"), "untouched");
    const target = join(yard.root, "victim");
    const lines = ["FROM scratch", `ARG TARGET=${target}`, "COPY links.js /", "RUN node links.js", "COPY tree /", 'CMD ["node"]'];
    const built = await yard.lines(lines, { "links.js": LINKS, "tree/out": "new" });
    assert.deepEqual(built.files, { "/links.js": LINKS, "/out": "new" });
    assert.equal(readFileSync(target, "utf8"), "untouched");
  });

  it("ends for links that lead to each other", async () => {
    const loop = 'require("node:fs").symlinkSync("b", "a"); require("node:fs").symlinkSync("a", "b");';
    const lines = ["FROM scratch AS build", "COPY loop.js /", "RUN node loop.js", "FROM scratch", "COPY --from=build /a/x /"];
    assert.equal(
      failureOf(await yard.lines(lines, { "loop.js": loop })),
      "a/x: too many links (Dockerfile line 5: COPY --from=build /a/x /)",
    );
  });

  it("links installed packages again, and never copies them", async () => {
    yard.inProject("app/package-lock.json", "{}");
    yard.inProject("app/node_modules/kept/index.js", "");
    const lines = [
      ...["FROM node:24.21.0 AS build", "WORKDIR /build", "COPY package-lock.json ./", "RUN npm ci", "FROM scratch"],
      ...["COPY --from=build /build/node_modules /app/node_modules", "COPY --from=build /build/ /all/", 'CMD ["node"]'],
    ];
    const built = await yard.lines(lines, { "package-lock.json": "{}" });
    const { runnable } = imageIn(built);
    assert.ok("directory" in runnable);
    const modules = join(yard.project, "app", "node_modules");
    assert.equal(readlinkSync(join(runnable.directory, "app/node_modules")), modules);
    assert.equal(readlinkSync(join(runnable.directory, "all/node_modules")), modules);
    assert.deepEqual(imageIn(built).notPerformed, []);
  });

  it("links them again from a stage that goes on from another", async () => {
    yard.inProject("app/package-lock.json", "{}");
    yard.inProject("app/node_modules/kept/index.js", "");
    const lines = [
      ...["FROM scratch AS one", "COPY package-lock.json /", "RUN npm ci", "FROM one AS two", "FROM scratch"],
      ...["COPY --from=two /node_modules/kept /app/kept", 'CMD ["node"]'],
    ];
    const { runnable } = imageIn(await yard.lines(lines, { "package-lock.json": "{}" }));
    assert.ok("directory" in runnable);
    assert.equal(readlinkSync(join(runnable.directory, "app/kept")), join(yard.project, "app/node_modules/kept"));
  });

  it("writes nothing into installed packages", async () => {
    yard.inProject("app/package-lock.json", "{}");
    yard.inProject("app/node_modules/kept/index.js", "");
    const lines = ["FROM scratch", "COPY package-lock.json /", "RUN npm install", "COPY package-lock.json /node_modules/kept/"];
    assert.equal(
      failureOf(await yard.lines(lines, { "package-lock.json": "{}" })),
      "COPY failed: /node_modules/kept lies in installed packages, which are only linked here (Dockerfile line 4: COPY package-lock.json /node_modules/kept/)",
    );
  });
});
