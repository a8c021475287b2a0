// The licences of what the bundle holds, as they ask to be passed on: one text with every package's own.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MISSING_TEXTS } from "./missingTexts.mjs";
import { Refusal } from "./packages.mjs";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)\b/i;
const RULE = "-".repeat(80);

/** `comments` are the licence comments that the bundler took out of the code: some stand in no other file. */
export async function notices(root, packages, comments) {
  const texts = new Map(await Promise.all(packages.map(async ({ folder }) => [folder, await ownTexts(join(root, folder))])));
  const sections = packages.map((one) => {
    const own = texts.get(one.folder);
    if (own !== "") return section(one, own);
    const sibling = packages.find((other) => isSibling(one, other) && texts.get(other.folder) !== "");
    const missing = MISSING_TEXTS.get(`${one.name} ${one.version}`);
    if (sibling === undefined && missing !== undefined)
      return section(
        one,
        `(It brings no text. This is that of the licence which its manifest names, with the author named there.)\n\n${missing}`,
      );
    if (sibling === undefined)
      throw new Refusal(
        `The bundle would hold ${one.name} ${one.version}, which is under ${one.licence} but brings no licence text to pass on: use another version ` +
          "or another package.",
      );
    return section(one, `(As it stands in ${sibling.name}, of the same repository.)\n\n${texts.get(sibling.folder)}`);
  });
  return [
    "The bundle server.js holds these packages.\n",
    ...sections,
    `${RULE}\nLicence comments in their code\n\n${tidy(comments)}\n`,
  ].join("\n");
}

function section({ name, version, licence }, text) {
  return `${RULE}\n${name} ${version} (${licence})\n\n${text}\n`;
}

/** A repository of many packages may publish some without the licence file that all share. */
function isSibling(one, other) {
  return one.repository !== undefined && one.repository === other.repository && one.licence === other.licence;
}

async function ownTexts(folder) {
  const files = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).sort();
  return (await Promise.all(files.map(async (file) => tidy(await readFile(join(folder, file), "utf8"))))).join("\n\n");
}

function tidy(text) {
  return text.replaceAll("\r\n", "\n").trim();
}
