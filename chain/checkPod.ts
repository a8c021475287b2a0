// The links inside Kubernetes: what makes the webhook give a pod its token.
import type { LinkCheck } from "./check";
import { signingIn, skippedIn } from "./checkClientId";
import type { ChainModel, PodLink, Texts } from "./model";
import { finding } from "./rules";
import { templateProperty } from "./told";
import {
  SKIP_CONTAINERS_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  TOKEN_EXPIRATION_SECONDS,
  USE_LABEL,
  USE_LABEL_VALUE,
} from "./workloadIdentity";

export function checkPodSettings(model: ChainModel, pod: PodLink): readonly LinkCheck[] {
  const serviceAccount = model.serviceAccounts.find(
    ({ namespace, name }) => namespace === pod.namespace && name === pod.serviceAccountName,
  );
  const checks = [...webhook(model), ...label(pod, serviceAccount?.labels ?? {})];
  if (serviceAccount === undefined) {
    if (model.elsewhere?.includes("serviceAccounts")) return [...checks, ...containers(model, pod)];
    const place = {
      resource: pod.resource,
      property: templateProperty(pod, "spec.serviceAccountName"),
      expected: "a ServiceAccount that exists",
      actual: `${pod.namespace}/${pod.serviceAccountName}`,
    };
    return [
      ...checks,
      { link: "ServiceAccount", expected: place.expected, found: place.actual, finding: finding("WI009", place) },
    ];
  }
  checks.push({
    link: "ServiceAccount",
    expected: `${pod.namespace}/${pod.serviceAccountName}`,
    found: `${serviceAccount.namespace}/${serviceAccount.name}`,
  });
  const onPod = pod.annotations[TOKEN_EXPIRATION_ANNOTATION];
  checks.push(
    ...expiration(
      onPod ?? serviceAccount.annotations[TOKEN_EXPIRATION_ANNOTATION],
      onPod === undefined
        ? { resource: serviceAccount.resource, metadata: "metadata" }
        : { resource: pod.resource, metadata: templateProperty(pod, "metadata") },
    ),
  );
  return [...checks, ...containers(model, pod)];
}

function webhook({ cluster }: ChainModel): LinkCheck[] {
  if (cluster.workloadIdentityEnabled === undefined) return [];
  const link = { link: "webhook", expected: "on", found: cluster.workloadIdentityEnabled ? "on" : "off" };
  if (cluster.workloadIdentityEnabled) return [link];
  const place = {
    resource: cluster.resource,
    property: "securityProfile.workloadIdentity.enabled",
    expected: "true",
    actual: "false",
  };
  return [{ ...link, finding: finding("WI007", place) }];
}

function label(pod: PodLink, serviceAccountLabels: Texts): LinkCheck[] {
  const value = pod.labels[USE_LABEL];
  if (value === undefined && USE_LABEL in pod.labels) return [];
  const expected = `${USE_LABEL}=${USE_LABEL_VALUE}`;
  if (value === USE_LABEL_VALUE) return [{ link: "pod label", expected, found: expected }];
  const elsewhere = [
    ...(USE_LABEL in serviceAccountLabels ? ["the ServiceAccount"] : []),
    ...(USE_LABEL in pod.ownerLabels ? ["the object that holds the pod template"] : []),
  ];
  const missing = elsewhere.length === 0 ? "no such label" : `only on ${elsewhere.join(" and ")}`;
  const actual = value === undefined ? missing : `${USE_LABEL}=${value}`;
  const place = {
    resource: pod.resource,
    property: templateProperty(pod, `metadata.labels["${USE_LABEL}"]`),
    expected: USE_LABEL_VALUE,
    actual,
  };
  return [{ link: "pod label", expected, found: actual, finding: finding("WI006", place) }];
}

function expiration(value: string | undefined, at: { readonly resource: string; readonly metadata: string }): LinkCheck[] {
  if (value === undefined) return [];
  const { min, max } = TOKEN_EXPIRATION_SECONDS;
  const expected = `${min} to ${max} seconds`;
  const link = { link: "token expiration", expected, found: value };
  if (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max) return [link];
  return [
    {
      ...link,
      finding: finding("WI014", {
        resource: at.resource,
        property: `${at.metadata}.annotations["${TOKEN_EXPIRATION_ANNOTATION}"]`,
        expected,
        actual: value,
      }),
    },
  ];
}

function containers(model: ChainModel, pod: PodLink): LinkCheck[] {
  const skipped = skippedIn(pod);
  // A sidecar that reads nothing may well be skipped.
  return signingIn(model, pod).flatMap(({ name }) => {
    if (!skipped.includes(name)) return [];
    const place = {
      resource: pod.resource,
      property: templateProperty(pod, `metadata.annotations["${SKIP_CONTAINERS_ANNOTATION}"]`),
      expected: `not ${name}`,
      actual: skipped.join(";"),
    };
    return [{ link: "container", expected: "mutated", found: "skipped", finding: finding("WI015", place) }];
  });
}
