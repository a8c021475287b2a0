// The codes that a broken chain shows, what each means and what to do. Emulated Entra ID, findings, explanations and the application's page all
// use this table. Entra's texts are recorded from public reports; Microsoft may change numbers and texts: for diagnosis only, never for an
// application's logic.
import { DEPLOYMENT_CODES } from "./codes/deployment";
import type { ErrorCode } from "./codes/errorCode";
import { POD_CODES } from "./codes/pod";
import { SIGN_IN_CODES } from "./codes/signIn";

export type { ErrorCode } from "./codes/errorCode";
export { POD_CODES } from "./codes/pod";

/** What an application can meet: what its page explains. */
export const APP_CODES = { ...POD_CODES, ...SIGN_IN_CODES } as const satisfies Record<string, ErrorCode>;

export const CODES = { ...APP_CODES, ...DEPLOYMENT_CODES } as const satisfies Record<string, ErrorCode>;

export type Code = keyof typeof CODES;

export function isCode(text: string): text is Code {
  return Object.hasOwn(CODES, text);
}

/** The code that an error text names, or undefined. Entra's numbers come first: an SDK's message may quote others after it. */
export function codeIn(text: string): Code | undefined {
  const number = /AADSTS(\d+)/.exec(text)?.[0];
  if (number !== undefined && isCode(number)) return number;
  return (Object.keys(POD_CODES) as (keyof typeof POD_CODES)[]).find(
    (code) => !code.startsWith("AADSTS") && new RegExp(`\\b${code}\\b`).test(text),
  );
}
