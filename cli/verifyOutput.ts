// The report of npm run verify, for a person and as JSON. Much of it comes from pods and from Azure: tokens are taken out, and nothing may move the cursor.
import { shown } from "../diagnosis/redact";
import { isOk, type LinkState, type VerifiedLink, type VerifyReport } from "../diagnosis/verify/report";
import { paint } from "./paint";

const MARKS: Readonly<Record<LinkState, string>> = { holds: "✓", broken: "✗", warning: "!", unknown: "?" };
const COLOURS = { holds: "green", broken: "red", warning: "yellow", unknown: "yellow" } as const;

export function printVerified({ sections, ok, emulated }: VerifyReport): void {
  for (const { name, links } of sections) {
    console.log(`\n${paint("bold", shown(name))}`);
    for (const link of links) printLink(link);
  }
  const states = sections.flatMap(({ links }) => links.map(({ state }) => state));
  const count = (state: LinkState) => states.filter((each) => each === state).length;
  const parts = [`${count("holds")} links hold`, `${count("broken")} broken`, `${count("unknown")} could not be read`];
  console.log(`\n${parts.join(", ")}${count("warning") === 0 ? "" : `, ${count("warning")} warnings`}.`);
  console.log(verdict(ok, sections, count("unknown")));
  if (emulated) console.log("Nothing of this was Azure.");
}

function verdict(ok: boolean, sections: VerifyReport["sections"], unread: number): string {
  if (!ok && isOk(sections.map((section) => ({ ...section, links: section.links.filter(({ state }) => state !== "unknown") }))))
    return "Nothing is known to be broken; what could not be read is not shown to hold either.";
  if (!ok) return "The chain is broken: mend what is marked ✗.";
  return unread === 0
    ? "The chain works as it is deployed."
    : "The applications say that their chain works; what could not be read was not needed for that.";
}

function printLink({ link, state, expected, found, finding, needs }: VerifiedLink): void {
  const say = (line: string) => console.log(shown(line));
  console.log(`  ${paint(COLOURS[state], MARKS[state])} ${shown(lineOf(link, state, found))}`);
  if (state === "unknown" && needs !== undefined && needs !== "") say(`      needs: ${needs}`);
  if (state === "holds" || state === "unknown") return;
  say(`      expected: ${expected}`);
  say(`      found:    ${found}`);
  if (finding === undefined) return;
  say(`      ${finding.rule}: ${finding.message} (${finding.code ?? "a warning"})`);
  say(`      where: ${finding.resource}, ${finding.property}`);
  say(`      fix:   ${finding.fix}`);
}

function lineOf(link: string, state: LinkState, found: string): string {
  if (state === "holds") return `${link}: ${found}`;
  return state === "unknown" ? `${link}: could not be read: ${found}` : link;
}

/** The document of --json. */
export function verifiedDocument(report: VerifyReport): string {
  return JSON.stringify(report, (_, value: unknown) => (typeof value === "string" ? shown(value) : value), 2);
}
