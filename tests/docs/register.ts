// Registers single resources with the emulated cloud, for the claims of docs/rehearsal.md that the whole program cannot break.
import type { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";

export interface RegisterOptions {
  readonly name?: string;
  /** `urn::id` of the explicit provider. */
  readonly provider?: string;
}

export async function register(
  cloud: EmulatedCloud,
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  { name = "sample", provider = "" }: RegisterOptions = {},
): Promise<{ readonly id: string; readonly state: Readonly<Record<string, unknown>> }> {
  const { id, state } = await cloud.register({ type, name, inputs, provider, id: undefined });
  return { id, state: { ...state } };
}
