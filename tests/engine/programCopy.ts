// A copy of this project for one test, with parts of its own: everything else is what lies here.
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "./testStack";

/** `parts` are by their names in the project: copied from there, or from elsewhere in it where a source is given. */
export async function withProgramCopy<T>(
  parts: Readonly<Record<string, string>>,
  use: (project: string) => Promise<T>,
): Promise<T> {
  const project = await mkdtemp(join(tmpdir(), "program-"));
  try {
    for (const entry of await readdir(PROJECT))
      if (!(entry in parts) && entry !== ".git") await symlink(join(PROJECT, entry), join(project, entry));
    for (const [part, source] of Object.entries(parts))
      await cp(join(PROJECT, source), join(project, part), { recursive: true, filter: (path) => !path.includes("node_modules") });
    return await use(project);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/** Edits a file, which must hold the text exactly once. */
export async function edit(file: string, from: string, to: string): Promise<void> {
  const parts = (await readFile(file, "utf8")).split(from);
  if (parts.length !== 2) throw new Error(`${file} holds ${JSON.stringify(from)} ${parts.length - 1} times`);
  await writeFile(file, parts.join(to));
}
