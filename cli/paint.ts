// Colours of what commands print.
import { styleText } from "node:util";

export type Style = "green" | "red" | "yellow" | "bold" | "dim";

/** Leaves colours out where standard output is no terminal, and honours NO_COLOR. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
