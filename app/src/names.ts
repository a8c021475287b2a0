// What the application knows of the chain: a data file generated from the project's chain/ folder by cli/appCodes.ts.
import data from "./codes.json";

export interface Explanation {
  readonly meaning: string;
  readonly fix: string;
  readonly help: string;
}

export const POD_VARIABLES = data.podEnvironment;
export const APP_VARIABLES = data.appEnvironment;
/** The only value of the variable that opens the route to blobs. */
export const BLOB_ROUTE_ON = data.blobRouteOn;

export type KnownCode = keyof typeof data.codes;

export function isKnownCode(code: string): code is KnownCode {
  return Object.hasOwn(data.codes, code);
}

/** What a code means and what to do. A number of Entra ID that the table does not know links to Microsoft's page of that number. */
export function explain(code: string): Explanation {
  if (isKnownCode(code)) return data.codes[code];
  const number = /^AADSTS(\d+)$/.exec(code)?.[1];
  const { meaning, fix, help } = data.codes.Unexplained;
  return { meaning, fix, help: number === undefined ? help : `https://login.microsoftonline.com/error?code=${number}` };
}
