// Writes rehearsal/engine/inputShapes.json from the type information of the installed Pulumi packages; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { InputShapes, ObjectShape } from "../rehearsal/engine/shapeTable";
import { generate } from "./generator";
import { PackageTypes } from "./typeShapes";

const COMMAND = "node --require tsx/cjs cli/inputShapes.ts";
const USAGE = `Usage: ${COMMAND} [--check]

Writes rehearsal/engine/inputShapes.json: which properties each resource type of the program takes, from the types of the installed Pulumi packages.
  --check   write nothing; exit 1 if the file is not what the packages say`;

const ROOT = join(__dirname, "..");
export const INPUT_SHAPES_FILE = join(ROOT, "rehearsal", "engine", "inputShapes.json");

/** For each package its resource types, with the file and the interface of what the resource takes. */
const SOURCES: Readonly<Record<string, Readonly<Record<string, readonly [file: string, args: string]>>>> = {
  "azure-native": Object.fromEntries(
    [
      ["authorization", "RoleAssignment", "RoleDefinition"],
      ["containerregistry", "Registry"],
      ["containerservice", "AgentPool", "MaintenanceConfiguration", "ManagedCluster"],
      ["keyvault", "Secret", "Vault"],
      ["managedidentity", "FederatedIdentityCredential", "UserAssignedIdentity"],
      ["resources", "ResourceGroup"],
      ["storage", "BlobContainer", "StorageAccount"],
    ].flatMap(([module = "", ...names]) =>
      names.map((name) => [`azure-native:${module}:${name}`, [`${module}/${fileOf(name)}`, `${name}Args`]] as const),
    ),
  ),
  azuread: bridged("azuread", "Application", "ApplicationFederatedIdentityCredential", "ServicePrincipal"),
  docker: bridged("docker", "Image"),
  kubernetes: {
    ...Object.fromEntries(
      [
        ["apps/v1", "apps/v1", "Deployment"],
        ["autoscaling/v2", "autoscaling/v2", "HorizontalPodAutoscaler"],
        ["core/v1", "core/v1", "Namespace", "Service", "ServiceAccount", "ServiceAccountPatch"],
        ["networking.k8s.io/v1", "networking/v1", "NetworkPolicy"],
        ["policy/v1", "policy/v1", "PodDisruptionBudget"],
      ].flatMap(([group = "", folder = "", ...names]) =>
        names.map((name) => [`kubernetes:${group}:${name}`, [`${folder}/${fileOf(name)}`, `${name}Args`]] as const),
      ),
    ),
    "pulumi:providers:kubernetes": ["provider.d.ts", "ProviderArgs"],
  },
  random: bridged("random", "RandomPassword", "RandomString"),
};

/** The class names of a package made from a Terraform provider: one file each, and in the type token as well. */
function bridged(name: string, ...classes: string[]): Record<string, readonly [string, string]> {
  return Object.fromEntries(
    classes.map((resource) => {
      const file = fileOf(resource);
      return [`${name}:index/${file.replace(/\.d\.ts$/, "")}:${resource}`, [file, `${resource}Args`] as const];
    }),
  );
}

function fileOf(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}.d.ts`;
}

export function inputShapes(): InputShapes {
  const packages: Record<string, string> = {};
  const resources: Record<string, ObjectShape> = {};
  const shapes: [string, ObjectShape][] = [];
  for (const [name, types] of Object.entries(SOURCES)) {
    const manifest = require.resolve(`@pulumi/${name}/package.json`);
    packages[`@pulumi/${name}`] = String(Object(JSON.parse(readFileSync(manifest, "utf8"))).version);
    const read = new PackageTypes(dirname(manifest), name);
    for (const [type, [file, args]] of Object.entries(types)) resources[type] = read.argsOf(file, args);
    shapes.push(...read.shapes);
  }
  return { packages, resources, shapes: Object.fromEntries(shapes.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** One line a shape, so that a new version of a package is a diff that can be read. */
export function inputShapesText({ packages, resources, shapes } = inputShapes()): string {
  const lines = (entries: object) =>
    Object.entries(entries)
      .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(",\n");
  const parts = Object.entries({ packages, resources, shapes }).map(([key, part]) => `  "${key}": {\n${lines(part)}\n  }`);
  return `{\n${parts.join(",\n")}\n}\n`;
}

if (require.main === module) {
  const stale = () =>
    readFileSync(INPUT_SHAPES_FILE, "utf8") === inputShapesText()
      ? []
      : [`${relative(ROOT, INPUT_SHAPES_FILE)} is not what the installed packages say: run ${COMMAND}`];
  process.exitCode = generate(process.argv.slice(2), {
    usage: USAGE,
    stale,
    write: () => writeFileSync(INPUT_SHAPES_FILE, inputShapesText()),
  });
}
