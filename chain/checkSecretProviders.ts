// What the Secrets Store CSI driver mounts into a pod: it signs in with the pod's token, by a client id of the class's own.
import { identityOf } from "./checkClientId";
import { checkFederation, credentialsOf, mayTrust, refusal, trusts } from "./checkFederation";
import { access, checkSecret } from "./checkVault";
import type { ChainModel, Finding, IdentityInModel, PodLink, SecretProviderLink } from "./model";
import { GUID } from "./names";
import { sameText } from "./rbac";
import { finding } from "./rules";
import { serviceAccountSubject } from "./workloadIdentity";

/** Of every pod that mounts one, with the webhook's label or without: the driver does not look at it. A class that is not in the model is somebody else's. */
export function checkSecretProviders(model: ChainModel): Finding[] {
  const { pods, secretProviders = [] } = model;
  return pods.flatMap((pod) =>
    secretProviders
      .filter(({ namespace, name }) => namespace === pod.namespace && pod.secretProviders?.includes(name) === true)
      .flatMap((provider) => checkProvider(model, pod, provider)),
  );
}

function checkProvider(model: ChainModel, pod: PodLink, provider: SecretProviderLink): Finding[] {
  const { resource, clientId, vaultName, secrets } = provider;
  if (clientId === undefined) return [];
  const wanted = { issuer: model.cluster.issuer, subject: serviceAccountSubject(pod.namespace, pod.serviceAccountName) };
  const named = identityOf(model, clientId);
  const trusted = model.federatedCredentials.filter((credential) => trusts(credential, wanted));
  const right = model.identities.find(({ id }) => trusted.some(({ identityId = "" }) => sameText(identityId, id)));
  const place = { resource, property: "spec.parameters.clientID", expected: right?.clientId ?? "the clientId of an identity" };
  if (named === undefined) {
    const isElsewhere = right === undefined && GUID.test(clientId) && model.elsewhere?.includes("identities") === true;
    return isElsewhere ? [] : [finding("WI019", { ...place, actual: whose(model, clientId) })];
  }
  const own = credentialsOf(model, named.id);
  if (right !== undefined && right !== named && !own.some((credential) => mayTrust(credential, wanted))) {
    const actual = `${clientId} (${named.name})`;
    return [finding("WI019", { ...place, actual, code: refusal(own, wanted.issuer) })];
  }
  const federation = checkFederation(model, named, wanted);
  const reads = vaultName === undefined ? [] : readsOf(model, named, provider, vaultName, secrets);
  return [...federation, ...reads].flatMap((check) => check.finding ?? []);
}

function whose({ identities }: ChainModel, clientId: string): string {
  const mistaken = identities.find(({ id, principalId }) => sameText(id, clientId) || sameText(principalId, clientId));
  if (mistaken === undefined) return clientId;
  return `${clientId} (the ${sameText(mistaken.id, clientId) ? "resource id" : "principalId"} of ${mistaken.name})`;
}

function readsOf(
  model: ChainModel,
  identity: IdentityInModel,
  { resource }: SecretProviderLink,
  vaultName: string,
  secrets: readonly string[],
) {
  const vault = model.vaults.find(({ name }) => sameText(name, vaultName));
  if (vault === undefined) return [];
  const targets = secrets.length === 0 ? [vault.id] : secrets.map((name) => `${vault.id}/secrets/${name}`);
  const refused = targets.flatMap((target) => access(vault, target, identity, model)).find((check) => check.finding);
  const property = "spec.parameters.objects";
  return [
    ...(refused === undefined ? [] : [refused]),
    ...secrets.flatMap((value) => checkSecret({ property, value }, vault, resource, model)),
  ];
}

/** Names of the secrets in `parameters.objects`, a text of YAML in YAML; none where it also mounts keys or certificates. */
export function secretsInObjects(objects: string): readonly string[] {
  const kinds = [...objects.matchAll(/objectType:\s*["']?(\w+)/g)].map(([, kind]) => kind);
  if (kinds.some((kind) => kind !== "secret")) return [];
  return [...objects.matchAll(/objectName:\s*["']?([0-9A-Za-z-]+)/g)].flatMap(([, name]) => name ?? []);
}

/** Whether a class signs in with the pod's token, by its parameters. */
export function signsInAsPod(flag: (parameter: string) => string | undefined, provider: string | undefined): boolean {
  return provider === "azure" && ["usePodIdentity", "useVMManagedIdentity"].every((name) => flag(name) !== "true");
}
