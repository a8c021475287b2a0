import { deepStrictEqual } from "node:assert";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { z } from "zod";
import { ROOT } from "../../cli/docsParts";
import { anchors, markdownFiles, prose, read } from "./markdown";

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

function broken(file: string): string[] {
  return [...prose(read(file)).matchAll(LINK)].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = "", fragment] = target.split("#");
    const to = path === "" ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(ROOT, to))) return [`${file}: ${target}`];
    return fragment === undefined || anchors(read(to)).includes(fragment) ? [] : [`${file}: ${target}`];
  });
}

const scripts = z.looseObject({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json"))).scripts;

describe("the documentation", () => {
  it("has no link to a file or heading that is not there", () => {
    deepStrictEqual(markdownFiles().flatMap(broken), []);
  });

  it("names no npm script that is not there", () => {
    const unknown = markdownFiles().flatMap((file) =>
      [...read(file).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].flatMap(([command, name = ""]) =>
        name in scripts || name === "build" ? [] : [`${file}: ${command}`],
      ),
    );
    deepStrictEqual(unknown, []);
  });

  it("names no source file that is not there", () => {
    const missing = markdownFiles().flatMap((file) =>
      [...read(file).matchAll(/`((?:app|bench|chain|cli|components|config|examples|rehearsal|tests)\/[\w./-]*)`/g)].flatMap(
        ([, path = ""]) => (existsSync(join(ROOT, path)) ? [] : [`${file}: ${path}`]),
      ),
    );
    deepStrictEqual(missing, []);
  });
});
