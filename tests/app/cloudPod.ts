// Pods of the emulated Azure that run the built application, and the search of all that they show for what must stay hidden.
import { strictEqual } from "node:assert";
import type { EmulatedRequest, EmulatedResponse } from "../../rehearsal/network/handler";
import { type Emulation, type PodOptions, SECRET_VALUE, startEmulation } from "../support/emulation";
import { AppProcess, type AppStatus, buildApp } from "./appProcess";

/** Tries and refreshes without the waits that a real Azure needs. */
const QUICK = { METRICS_PORT: "0", RETRY_MIN_MS: "10", RETRY_MAX_MS: "20", REFRESH_MS: "30" };

export const isEntra = ({ url }: EmulatedRequest) => url.hostname === "login.microsoftonline.com";
/** A request after the vault's challenge. */
export const isVault = ({ url, headers }: EmulatedRequest) =>
  url.hostname.endsWith(".vault.azure.net") && headers.authorization !== undefined;

/** The links that are red, with their codes. */
export function redLinks({ links }: AppStatus): string[] {
  return links.filter(({ ok }) => ok === false).map(({ name, code }) => `${name}: ${code}`);
}

export interface CloudPod {
  readonly app: AppProcess;
  readonly client: string;
  readonly tokenFile: string;
}

/** For use within `describe`: starts the emulated Azure, and after each test ends its pods and searches their output. */
export function emulatedAzure() {
  let running: Emulation | undefined;
  let hidden: string[] = [];
  const pods: CloudPod[] = [];
  let started = 0;
  const cloud = () => {
    if (running === undefined) throw new Error("only within a test");
    return running;
  };

  before(async () => {
    buildApp();
    running = await startEmulation();
  });
  after(() => running?.close());
  beforeEach(() => {
    cloud().reset();
    hidden = [SECRET_VALUE];
  });
  afterEach("nothing that the application shows or logs holds the secret or a token", async () => {
    const seen = await Promise.all(pods.splice(0).map(({ app }) => everythingShown(app)));
    for (const text of seen) {
      for (const value of hidden) strictEqual(text.includes(value), false, `shows ${value}`);
      // Every JWT starts like this, those that Entra ID issues included.
      strictEqual(/eyJ[\w-]{8}/.test(text), false, "shows a token");
    }
  });

  return {
    get cloud() {
      return cloud();
    },
    hide(value: string): string {
      hidden.push(value);
      return value;
    },
    async start(options: PodOptions = {}): Promise<CloudPod> {
      started += 1;
      const client = `web/web-${started}`;
      const token = options.token === undefined ? await cloud().mint(options.claims) : options.token;
      if (token) hidden.push(token);
      const { env, tokenFile } = await cloud().podEnvironment(client, { ...options, token, env: { ...QUICK, ...options.env } });
      const pod = { app: new AppProcess(env), client, tokenFile };
      pods.push(pod);
      return pod;
    },
    /** Answers the first requests that fit in the service's stead, one with each response. */
    answer(fits: (request: EmulatedRequest) => boolean, responses: readonly EmulatedResponse[]): void {
      const left = [...responses];
      cloud().fault = (request) => (fits(request) ? left.shift() : undefined);
    },
  };
}

async function everythingShown(app: AppProcess): Promise<string> {
  const shown = await Promise.all([app.text("/"), app.text("/api/status"), app.metrics()]);
  await app.stop();
  return [...shown, app.output].join("\n");
}
