// Loaded before Pulumi into the program's process: what the rehearsal imports of Pulumi there is the copy that the program itself resolves.
// Mocks that were set in another copy would be none of the program's.
import Module from "node:module";

type Resolve = (request: string, parent: { readonly filename?: string | null } | undefined, ...rest: unknown[]) => string;

/** `entry` is the program's first file, as an absolute path. */
function usePulumiOf(entry: string): void {
  const fromProgram = Module.createRequire(entry);
  // Part of Node.js, left out of its types, and what every loader of CommonJS replaces.
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const plain = loader._resolveFilename;
  loader._resolveFilename = function (this: unknown, request, parent, ...rest) {
    const own = /^@pulumi\/pulumi(\/|$)/.test(request) && parent?.filename?.startsWith(__dirname) === true;
    if (!own) return Reflect.apply(plain, this, [request, parent, ...rest]);
    try {
      return fromProgram.resolve(request);
    } catch {
      // Without Pulumi it is for the program itself to fail, in its own words.
      return Reflect.apply(plain, this, [request, parent, ...rest]);
    }
  };
}

const [, , entry] = process.argv;
if (entry !== undefined) usePulumiOf(entry);
