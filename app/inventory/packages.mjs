// Which packages the bundle is made of, and how they depend on each other: from what the bundler says it put into it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Why nothing may be built from what is installed; the message is for a person. */
export class Refusal extends Error {}

/** What the bundle may hold: licences that ask for no more than their notices. https://spdx.org/licenses/ */
const LICENCES = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

/** Folder of the package that a file belongs to, as package-lock.json has it; undefined for the application's own files. */
function packageOf(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** The packages that the bundle was made of, by folder, and the folders of those that each of them and the application itself import. */
export async function bundledPackages(root, { inputs, outputs }) {
  const bundled = Object.values(outputs).flatMap((output) => Object.keys(output.inputs).map(packageOf));
  const folders = [...new Set(bundled)].filter((folder) => folder !== undefined).sort();
  const importedBy = new Map();
  for (const [file, { imports }] of Object.entries(inputs)) {
    const importer = packageOf(file);
    const imported = importedBy.get(importer) ?? new Set();
    importedBy.set(importer, imported);
    for (const { path } of imports) if (packageOf(path) !== importer) imported.add(packageOf(path));
  }
  const importsOf = (importer) => folders.filter((folder) => importedBy.get(importer)?.has(folder));
  const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  const packages = await Promise.all(
    folders.map(async (folder) => ({ ...(await installed(root, folder, lock.packages[folder])), imports: importsOf(folder) })),
  );
  return { packages, imports: importsOf(undefined) };
}

async function installed(root, folder, locked) {
  const { name, version, license, repository } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  const id = `${name} ${version}`;
  if (locked?.version !== version || locked.integrity === undefined)
    throw new Refusal(
      `The bundle would hold ${id}, but package-lock.json has ${locked?.version ?? "none"} in ${folder}: run npm ci.`,
    );
  if (locked.dev === true)
    throw new Refusal(
      `The bundle would hold ${id}, which only the build may use: move it to "dependencies", or import it no longer.`,
    );
  if (!LICENCES.includes(license))
    throw new Refusal(
      `The bundle would hold ${id} under the licence ${JSON.stringify(license) ?? "(none)"}; known are ${LICENCES.join(", ")}. Find out what ` +
        "it asks for, and add it to app/inventory/packages.mjs or use another package.",
    );
  return { folder, name, version, licence: license, integrity: locked.integrity, repository: repository?.url ?? repository };
}
