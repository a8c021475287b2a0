// Finds the errors in a text, line by line: each distinct one once, with the lines that name it. Keeps what it found and a few lines, however long the text is.
import { type Code, isCode } from "../codes";
import { compatible, type Presented, presentedIn } from "./presented";
import { ENTRA_NUMBER, HIDES, MAY_HOLD_A_SIGN, SIGNS } from "./signs";

export interface RecognisedError {
  readonly code: Code;
  readonly presented: Presented;
  /** Number of lines that name it. */
  readonly lines: number;
  /** The first of them, from 1. */
  readonly firstLine: number;
}

export interface Recognised {
  readonly errors: readonly RecognisedError[];
  /** Numbers of Entra ID that the table does not have. */
  readonly unknown: readonly string[];
  /** Distinct errors that were seen after `MOST_ERRORS` others. */
  readonly leftOut: number;
}

/** Distinct errors that are kept. */
const MOST_ERRORS = 200;
/** An SDK's or a provider's message goes on for so many lines after the one with its code. */
const FOLLOWING_LINES = 12;
/** Characters of the line before that a value may be announced in. */
const WRAPPED = 200;
/** What Terraform draws at the left of its messages. */
const BOX = /^\s*[│╷╵]\s?/;
/** A line that breaks off inside a sentence, and one that goes on with it. */
const BROKEN_OFF = /[\p{L}\d'",]$/u;
const GOES_ON = /^['"(\p{Ll}]/u;

interface Seen {
  code: Code;
  presented: Presented;
  lines: number;
  firstLine: number;
  lastLine: number;
}

export class Recogniser {
  private readonly kept: Seen[] = [];
  private readonly unknown = new Set<string>();
  /** Errors whose messages may still go on. */
  private open: Seen[] = [];
  private line = 0;
  private leftOut = 0;
  /** The end of the line before, and whose message it is: long sentences are wrapped. */
  private before: { readonly text: string; readonly codes: readonly Code[] } = { text: "", codes: [] };

  /** `number`: of the line, where a long one comes in parts. Default: the next. */
  read(raw: string, number: number = this.line + 1): void {
    this.line = number;
    this.close((seen) => this.line - seen.lastLine > FOLLOWING_LINES);
    const unboxed = raw.replace(BOX, "");
    const text = unboxed.includes("\\") ? unescaped(unboxed) : unboxed;
    const holdsSign = MAY_HOLD_A_SIGN.test(text);
    const codes = holdsSign ? this.codesIn(text) : [];
    const across = this.codesAcross(text).filter((code) => !codes.includes(code));
    if (holdsSign || across.length > 0 || this.open.length > 0) {
      // A line may quote several of Entra ID's answers.
      for (const [index, part] of text.split(/(?=AADSTS\d)/).entries()) this.readPart(part, index === 0 ? across : []);
    }
    this.before = { text: text.slice(-WRAPPED), codes: [...codes, ...across] };
  }

  /** Codes whose sentence begins on the line before and ends on this one. */
  private codesAcross(text: string): Code[] {
    const [begun, rest] = [this.before.text.trimEnd(), text.trimStart().slice(0, WRAPPED)];
    if (!BROKEN_OFF.test(begun) || !GOES_ON.test(rest)) return [];
    const joined = `${begun} ${rest}`;
    if (!MAY_HOLD_A_SIGN.test(joined)) return [];
    const codes = SIGNS.filter(({ pattern }) => pattern.test(joined)).map(({ code }) => pulling(code, joined));
    return codes.filter((code) => !this.before.codes.includes(code));
  }

  finish(): Recognised {
    this.close(() => true);
    const errors = this.kept
      .filter((seen) => !this.isHidden(seen))
      .map(({ code, presented, lines, firstLine }) => ({
        code: refined(code, presented),
        presented,
        lines,
        firstLine,
      }));
    return {
      errors: errors.sort((one, other) => one.firstLine - other.firstLine),
      unknown: [...this.unknown],
      leftOut: this.leftOut,
    };
  }

  private isHidden({ code, presented, firstLine, lastLine }: Seen): boolean {
    return this.kept.some(
      (other) =>
        HIDES[other.code]?.includes(code) === true &&
        compatible(presented, other.presented) &&
        firstLine - other.lastLine <= FOLLOWING_LINES &&
        other.firstLine - lastLine <= FOLLOWING_LINES,
    );
  }

  private readPart(text: string, across: readonly Code[]): void {
    const codes = [...this.codesIn(text), ...across];
    const own = presentedIn(text);
    const joined = { ...presentedIn(`${this.before.text.trimEnd()} ${text.trimStart()}`), ...own };
    const presentedOf = (code: Code) => {
      const { codes: before } = this.before;
      return ofCode(code, before.length === 0 || before.includes(code) ? joined : own);
    };
    for (const seen of this.open) {
      if (codes.length > 0 && !codes.includes(seen.code)) continue;
      const more = presentedOf(seen.code);
      if (compatible(seen.presented, more)) seen.presented = { ...more, ...seen.presented };
    }
    // Entra ID's number stands before all that is said of it.
    for (const code of codes) this.note(code, code.startsWith("AADSTS") ? ofCode(code, own) : presentedOf(code));
  }

  private codesIn(text: string): Code[] {
    const number = ENTRA_NUMBER.exec(text)?.[0];
    if (number !== undefined && !isCode(number)) this.unknown.add(number);
    const signs = SIGNS.filter(({ pattern }) => pattern.test(text)).map(({ code }) => pulling(code, text));
    const all = new Set<Code>([...(number !== undefined && isCode(number) ? [number] : []), ...signs]);
    const hidden = new Set([...all].flatMap((code) => HIDES[code] ?? []));
    return [...all].filter((code) => !hidden.has(code));
  }

  private note(code: Code, presented: Presented): void {
    const same = this.open.find((seen) => seen.code === code && compatible(seen.presented, presented));
    if (same === undefined) {
      this.close((seen) => seen.code === code);
      this.open.push({ code, presented, lines: 1, firstLine: this.line, lastLine: this.line });
    } else if (same.lastLine !== this.line) {
      same.lines += 1;
      same.lastLine = this.line;
    }
  }

  private close(which: (seen: Seen) => boolean): void {
    if (this.open.length === 0) return;
    for (const seen of this.open.filter(which)) this.keep(seen);
    this.open = this.open.filter((seen) => !which(seen));
  }

  private keep(seen: Seen): void {
    const same = this.kept.find(({ code, presented }) => code === seen.code && compatible(presented, seen.presented));
    if (same !== undefined) {
      same.lines += seen.lines;
      same.lastLine = seen.lastLine;
      same.presented = { ...seen.presented, ...same.presented };
    } else if (this.kept.length < MOST_ERRORS) this.kept.push(seen);
    else this.leftOut += 1;
  }
}

/** The errors of a text that is at hand. A bare code is one, whatever it stands beside elsewhere. */
export function recognise(text: string): Recognised {
  const bare = text.trim();
  if (isCode(bare) && bare !== "Unexplained")
    return { errors: [{ code: bare, presented: {}, lines: 1, firstLine: 1 }], unknown: [], leftOut: 0 };
  const recogniser = new Recogniser();
  for (const line of text.split("\n")) recogniser.read(line);
  return recogniser.finish();
}

// The same refusal has another cause where the caller is not the pod: by the action that was refused.
function refined(code: Code, { action = "" }: Presented): Code {
  if (code !== "AuthorizationFailed" || action === "") return code;
  if (/\/roleAssignments\/write$/i.test(action)) return "RoleAssignmentWriteForbidden";
  return /\/role(Assignments|Definitions)\/read$/i.test(action) ? code : "ActionForbidden";
}

function pulling(code: Code, text: string): Code {
  return code === "ImagePullFailed" && /\b40[13]\b|unauthorized|authentication required/i.test(text)
    ? "ImagePullUnauthorized"
    : code;
}

const SIGN_IN_FIELDS: ReadonlySet<string> = new Set(["issuer", "subject", "audience", "clientId", "tenant", "expiredSeconds"]);
/** Of the others, those that Entra ID's answers and other refusals share. */
const SHARED_FIELDS: ReadonlySet<string> = new Set(["clientId"]);

// A following line may belong to another message: a refusal of Entra ID has other values than one of Azure.
function ofCode(code: Code, presented: Presented): Presented {
  const signIn = code.startsWith("AADSTS");
  return Object.fromEntries(
    Object.entries(presented).filter(([field]) =>
      signIn ? SIGN_IN_FIELDS.has(field) : !SIGN_IN_FIELDS.has(field) || SHARED_FIELDS.has(field),
    ),
  );
}

/** What JSON, Go and .NET make of quotes and line ends inside a message. */
function unescaped(text: string): string {
  return text
    .replace(/\\+u0027/gi, "'")
    .replace(/\\+u0022/gi, '"')
    .replace(/(?:\\+r)?\\+n/g, "\n")
    .replace(/\\+(["'/])/g, "$1");
}
