// A command that a package brings, as a file to run with Node.js.
import { dirname, join } from "node:path";

/** A package need not export its own command, but every package exports its manifest. */
export function packageCommand(name: string, file: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), file);
}
