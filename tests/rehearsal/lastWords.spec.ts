// The line of a process's output that a finding quotes.
import { strictEqual } from "node:assert";
import { lastWords } from "../../rehearsal/lastWords";

// As Node 24 prints it for a CMD that names no file.
const NO_MODULE = `node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module '/app/server.js'
    at Function._resolveFilename (node:internal/modules/cjs/loader:1207:15)
    at new LoadError (node:internal/modules/cjs/loader:1040:27) {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v24.21.0
`;

describe("the last words of a process", () => {
  for (const [what, output, words] of [
    ["are the error, not what Node prints after it", NO_MODULE, "its last error: Error: Cannot find module '/app/server.js'"],
    ["are the last of several errors", "TypeError: one\nRangeError: two\nbye\n", "its last error: RangeError: two"],
    ["are the last line where none names an error", "ready\r\ngone\r\n", "its last line: gone"],
    ["are no bracket, stack frame or version", "gone\n  at f (a.js:1:2)\n  ]\n}\nNode.js v24.21.0\n", "its last line: gone"],
    ["are none where it said nothing", "\n  \n", undefined],
  ] as const)
    it(what, () => strictEqual(lastWords(output), words));
});
