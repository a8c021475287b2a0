// Lets a program in this process reach an emulated Azure over HTTP, as the rehearsal's own process does by its environment.
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { EmulatedBuilder } from "../../rehearsal/build/types";
import { DEPLOYER } from "../../rehearsal/cloud/deployer";
import { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import { azureHosts } from "../../rehearsal/cloud/hosts";
import { TaskRuns } from "../../rehearsal/cloud/taskRuns";
import { TokenSigner } from "../../rehearsal/cloud/tokens";
import { type Call, startNetwork } from "../../rehearsal/network/network";
import { SIGNER_KEY } from "./emulation";
import { emulatedCloud, TENANT } from "./program";
import { goodBuilder } from "./registryEmulation";

export interface ReachableCloud {
  readonly cloud: EmulatedCloud;
  readonly calls: readonly Call[];
  /** Every token that the program was given, oldest first. */
  readonly tokens: readonly string[];
  /** What the program told through `pulumi.log`, which has nothing but the console where there is no engine. */
  readonly log: readonly string[];
}

/** Programs run one at a time in a process, so the proxy and the certificates of one run are nobody else's. */
export async function withReachableCloud<T>(
  body: (azure: ReachableCloud) => Promise<T>,
  builder: EmulatedBuilder = goodBuilder,
): Promise<T> {
  const now = () => Date.now();
  const signer = new TokenSigner(now, SIGNER_KEY);
  const tokens: string[] = [];
  const cloud = new EmulatedCloud({
    ...emulatedCloud().options,
    now,
    deployerToken: async (audience) => {
      const token = await signer.issue({ tenantId: TENANT, audience, ...DEPLOYER });
      tokens.push(token);
      return token;
    },
  });
  const { images, blobs } = cloud;
  const runs = new TaskRuns({ now, images, builder });
  const view = { view: cloud, issuers: () => [], signer, nodeIdentities: () => [], images, blobs, runs, onExchange: () => {} };
  const network = await startNetwork(azureHosts(view));
  const authorities = getCACertificates("default");
  setDefaultCACertificates([...authorities, network.caPem]);
  const { HTTPS_PROXY } = process.env;
  process.env.HTTPS_PROXY = network.clientUrl("program");
  const log: string[] = [];
  const { console: real } = globalThis;
  globalThis.console = Object.assign(Object.create(real), { log: (line: unknown) => log.push(String(line)) });
  try {
    return await body({ cloud, calls: network.calls, tokens, log });
  } finally {
    globalThis.console = real;
    if (HTTPS_PROXY === undefined) delete process.env.HTTPS_PROXY;
    else process.env.HTTPS_PROXY = HTTPS_PROXY;
    setDefaultCACertificates(authorities);
    await runs.close();
    await network.close();
  }
}
