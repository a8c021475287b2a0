// An emulated Azure with one chain that works, for tests of the data plane and of the application. Its state is plain data that a test changes.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AUDIENCE,
  type BlobContainerLink,
  type CustomRoleLink,
  type FederatedCredentialLink,
  type IdentityLink,
  type RoleAssignmentLink,
  TOKEN_FILE_NAME,
  type VaultLink,
} from "../../chain";
import type { EmulatedBuilder } from "../../rehearsal/build/types";
import { BlobStore } from "../../rehearsal/cloud/blobStore";
import type { Exchange } from "../../rehearsal/cloud/entra";
import { azureHosts } from "../../rehearsal/cloud/hosts";
import { ImageStore } from "../../rehearsal/cloud/images";
import { Issuer, type TokenClaims } from "../../rehearsal/cloud/oidc";
import { newRsaKey } from "../../rehearsal/cloud/rsaKey";
import { TaskRuns } from "../../rehearsal/cloud/taskRuns";
import { TokenSigner } from "../../rehearsal/cloud/tokens";
import type { AzureView, RegistryLink, SecretVersion, StorageAccountLink } from "../../rehearsal/cloud/view";
import type { Fault } from "../../rehearsal/network/handler";
import { type Network, startNetwork } from "../../rehearsal/network/network";
import {
  ASSIGNMENT,
  CONTAINER,
  CREDENTIAL,
  IDENTITY,
  ISSUER_URL,
  KUBELET_IDENTITY,
  NAMESPACE,
  SECRET,
  SECRET_NAME,
  SERVICE_ACCOUNT,
  STORAGE_ACCOUNT,
  SUBJECT,
  SUBSCRIPTION_ID,
  TENANT_ID,
  VAULT,
} from "./goodChain";
import { podVariables, proxyVariables } from "./podVariables";

export * from "./goodChain";

/** The state of the emulated Azure. Every field may be changed while it runs. */
export interface AzureState {
  tenantId: string;
  identities: IdentityLink[];
  federatedCredentials: FederatedCredentialLink[];
  roleAssignments: RoleAssignmentLink[];
  customRoles: CustomRoleLink[];
  vaults: VaultLink[];
  storageAccounts: StorageAccountLink[];
  blobContainers: BlobContainerLink[];
  registries: RegistryLink[];
  /** By secret name, in lower case; the same in every vault. */
  secrets: Record<string, SecretVersion[]>;
  nodeIdentities: IdentityLink[];
  issuers: Issuer[];
  /** Builds what is scheduled in a registry. The good one refuses: a test of builds brings its own. */
  builder: EmulatedBuilder;
  /** Whether the subscription may build in registries. */
  tasksAllowed: boolean;
  /** Milliseconds that the emulated clock is ahead of the machine's. */
  clockOffsetMs: number;
}

export interface PodOptions {
  /** What the token file holds. Defaults to a fresh token of the cluster's issuer. Null: there is no file. */
  readonly token?: string | null;
  /** Claims that differ from those of the good chain's token. */
  readonly claims?: Partial<TokenClaims>;
  /** Variables that differ; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Emulation {
  readonly state: AzureState;
  readonly view: AzureView;
  readonly network: Network;
  readonly issuer: Issuer;
  readonly signer: TokenSigner;
  /** What the registries hold; it stays over a reset, as do the runs. */
  readonly images: ImageStore;
  readonly runs: TaskRuns;
  /** What the storage accounts hold; empty again after a reset. */
  readonly blobs: BlobStore;
  /** Every request for a token, oldest first. */
  readonly exchanges: readonly Exchange[];
  /** Throttles, breaks or garbles a service while it is set. */
  fault: Fault | undefined;
  /** A token as the pod of the good chain has it, from the cluster's issuer or another one. */
  mint(claims?: Partial<TokenClaims>, from?: Issuer): Promise<string>;
  /** The whole environment of a pod's process, its token file written. `tokenFile` is where a test rotates the token. */
  podEnvironment(
    client: string,
    options?: PodOptions,
  ): Promise<{ readonly env: Record<string, string>; readonly tokenFile: string }>;
  /** Puts the good chain back, forgets faults and clock; the logs stay. */
  reset(): void;
  close(): Promise<void>;
}

// Making them is most of what an emulation costs, and no two of them ever meet.
const ISSUER_KEY = newRsaKey();
export const SIGNER_KEY = newRsaKey();

export async function startEmulation(overrides: Partial<AzureState> = {}): Promise<Emulation> {
  const now = () => Date.now() + state.clockOffsetMs;
  const issuer = new Issuer(ISSUER_URL, now, ISSUER_KEY);
  const signer = new TokenSigner(now, SIGNER_KEY);
  const initial = (): AzureState => ({ ...goodState(), issuers: [issuer], ...overrides });
  const state = initial();
  const view = viewOf(state, now);
  const exchanges: Exchange[] = [];
  const images = new ImageStore(now);
  const blobs = new BlobStore(now);
  const runs = new TaskRuns({ now, images, builder: (input, log, signal) => state.builder(input, log, signal) });
  const hosts = azureHosts({
    view,
    issuers: () => state.issuers,
    signer,
    nodeIdentities: () => state.nodeIdentities,
    images,
    blobs,
    runs,
    tasksAllowed: () => state.tasksAllowed,
    onExchange: (exchange) => exchanges.push(exchange),
  });
  const network = await startNetwork(hosts, { faults: (request) => emulation.fault?.(request) });
  const folder = await mkdtemp(join(tmpdir(), "emulation-"));
  const mint = (claims: Partial<TokenClaims> = {}, from = issuer) => from.mint({ ...GOOD_CLAIMS, ...claims });
  const emulation: Emulation = {
    state,
    view,
    network,
    issuer,
    signer,
    images,
    runs,
    blobs,
    exchanges,
    fault: undefined,
    mint,
    async podEnvironment(client, options = {}) {
      const root = join(folder, encodeURIComponent(client));
      const empty = join(root, "empty");
      await mkdir(empty, { recursive: true });
      const tokenFile = join(root, TOKEN_FILE_NAME);
      const token = options.token === undefined ? await mint(options.claims) : options.token;
      if (token !== null) await writeFile(tokenFile, token, { mode: 0o600 });
      const caFile = join(root, "ca.pem");
      await writeFile(caFile, network.caPem);
      const proxy = network.clientUrl(client);
      const entries = Object.entries({ ...podVariables(tokenFile), ...proxyVariables(proxy, caFile, empty), ...options.env });
      const env = Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
      return { env, tokenFile };
    },
    reset() {
      Object.assign(state, initial());
      blobs.clear();
      emulation.fault = undefined;
    },
    async close() {
      await runs.close();
      await network.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return emulation;
}

const GOOD_CLAIMS: TokenClaims = {
  subject: SUBJECT,
  audience: AUDIENCE,
  namespace: NAMESPACE,
  serviceAccount: SERVICE_ACCOUNT,
  podName: "web-0",
  lifetimeSeconds: 3600,
};

function goodState(): Omit<AzureState, "issuers"> {
  return {
    tenantId: TENANT_ID,
    identities: [IDENTITY, KUBELET_IDENTITY],
    federatedCredentials: [CREDENTIAL],
    roleAssignments: [ASSIGNMENT],
    customRoles: [],
    vaults: [VAULT],
    storageAccounts: [STORAGE_ACCOUNT],
    blobContainers: [CONTAINER],
    registries: [],
    secrets: { [SECRET_NAME]: [SECRET] },
    nodeIdentities: [KUBELET_IDENTITY],
    builder: async () => ({ failure: "this emulation has no builder" }),
    tasksAllowed: true,
    clockOffsetMs: 0,
  };
}

function viewOf(state: AzureState, now: () => number): AzureView {
  return {
    get tenantId() {
      return state.tenantId;
    },
    subscriptionId: SUBSCRIPTION_ID,
    now,
    identities: () => state.identities,
    federatedCredentials: () => state.federatedCredentials,
    roleAssignments: () => state.roleAssignments,
    customRoles: () => state.customRoles,
    vaults: () => state.vaults,
    storageAccounts: () => state.storageAccounts,
    blobContainers: () => state.blobContainers,
    registries: () => state.registries,
    secretVersions: (_vaultId, name) => state.secrets[name.toLowerCase()] ?? [],
  };
}
