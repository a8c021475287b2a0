// The bundle's bill of materials, for scanners: CycloneDX 1.6, the same bytes for the same bundle. https://cyclonedx.org/docs/1.6/json/
import { createHash } from "node:crypto";

/** `application` is its package.json, `bundler` the bundler's version, `scripts` the bundle's files: names and bytes. */
export function sbom(application, bundler, scripts, { packages, imports }) {
  const reference = `${application.name}@${application.version}`;
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      lifecycles: [{ phase: "build" }],
      tools: { components: [{ type: "application", name: "esbuild", version: bundler }] },
      component: {
        type: "application",
        "bom-ref": reference,
        name: application.name,
        version: application.version,
        description: application.description,
        licenses: [{ license: { id: application.license } }],
        components: scripts.map(([name, bytes]) => ({
          type: "file",
          "bom-ref": name,
          name,
          hashes: [{ alg: "SHA-256", content: createHash("sha256").update(bytes).digest("hex") }],
        })),
      },
    },
    components: packages.map(component),
    dependencies: [
      { ref: reference, dependsOn: imports },
      ...packages.map((one) => ({ ref: one.folder, dependsOn: one.imports })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function component({ folder, name, version, licence, integrity }) {
  const [, group, ownName] = /^(?:(@[^/]+)\/)?(.+)$/.exec(name);
  return {
    type: "library",
    "bom-ref": folder,
    ...(group !== undefined && { group }),
    name: ownName,
    version,
    hashes: [hash(integrity)],
    licenses: [{ license: { id: licence } }],
    purl: `pkg:npm/${name.split("/").map(encodeURIComponent).join("/")}@${encodeURIComponent(version)}`,
  };
}

/** npm writes `sha512-` and Base64, CycloneDX hexadecimal digits. */
function hash(integrity) {
  const [, bits, digest] = /^sha(\d+)-(\S+)/.exec(integrity);
  return { alg: bits === "1" ? "SHA-1" : `SHA-${bits}`, content: Buffer.from(digest, "base64").toString("hex") };
}
