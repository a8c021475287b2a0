// Text from elsewhere that is going to be printed.
import { stripVTControlCharacters } from "node:util";

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is taken out. A build must not move the cursor or set the title of somebody's terminal.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Without colours and whatever else steers a terminal; tabs and line breaks stay. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, "");
}
