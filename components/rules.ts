// Limits that more than one place checks, each with the page that sets it (checked 2026-11). Names stand in chain/names.ts.
import { isIPv4 } from "node:net";
import { asRuleSays, RULES as CHAIN_RULES, type RuleId, TOKEN_EXPIRATION_SECONDS } from "../chain";

export interface IntegerRange {
  min: number;
  max: number;
  /** What is counted, for the message: "seconds". */
  unit: string;
  url: string;
  /** The rule of the chain that a number outside breaks, where there is one. */
  rule?: RuleId;
}

/** What a number in the range must be, for a message. */
export function rangeText({ min, max, unit, rule }: IntegerRange): string {
  return rule === undefined ? `a whole number from ${min} to ${max} (${unit})` : asRuleSays(rule);
}

/** A rule of form that an address range, a path or a reference keeps. */
export interface TextRule {
  /** What the rule says, for a message: "must be …". */
  text: string;
  matches(value: string): boolean;
  /** What somebody most likely meant by a value that breaks the rule; undefined where that is anybody's guess. */
  nearest?(value: string): string | undefined;
  url: string;
}

/** The rule as a message says it about a value that breaks it. */
export function ruleText({ text, nearest }: TextRule, value: string): string {
  const meant = nearest?.(value);
  return meant === undefined ? text : `${text} (did you mean ${meant}?)`;
}

const AKS_LIMITS = "https://learn.microsoft.com/azure/aks/quotas-skus-regions";
const AZURE_NAMES =
  "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerservice";
const PODS = "https://kubernetes.io/docs/concepts/workloads/pods/";
const MAINTENANCE = "https://learn.microsoft.com/azure/aks/planned-maintenance";
const AUTOSCALING = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/";
const ENVIRONMENT = "https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/";

export const RANGES = {
  /** With more digits a generated name of a cluster would no longer be short enough. */
  clusterGeneration: { min: 1, max: 999, unit: "generation", url: AZURE_NAMES },
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
    url: CHAIN_RULES.WI014.source,
    rule: "WI014",
  },
  /** A pod that is not root cannot listen on a lower port. */
  port: { min: 1024, max: 65535, unit: "TCP port", url: PODS },
  replicas: { min: 1, max: 1000, unit: "pods", url: PODS },
  buildSeconds: {
    min: 300,
    max: 28_800,
    unit: "seconds",
    url: "https://learn.microsoft.com/rest/api/container-registry-tasks/registries/schedule-run",
  },
  cpuPercent: { min: 1, max: 100, unit: "percent", url: AUTOSCALING },
} as const satisfies Record<string, IntegerRange>;

export const RULES = {
  /** The DNS prefix is the cluster's name, and allows less than that. */
  clusterName: {
    text: "1 to 54 letters, digits and -, a letter or digit at both ends",
    matches: (value) => /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/.test(value),
    url: AZURE_NAMES,
  },
  issuer: {
    text: asRuleSays("WI072"),
    matches: (value) => /^https:\/\/[^\s/]+\S*$/.test(value),
    url: CHAIN_RULES.WI072.source,
  },
  imageReference: {
    text: "a reference by digest, registry/repository@sha256:<64 hexadecimal digits>",
    matches: (value) => /^[^\s@]+\/[^\s@]+@sha256:[0-9a-f]{64}$/.test(value),
    url: "https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version",
  },
  pinnedImage: {
    text: "an image by its full version or its digest, such as registry/repository:1.2.3",
    matches: (value) => /^[^\s@]+\/[^\s@:]+(:\d+\.\d+\.\d+[\w.-]*|(:[\w.-]+)?@sha256:[0-9a-f]{64})$/.test(value),
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
    text: "an IPv4 network such as 203.0.113.0/24",
    // Azure ignores a range whose address is not the first of the network, and then lets nobody in.
    matches: (value) => networkOf(value) === value,
    nearest: networkOf,
    url: "https://learn.microsoft.com/azure/aks/load-balancer-standard#restrict-inbound-traffic-to-specific-ip-ranges",
  },
  /** The OS disk of a node is ephemeral. By the name only: sizes from the fourth generation on have such a disk where a d says so. */
  vmSize: {
    text: "a size with a temporary disk, such as Standard_D2ds_v5 (with a d)",
    matches: (value) => /^Standard_\w+(-\d\w*)?$/.test(value) && !lacksTemporaryDisk(value),
    url: "https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk",
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

// The families D, E and F with their confidential kin; AMD's fourth generation is older than the rule. Others name their disks in other ways.
// https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions
function lacksTemporaryDisk(size: string): boolean {
  const [, features = "", generation = "0"] = /^Standard_(?:DC?|EC?|F)\d+(?:-\d+)?([a-z]*)_(?:\w+_)?v(\d+)$/.exec(size) ?? [];
  if (features.includes("d")) return false;
  return Number(generation) > 4 || (generation === "4" && !features.includes("a"));
}

/** The network that a range, or a single address, lies in; undefined for what is neither. */
function networkOf(text: string): string | undefined {
  const [address = "", prefix = "32", ...rest] = text.split("/");
  if (rest.length > 0 || !isIPv4(address) || !/^(0|[1-9]\d?)$/.test(prefix) || Number(prefix) > 32) return undefined;
  const size = 2 ** (32 - Number(prefix));
  const value = address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
  const first = value - (value % size);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${prefix}`;
}
