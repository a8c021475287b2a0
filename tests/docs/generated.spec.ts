import { deepStrictEqual, throws } from "node:assert";
import { staleParts, withPart } from "../../cli/docs";
import { PARTS } from "../../cli/docsParts";
import { read } from "./markdown";

const PART = { file: "README.md", name: "sample", text: () => "| new |" };
const markers = (content: string) =>
  `before\n<!-- generated: sample (node --require tsx/cjs cli/docs.ts) -->\n${content}<!-- end of generated: sample -->\nafter\n`;

describe("the generated parts of the documentation", () => {
  it("are what the code says (if not: node --require tsx/cjs cli/docs.ts)", () => {
    deepStrictEqual(staleParts(read), []);
  });

  it("are told apart by file and name when they are old", () => {
    const changed = (file: string) => read(file).replace("| `replicas` |", "| `replica` |");
    deepStrictEqual(staleParts(changed), ["README.md: configuration"]);
  });

  it("leave everything outside their markers as it is", () => {
    deepStrictEqual(withPart(markers("old\n"), PART), markers("\n| new |\n\n"));
  });

  it("need their markers", () => {
    throws(() => withPart("no markers", PART), /^Error: README\.md lacks the markers of its part "sample"/);
  });

  it("cover every config key once", () => {
    const text = PARTS.find(({ name }) => name === "configuration")?.text() ?? "";
    const keys = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
    deepStrictEqual(keys, [...new Set(keys)]);
  });
});
