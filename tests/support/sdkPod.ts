// A pod of the emulation that reads secrets with the real Azure SDKs, in a process of its own with a pod's environment and no other.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { POD_ENVIRONMENT } from "../../chain";
import { type Emulation, SECRET_NAME, VAULT } from "./emulation";
import type { PodCommand } from "./sdkPodProcess.mjs";

const SECRET = z.looseObject({ value: z.string(), version: z.string() });
const ERROR = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().nullable(),
  statusCode: z.number().nullable(),
  /** Key Vault's inner error. */
  innerCode: z.string().nullable(),
  /** The AADSTS number of MSAL's error, where the SDK keeps it. */
  number: z.number().nullable(),
  /** Names of the errors in an aggregate. */
  members: z.array(z.string()),
});
const ANSWER = z.object({ id: z.number(), secret: SECRET.optional(), error: ERROR.optional() });

export type PodSecret = z.infer<typeof SECRET>;
export type PodError = z.infer<typeof ERROR>;

/** What one reading does differently from the good chain's. Variables in `env` hold for this reading only. */
export type Reading = Partial<Omit<PodCommand, "id">>;

export class SdkPod {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: z.infer<typeof ANSWER>) => void>();
  readonly #identity: Record<string, string | null>;
  readonly #tokenFile: string;
  readonly #stdin: NodeJS.WritableStream;
  #sent = 0;

  /** Starts the process, as the given client of the emulation's network. */
  static async start(emulation: Emulation, client: string): Promise<SdkPod> {
    const { env, tokenFile } = await emulation.podEnvironment(client);
    return new SdkPod(env, tokenFile);
  }

  private constructor(env: Record<string, string>, tokenFile: string) {
    this.#tokenFile = tokenFile;
    const identity = Object.values(POD_ENVIRONMENT).map((name) => [name, env[name] ?? null]);
    this.#identity = { ...Object.fromEntries(identity), AZURE_TOKEN_CREDENTIALS: null };
    const child = spawn(process.execPath, [join(__dirname, "sdkPodProcess.mts")], { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#child = child;
    this.#stdin = child.stdin;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer = ANSWER.parse(JSON.parse(line));
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /** What the projected token file holds from now on. */
  async writeToken(token: string): Promise<void> {
    await writeFile(this.#tokenFile, token, { mode: 0o600 });
  }

  async read(reading: Reading = {}): Promise<PodSecret> {
    const { secret, error } = await this.#send(reading);
    if (secret === undefined) throw new Error(`The pod could not read: ${error?.message}`);
    return secret;
  }

  async refusal(reading: Reading = {}): Promise<PodError> {
    const { secret, error } = await this.#send(reading);
    if (error === undefined) throw new Error(`The pod was not refused: it read version ${secret?.version}`);
    return error;
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.kill();
    await exit;
  }

  #send(reading: Reading): Promise<z.infer<typeof ANSWER>> {
    this.#sent += 1;
    const command: PodCommand = {
      id: this.#sent,
      credential: "workload",
      vaultUri: VAULT.uri,
      secretName: SECRET_NAME,
      clockOffsetMs: 0,
      ...reading,
      env: { ...this.#identity, ...reading.env },
    };
    return new Promise((resolve) => {
      this.#waiting.set(command.id, resolve);
      this.#stdin.write(`${JSON.stringify(command)}\n`);
    });
  }
}
