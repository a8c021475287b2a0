import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { APP, buildApp } from "./appProcess";
import { buildWith, type OwnPackage } from "./ownPackages";

const HASH = z.strictObject({ alg: z.string(), content: z.hex() });
const COMPONENT = z.looseObject({
  "bom-ref": z.string(),
  group: z.string().optional(),
  name: z.string(),
  version: z.string(),
  purl: z.string().optional(),
  hashes: z.array(HASH).optional(),
  components: z
    .array(z.strictObject({ type: z.literal("file"), "bom-ref": z.string(), name: z.string(), hashes: z.array(HASH) }))
    .optional(),
  licenses: z.array(z.strictObject({ license: z.strictObject({ id: z.string() }) })),
});
const SBOM = z.looseObject({
  metadata: z.looseObject({ component: COMPONENT }),
  components: z.array(COMPONENT),
  dependencies: z.array(z.strictObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
const LOCK = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string(), integrity: z.string().optional(), dev: z.boolean().optional() }),
  ),
});

const sbomOf = (text: string | undefined) => SBOM.parse(JSON.parse(text ?? ""));
const LEFT: OwnPackage = { name: "left", code: 'console.log("left");', files: { LICENSE: "Left's licence" } };

describe("The bill of materials of the application's bundle", () => {
  const read = (...path: string[]) => readFileSync(join(APP, ...path), "utf8");
  let sbom: z.infer<typeof SBOM>;
  before(() => {
    buildApp();
    sbom = sbomOf(read("dist", "server.cdx.json"));
  });

  it("names the bundle by the hashes of its files and by the application's version", () => {
    const { name, version, components, licenses, purl } = sbom.metadata.component;
    const manifest = JSON.parse(read("package.json"));
    deepStrictEqual([name, version, licenses], [manifest.name, manifest.version, [{ license: { id: manifest.license } }]]);
    const sha256 = (file: string) => createHash("sha256").update(read("dist", file)).digest("hex");
    deepStrictEqual(
      components?.map((file) => [file.name, file.hashes]).sort(),
      ["blobStorage.js", "roleList.js", "server.js"].map((file) => [file, [{ alg: "SHA-256", content: sha256(file) }]]),
    );
    // The name is one that a stranger's package on npm has.
    strictEqual(purl, undefined);
  });

  it("has every package as package-lock.json has it, none that only the build uses, each once", () => {
    const { packages } = LOCK.parse(JSON.parse(read("package-lock.json")));
    for (const component of sbom.components) {
      const locked = packages[component["bom-ref"]];
      const digest = Buffer.from(component.hashes?.[0]?.content ?? "", "hex").toString("base64");
      deepStrictEqual([locked?.version, locked?.integrity, locked?.dev], [component.version, `sha512-${digest}`, undefined]);
    }
    strictEqual(new Set(sbom.components.map(({ purl }) => purl)).size, sbom.components.length);
  });

  it("says what the application itself uses, and what that uses", () => {
    const used = new Map(sbom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    deepStrictEqual(
      used.get("app@0.1.0"),
      [
        "@azure/arm-authorization",
        "@azure/core-rest-pipeline",
        "@azure/identity",
        "@azure/keyvault-secrets",
        "@azure/storage-blob",
        "@hono/node-server",
        "hono",
        "zod",
      ].map((name) => `node_modules/${name}`),
    );
    ok(used.get("node_modules/@azure/identity")?.includes("node_modules/@azure/msal-node"));
    deepStrictEqual(
      sbom.components.map((component) => component["bom-ref"]).filter((reference) => !used.has(reference)),
      [],
    );
  });

  it("has a section in the notices for every package", () => {
    const notices = read("dist", "THIRD-PARTY-NOTICES.txt");
    const sections = [...notices.matchAll(/^-{80}\n(\S+) (\S+) \((\S+)\)\n/gm)].map(([, ...found]) => found);
    deepStrictEqual(
      sections,
      sbom.components.map(({ group, name, version, licenses }) => [
        group === undefined ? name : `${group}/${name}`,
        version,
        licenses[0]?.license.id,
      ]),
    );
  });
});

describe("What the build writes about the packages in the bundle", () => {
  it("is what npm knows of them, as scanners write it", async () => {
    const scoped: OwnPackage = { ...LEFT, name: "@some/left", version: "1.0.0-rc.1+2", licence: "ISC" };
    const { code, stderr, dist } = await buildWith('import "@some/left";', [scoped]);
    deepStrictEqual([code, stderr, Object.keys(dist)], [0, "", ["THIRD-PARTY-NOTICES.txt", "server.cdx.json", "server.js"]]);
    deepStrictEqual(sbomOf(dist["server.cdx.json"]).components, [
      {
        type: "library",
        "bom-ref": "node_modules/@some/left",
        group: "@some",
        name: "left",
        version: "1.0.0-rc.1+2",
        hashes: [{ alg: "SHA-512", content: "00".repeat(64) }],
        licenses: [{ license: { id: "ISC" } }],
        purl: "pkg:npm/%40some/left@1.0.0-rc.1%2B2",
      },
    ]);
    match(dist["server.js"] ?? "", /THIRD-PARTY-NOTICES\.txt \*\/\n$/);
  });

  it("leaves out a package of which nothing is in the bundle", async () => {
    const { dist } = await buildWith('import { nothing } from "right"; import "left";', [
      LEFT,
      { name: "right", licence: "none" },
    ]);
    const { components, dependencies } = sbomOf(dist["server.cdx.json"]);
    deepStrictEqual(
      components.map(({ name }) => name),
      ["left"],
    );
    deepStrictEqual(dependencies, [
      { ref: "own@7.0.0", dependsOn: ["node_modules/left"] },
      { ref: "node_modules/left", dependsOn: [] },
    ]);
  });

  it("passes on licence, notice and licence comments, whatever the files are called and wherever they were written", async () => {
    const files = { "license.md": "One\r\nTwo\r\n", "NOTICE.txt": "Three", "LICENSES-OLD.md": "not this" };
    const { dist } = await buildWith('import "left";', [{ ...LEFT, code: '/*! @license Four */ console.log("left");', files }]);
    const notices = dist["THIRD-PARTY-NOTICES.txt"] ?? "";
    match(notices, /\nleft 1\.0\.0 \(MIT\)\n\nThree\n\nOne\nTwo\n\n-{80}\nLicence comments in their code\n[^-]*@license Four/);
    strictEqual(notices.includes("not this"), false);
  });

  it("takes the licence text of the same repository for a package that was published without its own", async () => {
    const both = ["left", "right"].map((name) => ({ ...LEFT, name, repository: "https://example.com/both.git" }));
    const { dist } = await buildWith('import "left"; import "right";', [
      { ...LEFT, ...both[0] },
      { ...LEFT, ...both[1], files: {} },
    ]);
    match(
      dist["THIRD-PARTY-NOTICES.txt"] ?? "",
      /\nright 1\.0\.0 \(MIT\)\n\n\(As it stands in left, of the same repository\.\)\n\nLeft's licence\n/,
    );
  });
});

describe("The application's build refuses", () => {
  const mistakes: readonly (readonly [what: string, packages: readonly OwnPackage[], message: RegExp])[] = [
    [
      "a licence that nobody has looked at",
      [{ ...LEFT, licence: "GPL-3.0-only" }],
      /^The bundle would hold left 1\.0\.0 under the licence "GPL-3\.0-only"; known are 0BSD, Apache-2\.0, .*MIT\. Find out .*\n$/,
    ],
    [
      "a package without a licence text",
      [{ ...LEFT, files: {} }],
      /^The bundle would hold left 1\.0\.0, which is under MIT but brings no licence text to pass on: .*\n$/,
    ],
    [
      "the licence text of another repository",
      [
        { ...LEFT, files: {}, repository: "https://example.com/left.git" },
        { ...LEFT, name: "right", repository: "https://example.com/right.git" },
      ],
      /^The bundle would hold left 1\.0\.0, .* brings no licence text/,
    ],
    [
      "a package that only the build may use",
      [{ ...LEFT, locked: { dev: true } }],
      /^The bundle would hold left 1\.0\.0, which only the build may use: move it to "dependencies", or import it no longer\.\n$/,
    ],
    [
      "another version than the locked one",
      [{ ...LEFT, locked: { version: "1.0.1" } }],
      /^The bundle would hold left 1\.0\.0, but package-lock\.json has 1\.0\.1 in node_modules\/left: run npm ci\.\n$/,
    ],
  ];
  for (const [what, packages, message] of mistakes)
    it(`${what}, in one line, and writes nothing`, async () => {
      const code = packages.map(({ name }) => `import "${name}";`).join("\n");
      const build = await buildWith(code, packages);
      deepStrictEqual([build.code, build.dist], [1, {}]);
      match(build.stderr, message);
    });
});
