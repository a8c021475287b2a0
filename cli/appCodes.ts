// Writes what the application needs of chain/ to app/src/codes.json; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { APP_CODES, APP_ENVIRONMENT, BLOB_ROUTE_ON, POD_ENVIRONMENT } from "../chain";
import { generate } from "./generator";

const USAGE = `Usage: node --require tsx/cjs cli/appCodes.ts [--check]

Writes the codes of a broken chain and the names of the variables from chain/ to app/src/codes.json, which the application reads.
  --check   write nothing; exit 1 if the file is not what chain/ says`;

const root = join(__dirname, "..");
export const APP_CODES_FILE = join(root, "app", "src", "codes.json");

export function appCodes(): string {
  const known = {
    podEnvironment: POD_ENVIRONMENT,
    appEnvironment: APP_ENVIRONMENT,
    blobRouteOn: BLOB_ROUTE_ON,
    codes: APP_CODES,
  };
  return `${JSON.stringify(known, null, 2)}\n`;
}

function current(): string | undefined {
  try {
    return readFileSync(APP_CODES_FILE, "utf8");
  } catch {
    return undefined;
  }
}

/** One sentence where the application's copy is old. */
export function staleAppCodes(): string[] {
  return current() === appCodes() ? [] : [STALE];
}

const STALE = `${relative(root, APP_CODES_FILE)} is not what chain/ says: run node --require tsx/cjs cli/appCodes.ts`;

if (require.main === module) {
  process.exitCode = generate(process.argv.slice(2), {
    usage: USAGE,
    stale: staleAppCodes,
    write: () => writeFileSync(APP_CODES_FILE, appCodes()),
  });
}
