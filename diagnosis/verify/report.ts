// What this command says: every link with what was expected and found, or why it could not be read.
import type { Finding } from "../../chain";
import type { Unread } from "./reading";

export type LinkState = "holds" | "broken" | "warning" | "unknown";

export interface VerifiedLink {
  readonly link: string;
  readonly state: LinkState;
  readonly expected: string;
  /** Of one that could not be read, why. */
  readonly found: string;
  /** Which rule is broken, with its fix. */
  readonly finding?: Finding;
  /** The right that is missing, of one that could not be read. */
  readonly needs?: string;
}

/** Links of one thing. */
export interface Section {
  readonly kind: "cluster" | "workload" | "intruders";
  readonly name: string;
  readonly links: readonly VerifiedLink[];
  /** Whether the application itself says that its chain works; undefined where it was not asked, or did not say. */
  readonly works?: boolean;
}

export interface VerifyReport {
  readonly schemaVersion: 1;
  /** No link is broken, and where one could not be read the application itself says that its chain works. */
  readonly ok: boolean;
  readonly stack: string;
  readonly emulated: boolean;
  readonly sections: readonly Section[];
}

export function unknown(link: string, expected: string, { reason, right }: Unread): VerifiedLink {
  return { link, state: "unknown", expected, found: reason, needs: right };
}

export function holds(link: string, expected: string, found: string = expected): VerifiedLink {
  return { link, state: "holds", expected, found };
}

export function broken(link: string, finding: Finding): VerifiedLink {
  const { severity, expected, actual } = finding;
  return { link, state: severity === "warning" ? "warning" : "broken", expected, found: actual, finding };
}

/** What could not be read is green only where the pods themselves have shown that everything works. */
export function isOk(sections: readonly Section[]): boolean {
  const states = sections.flatMap(({ links }) => links.map(({ state }) => state));
  if (states.includes("broken")) return false;
  // What was to be refused is shown by nothing else.
  if (sections.some(({ kind, links }) => kind === "intruders" && links.some(({ state }) => state === "unknown"))) return false;
  const workloads = sections.filter(({ kind }) => kind === "workload");
  return !states.includes("unknown") || (workloads.length > 0 && workloads.every(({ works }) => works === true));
}
