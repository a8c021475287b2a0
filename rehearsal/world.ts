// The emulated Azure of one rehearsal, put together: control plane, token endpoint, issuers, vaults and images.
import { isDeepStrictEqual } from "node:util";
import type { Break } from "./breaks";
import { createEmulatedBuilder } from "./build/emulatedBuild";
import { FolderBuilds } from "./build/folderBuild";
import type { BuiltImage } from "./build/types";
import { clusters } from "./chainModel";
import { DEPLOYER } from "./cloud/deployer";
import { EmulatedCloud, type EmulatedCloudOptions } from "./cloud/emulatedCloud";
import type { Exchange } from "./cloud/entra";
import { azureHosts } from "./cloud/hosts";
import { Issuer } from "./cloud/oidc";
import { restApi } from "./cloud/rest/restApi";
import { TaskRuns } from "./cloud/taskRuns";
import { TokenSigner } from "./cloud/tokens";
import type { StackFiles } from "./stack";

const EMULATED_TENANT = "11111111-1111-4111-8111-111111111111";
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

export type World = ReturnType<typeof createWorld>;

/** `directory` is the rehearsal's own: images are built in it. `options` for what a rehearsal leaves as it is. */
export function createWorld(
  files: StackFiles,
  breakage: Break | undefined,
  directory: string,
  options: Partial<Omit<EmulatedCloudOptions, "intercept" | "buildFolder" | "deployerToken">> = {},
) {
  const now = options.now ?? (() => Date.now());
  const signer = new TokenSigner(now);
  const issuers = new Map<string, Issuer>();
  const exchanges: Exchange[] = [];
  const subscriptionId = files.config["azure-native:subscriptionId"] ?? NO_SUBSCRIPTION;
  const intercept = breakage?.steps;
  let applied = false;
  const builder = createEmulatedBuilder({ projectDirectory: files.directory, directory });
  const folders = new FolderBuilds(files.directory, builder);
  const cloud: EmulatedCloud = new EmulatedCloud({
    tenantId: files.config["azure-native:tenantId"] ?? EMULATED_TENANT,
    subscriptionId,
    defaultLocation: files.config["azure-native:location"],
    seed: `${files.project}/${files.stack}`,
    now,
    deployerToken: (audience) => signer.issue({ tenantId: cloud.tenantId, audience, ...DEPLOYER }),
    ...(intercept === undefined
      ? {}
      : {
          intercept(registration, at) {
            const after = intercept.reduce<typeof registration | undefined>(
              (changed, apply) => changed && apply(changed, at),
              registration,
            );
            // By value: a step may write what is there already.
            applied ||= !isDeepStrictEqual(after, registration);
            return after;
          },
        }),
    buildFolder: folders.start,
    ...options,
  });
  const issuer = (url: string) => {
    const found = issuers.get(url) ?? new Issuer(url, now);
    issuers.set(url, found);
    return found;
  };
  // Same region and tenant, another cluster: what a stranger's ServiceAccount of the same name would present.
  const foreign = new Issuer(
    `https://westeurope.oic.prod-aks.azure.com/${cloud.tenantId}/00000000-0000-4000-8000-000000000000/`,
    now,
  );
  const nodeIdentities = () =>
    clusters(cloud).flatMap(({ kubelet }) => cloud.identities().filter(({ id }) => id.toLowerCase() === kubelet?.toLowerCase()));
  const known = () => [
    ...clusters(cloud).flatMap(({ link }) => (link.issuer === undefined ? [] : [issuer(link.issuer)])),
    foreign,
  ];
  const runs = new TaskRuns({ now, images: cloud.images, builder });
  const hosts = azureHosts({
    view: cloud,
    issuers: known,
    signer,
    nodeIdentities,
    images: cloud.images,
    blobs: cloud.blobs,
    runs,
    rest: restApi(cloud),
    onExchange: (exchange) => exchanges.push(exchange),
  });
  const entra = hosts.find(({ pattern }) => pattern.startsWith("login."));
  if (entra === undefined) throw new Error("the emulated Azure has no token endpoint");
  const image = async (reference: string): Promise<BuiltImage | undefined> => cloud.images.find(reference);
  const isOwnImage = (reference: string) => {
    const host = reference.split("/")[0]?.toLowerCase() ?? "";
    const isOwn = cloud.registries().some(({ loginServer }) => loginServer.toLowerCase() === host);
    // What only a push can know, or a registry that the program fills itself: nobody else brings the image.
    return isOwn && (reference.includes("@") || cloud.images.isFilled(host));
  };
  /** What builds images in a registry asks for. */
  const programHosts = ["management.azure.com", "*.azurecr.io", runs.storage.host.pattern];
  /** Cancels every build that is under way, and waits for its end. */
  const close = async () => void (await Promise.all([runs.close(), folders.close()]));
  const isBuilding = () => runs.isBuilding;
  const built = () => runs.built();
  /** Whether the break has changed or kept back anything that the program registered so far. */
  const breakApplied = () => applied;
  return {
    cloud,
    breakApplied,
    hosts,
    programHosts,
    isBuilding,
    built,
    entra,
    exchanges,
    issuer,
    foreign,
    image,
    isOwnImage,
    close,
  };
}
