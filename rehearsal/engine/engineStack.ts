// A stack on the real engine over one emulated cloud: session and stand-in providers together.
import { join } from "node:path";
import { z } from "zod";
import type { StackFiles } from "../stack";
import type { World } from "../world";
import type { Engine } from "./findEngine";
import { type Backend, type EngineRun, type EngineSession, openSession, type SessionOptions } from "./session";
import { type StandIns, startStandIns } from "./standIns";

export interface EngineStackOptions {
  readonly engine: Engine;
  readonly files: StackFiles;
  readonly world: World;
  readonly folder: string;
  readonly network: SessionOptions["network"];
  /** Stand-ins that serve this cloud already. */
  readonly standIns?: StandIns;
  /** Of stacks that refer to each other. Defaults to one of the stack's own. */
  readonly backend?: Backend;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface EngineStack extends EngineSession {
  readonly standIns: StandIns;
  /** The stack's exports; a secret one is `[secret]`. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
}

export async function openEngineStack({ world, standIns, ...options }: EngineStackOptions): Promise<EngineStack> {
  const providers = standIns ?? (await startStandIns(world.cloud));
  try {
    const session = await openSession({
      ...options,
      providers: providers.ports,
      folder: join(options.folder, options.files.stack),
    });
    const outputs = async () => {
      const { code, output } = await session.run("stack", "output", "--json");
      if (code !== 0) throw new Error(`pulumi stack output failed:\n${output.trim()}`);
      return z.record(z.string(), z.unknown()).parse(JSON.parse(output));
    };
    const close = async () => {
      await session.close();
      if (standIns === undefined) providers.close();
    };
    return { ...session, standIns: providers, outputs, close };
  } catch (error) {
    if (standIns === undefined) providers.close();
    throw error;
  }
}

/** The last lines of a run that say what went wrong. */
export function failureOf({ output, messages }: EngineRun): string {
  const errors = messages.filter(({ severity }) => severity === "error").map(({ text }) => text.trim());
  return errors.length > 0 ? [...new Set(errors)].join("\n") : output.trim().split("\n").slice(-20).join("\n");
}
