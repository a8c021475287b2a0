// The emulated Azure of one rehearsal, put together: control plane, token endpoint, issuers, vaults and images.
import { resolve } from "node:path";
import type { Break } from "./breaks";
import { clusters } from "./chainModel";
import { EmulatedCloud } from "./cloud/emulatedCloud";
import type { Exchange } from "./cloud/entra";
import { azureHosts } from "./cloud/hosts";
import { Issuer } from "./cloud/oidc";
import { TokenSigner } from "./cloud/tokens";
import { type RunnableOrProblem, runnableFrom } from "./cluster/imageCommand";
import type { StackFiles } from "./stack";

const EMULATED_TENANT = "11111111-1111-4111-8111-111111111111";
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

export function createWorld(files: StackFiles, breakage: Break | undefined) {
  const now = () => Date.now();
  const signer = new TokenSigner(now);
  const issuers = new Map<string, Issuer>();
  const exchanges: Exchange[] = [];
  const subscriptionId = files.config["azure-native:subscriptionId"] ?? NO_SUBSCRIPTION;
  const intercept = breakage?.steps;
  const cloud: EmulatedCloud = new EmulatedCloud({
    tenantId: files.config["azure-native:tenantId"] ?? EMULATED_TENANT,
    subscriptionId,
    defaultLocation: files.config["azure-native:location"],
    seed: `${files.project}/${files.stack}`,
    now,
    deployerToken: (audience) =>
      signer.issue({ tenantId: cloud.tenantId, audience, clientId: "deployer", principalId: "deployer" }),
    ...(intercept === undefined
      ? {}
      : {
          intercept: (registration, at) =>
            intercept.reduce<typeof registration | undefined>((changed, apply) => changed && apply(changed, at), registration),
        }),
    // The application is built while the program still runs.
    onImage: ({ context }) => void build(context),
  });
  const build = (context: string) => runnableFrom(resolve(files.directory, context));
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
  const hosts = azureHosts({
    view: cloud,
    issuers: known,
    signer,
    nodeIdentities,
    onExchange: (exchange) => exchanges.push(exchange),
  });
  const entra = hosts.find(({ pattern }) => pattern.startsWith("login."));
  if (entra === undefined) throw new Error("the emulated Azure has no token endpoint");
  const runnable = async (image: string): Promise<RunnableOrProblem | undefined> => {
    const pushed = cloud.images.find(image);
    return pushed === undefined ? undefined : build(pushed.context);
  };
  return { cloud, hosts, entra, exchanges, issuer, foreign, runnable };
}
