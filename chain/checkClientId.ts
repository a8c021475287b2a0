// The client id that a container signs in with: the annotation's, or the container's own, which wins over it.
import type { LinkCheck } from "./check";
import { credentialsOf, mayTrust, refusal, trusts, type Wanted } from "./checkFederation";
import type { ChainModel, ContainerLink, IdentityInModel, PodLink, ServiceAccountLink } from "./model";
import { GUID } from "./names";
import { sameText } from "./rbac";
import { isReader } from "./readers";
import { finding, type Place } from "./rules";
import { envProperty, templateProperty } from "./told";
import { CLIENT_ID_ANNOTATION, POD_ENVIRONMENT, SKIP_CONTAINERS_ANNOTATION } from "./workloadIdentity";

/** One client id of a pod, with the containers that go by it. */
export interface ClientId {
  /** Undefined where the annotation is missing. */
  readonly value: string | undefined;
  /** It is there, and what it says is not known. */
  readonly unknown: boolean;
  readonly containers: readonly ContainerLink[];
  /** The container that sets it; undefined where the annotation does. */
  readonly setBy: ContainerLink | undefined;
}

/** The names of the containers that the webhook leaves alone. */
export function skippedIn({ annotations }: PodLink): readonly string[] {
  const value = annotations[SKIP_CONTAINERS_ANNOTATION];
  return value === undefined ? [] : value.split(";").map((name) => name.trim());
}

/** The containers that must be able to sign in: those that are told what to read, or else the first that is not skipped. */
export function signingIn(model: ChainModel, pod: PodLink): readonly ContainerLink[] {
  const readers = pod.containers.filter((container) => isReader(model, pod, container));
  if (readers.length > 0) return readers;
  const skipped = skippedIn(pod);
  const mutated = pod.containers.filter(({ name }) => !skipped.includes(name));
  return (mutated.length > 0 ? mutated : pod.containers).slice(0, 1);
}

/** All client ids that containers of a pod go by. The annotation's is left out where nothing that must sign in needs it. */
export function clientIds(model: ChainModel, pod: PodLink, serviceAccount: ServiceAccountLink): readonly ClientId[] {
  const annotated = serviceAccount.annotations[CLIENT_ID_ANNOTATION];
  const own = pod.containers.flatMap((container): ClientId[] => {
    const value = container.env[POD_ENVIRONMENT.clientId];
    const unknown = value === undefined;
    if (!(POD_ENVIRONMENT.clientId in container.env) || (!unknown && annotated !== undefined && sameText(value, annotated)))
      return [];
    return [{ value, unknown, containers: [container], setBy: container }];
  });
  const following = pod.containers.filter((container) => own.every(({ setBy }) => setBy !== container));
  if (!signingIn(model, pod).some((container) => following.includes(container))) return own;
  const unknown = annotated === undefined && CLIENT_ID_ANNOTATION in serviceAccount.annotations;
  return [{ value: annotated, unknown, containers: following, setBy: undefined }, ...own];
}

export function identityOf(model: ChainModel, clientId: string | undefined): IdentityInModel | undefined {
  return clientId === undefined ? undefined : model.identities.find((identity) => sameText(identity.clientId, clientId));
}

export interface ClientIdCheck {
  readonly check: LinkCheck;
  /** What the pod is meant to be: after a wrong client id the question is what the right identity may do. */
  readonly identity: IdentityInModel | undefined;
}

export function checkClientId(
  model: ChainModel,
  pod: PodLink,
  serviceAccount: ServiceAccountLink,
  { value, setBy }: ClientId,
  wanted: Wanted,
): ClientIdCheck {
  // The few credentials first: to look through all of them for each identity takes the square of their number, and that for every pod.
  const trusted = model.federatedCredentials.filter((credential) => trusts(credential, wanted));
  const trusting = model.identities.find(({ id }) => trusted.some(({ identityId }) => sameText(identityId ?? "", id)));
  // Where nobody trusts the ServiceAccount, the annotation still says what a container's own value should have been.
  const right =
    trusting ?? (setBy === undefined ? undefined : identityOf(model, serviceAccount.annotations[CLIENT_ID_ANNOTATION]));
  const expected = right?.clientId ?? "the clientId of an identity";
  const link = { link: "client id", expected, found: value ?? "none" };
  const place = {
    ...(setBy === undefined
      ? { resource: serviceAccount.resource, property: `metadata.annotations["${CLIENT_ID_ANNOTATION}"]` }
      : {
          resource: pod.resource,
          property: envProperty(pod, setBy, POD_ENVIRONMENT.clientId),
        }),
    expected,
    actual: value === "" ? "an empty text" : (value ?? "none"),
  };
  if (value === undefined || value === "") {
    const missing =
      setBy === undefined
        ? notAnnotated(model, pod, serviceAccount, place)
        : finding("WI016", { ...place, code: "ClientIdNotInjected" });
    return { check: { ...link, finding: missing }, identity: right };
  }
  const named = identityOf(model, value);
  // Nobody here trusts the ServiceAccount: it may well be an identity of somebody else, which does.
  if (named === undefined && right === undefined && GUID.test(value) && model.elsewhere?.includes("identities"))
    return { check: link, identity: undefined };
  if (named === undefined) {
    const mistaken = model.identities.find(({ id, principalId }) => sameText(id, value) || sameText(principalId, value));
    const what =
      mistaken === undefined
        ? value
        : `${value} (the ${sameText(mistaken.id, value) ? "resource id" : "principalId"} of ${mistaken.name})`;
    const wrong = { ...place, expected: mistaken?.clientId ?? expected, actual: what };
    return { check: { ...link, finding: finding(setBy === undefined ? "WI011" : "WI016", wrong) }, identity: right };
  }
  const own = credentialsOf(model, named.id);
  if (right === undefined || right === named || own.some((credential) => mayTrust(credential, wanted)))
    return { check: { ...link, expected: value }, identity: named };
  const other = { ...place, actual: `${value} (${named.name})`, code: refusal(own, wanted.issuer) };
  return { check: { ...link, finding: finding(setBy === undefined ? "WI012" : "WI016", other) }, identity: right };
}

function notAnnotated(model: ChainModel, pod: PodLink, serviceAccount: ServiceAccountLink, place: Place) {
  const other = model.serviceAccounts.find(
    ({ namespace, annotations }) => namespace === pod.namespace && annotations[CLIENT_ID_ANNOTATION] !== undefined,
  );
  // A pod that names no ServiceAccount gets this one.
  if (other !== undefined && serviceAccount.name === "default") {
    return finding("WI017", {
      resource: pod.resource,
      property: templateProperty(pod, "spec.serviceAccountName"),
      expected: other.name,
      actual: serviceAccount.name,
    });
  }
  const near = Object.keys(serviceAccount.annotations).find(
    (key) => key !== CLIENT_ID_ANNOTATION && (key.startsWith("azure.workload.identity/client") || /client[-_]?id$/i.test(key)),
  );
  return finding("WI010", near === undefined ? place : { ...place, actual: `none, but there is "${near}"` });
}
