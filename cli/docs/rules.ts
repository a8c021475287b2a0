// The tables of docs/rules.md: the catalogue, and the threads behind it.
import { ENTRY_IDS, entryOf } from "../../chain";
import { table } from "./table";
import { THREADS, type ThreadRow } from "./threads";

export function catalogue(): string {
  const rows = ENTRY_IDS.map(entryOf).map(({ id, title, code, cause, fix, severity, source }) => [
    id,
    title,
    code === "Unexplained" ? "" : code,
    cause,
    fix,
    severity,
    `[source](${source})`,
  ]);
  return table(
    ["Id", "What must hold", "Code when it does not", "How it comes about", "What to do", "Severity", "Seen in"],
    rows.map((row) => row.map(inCell)),
  );
}

export function threads(): string {
  const parts = Object.entries(THREADS).map(
    ([section, rows]) => `### ${section}\n\n${table(["What was seen", "Threads", "Entries"], rows.map(threadRow))}`,
  );
  return parts.join("\n\n");
}

function threadRow({ seen, threads: named, entries, note }: ThreadRow): string[] {
  const covered = [...(entries.length > 0 ? [entries.join(", ")] : ["none"]), ...(note === undefined ? [] : [note])];
  return [seen, named.map(linked).join(", "), covered.join(": ")];
}

function linked(thread: string): string {
  const [, repository, number] = /^([\w.-]+\/[\w.-]+)#(\d+)$/.exec(thread) ?? [];
  return repository === undefined ? thread : `[${thread}](https://github.com/${repository}/issues/${number})`;
}

/** Angle brackets would be read as HTML. */
function inCell(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
