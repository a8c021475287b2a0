// Limits that more than one place checks, each with the page that sets it (checked 2026-11). Names stand in chain/names.ts.
import { isIPv4, isIPv6 } from "node:net";
import { TOKEN_EXPIRATION_SECONDS } from "../chain";

export interface IntegerRange {
  min: number;
  max: number;
  /** What is counted, for the message: "seconds". */
  unit: string;
  url: string;
}

/** A rule of form that an address range, a path or a reference keeps. */
export interface TextRule {
  /** What the rule says, for a message: "must be …". */
  text: string;
  matches(value: string): boolean;
  url: string;
}

const AKS_LIMITS = "https://learn.microsoft.com/azure/aks/quotas-skus-regions";
const PODS = "https://kubernetes.io/docs/concepts/workloads/pods/";
const MAINTENANCE = "https://learn.microsoft.com/azure/aks/planned-maintenance";
const AUTOSCALING = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/";
const ENVIRONMENT = "https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/";

export const RANGES = {
  nodeCount: { min: 1, max: 1000, unit: "nodes", url: AKS_LIMITS },
  osDiskSizeGb: {
    min: 30,
    max: 2048,
    unit: "GiB",
    url: "https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk",
  },
  maintenanceHours: { min: 4, max: 24, unit: "hours", url: MAINTENANCE },
  softDeleteDays: {
    min: 7,
    max: 90,
    unit: "days",
    url: "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
  },
  tokenExpirationSeconds: {
    min: TOKEN_EXPIRATION_SECONDS.min,
    max: TOKEN_EXPIRATION_SECONDS.max,
    unit: "seconds",
    url: "https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations",
  },
  /** A pod that is not root cannot listen on a lower port. */
  port: { min: 1024, max: 65535, unit: "TCP port", url: PODS },
  replicas: { min: 1, max: 1000, unit: "pods", url: PODS },
  cpuPercent: { min: 1, max: 100, unit: "percent", url: AUTOSCALING },
} as const satisfies Record<string, IntegerRange>;

export const RULES = {
  /** The DNS prefix is the cluster's name, and allows less than that. */
  clusterName: {
    text: "1 to 54 letters, digits and -, a letter or digit at both ends",
    matches: (value) => /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/.test(value),
    url: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerservice",
  },
  issuer: {
    text: "an https address, exactly the issuer that stands in its tokens",
    matches: (value) => /^https:\/\/[^\s/]+\S*$/.test(value),
    url: "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
  },
  imageReference: {
    text: "a reference by digest, registry/repository@sha256:<64 hexadecimal digits>",
    matches: (value) => /^[^\s@]+\/[^\s@]+@sha256:[0-9a-f]{64}$/.test(value),
    url: "https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version",
  },
  repository: {
    text: "lower-case letters and digits, with single . _ - or / between",
    matches: (value) => /^[a-z0-9]+([._/-][a-z0-9]+)*$/.test(value),
    url: "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests",
  },
  startTime: {
    text: "a time from 00:00 to 23:59",
    matches: (value) => /^([01]\d|2[0-3]):[0-5]\d$/.test(value),
    url: MAINTENANCE,
  },
  addressRange: {
    text: "an address range such as 203.0.113.0/24",
    matches: isAddressRange,
    url: "https://learn.microsoft.com/azure/aks/load-balancer-standard#restrict-inbound-traffic-to-specific-ip-ranges",
  },
  httpPath: {
    text: "a path that starts with /",
    matches: (value) => /^\/\S*$/.test(value),
    url: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  },
  variableName: {
    text: "letters, digits and _, no digit first",
    matches: (value) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(value),
    url: ENVIRONMENT,
  },
} as const satisfies Record<string, TextRule>;

/** https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges */
export const MAX_AUTHORIZED_RANGES = 200;

function isAddressRange(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  return (isIPv4(address) && Number(prefix) <= 32) || (isIPv6(address) && Number(prefix) <= 128);
}
