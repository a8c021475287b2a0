// Asks an emulated host as a function, without a network, and looks into its answers.
import { z } from "zod";
import { type EmulatedHost, type EmulatedResponse, emulatedRequest } from "../../../rehearsal/network/handler";

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export async function ask(
  host: EmulatedHost,
  url: string,
  { method = "GET", headers = {}, body = "" }: Asked = {},
): Promise<EmulatedResponse> {
  return host.handle(emulatedRequest({ client: "web/web-0", method, url: new URL(url), headers }, Buffer.from(body)));
}

const FIELDS = z.record(z.string(), z.unknown());

/** The fields of a JSON body. */
export function fields({ body }: EmulatedResponse): Record<string, unknown> {
  return FIELDS.parse(body);
}

/** A field of a JSON body that must be text. */
export function text(response: EmulatedResponse, name: string): string {
  return z.string().parse(fields(response)[name]);
}
