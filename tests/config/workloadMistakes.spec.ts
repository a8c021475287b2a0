import { strict as assert } from "node:assert";
import { CONFIG_URL, type MistakeCase, mistakes } from "./rawConfig";

const RANGES = "https://learn.microsoft.com/azure/aks/load-balancer-standard#restrict-inbound-traffic-to-specific-ip-ranges";
const ACCOUNTS = "https://kubernetes.io/docs/concepts/security/service-accounts/";
const PODS = "https://kubernetes.io/docs/concepts/workloads/pods/";
const PORTS = "must not be the other port of the container: one is the application's, one is for metrics";
const FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";

const single: readonly MistakeCase[] = [
  [
    "a value inside a list",
    { allowedClientRanges: '["203.0.113.0/24","203.0.113.7"]' },
    `allowedClientRanges[1]: must be an IPv4 network such as 203.0.113.0/24 (did you mean 203.0.113.7/32?), got "203.0.113.7". See ${RANGES}`,
  ],
  [
    "a metrics port that is neither a port nor 0",
    { workloads: '{"orders":{"metricsPort":1}}' },
    `workloads.orders.metricsPort: must be 0 or a whole number from 1024 to 65535 (TCP port), got 1. See ${PODS}`,
  ],
  [
    "Kubernetes' own namespace",
    { namespace: "kube-system" },
    `namespace: must be a namespace that Kubernetes does not bring itself, got "kube-system". See ${CONFIG_URL}`,
  ],
  [
    "a variable that the chain sets",
    { appEnvironment: '{"KEY_VAULT_URI":"x"}' },
    'appEnvironment.KEY_VAULT_URI: must be under a key of letters, digits and _, no digit first, and none that the chain sets itself, got "KEY_VAULT_URI". See https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/',
  ],
  [
    "fewer pods at most than at least",
    { replicas: "3", autoscaleMaxReplicas: "2" },
    "autoscaleMaxReplicas: must be at least replicas, 3, got 2. See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
  ],
  [
    "one port for the application and its metrics",
    { appMetricsPort: "8080", workloads: '{"orders":{}}' },
    `appMetricsPort: ${PORTS}, got 8080. See ${PODS}`,
  ],
  [
    "the default workload's metrics port as the port of another",
    { workloads: '{"orders":{"port":9464}}' },
    `workloads.orders.port: ${PORTS}, got 9464. See ${PODS}`,
  ],
  [
    "a metrics port that is the default workload's own",
    { workloads: '{"orders":{"metricsPort":8080}}' },
    `workloads.orders.metricsPort: ${PORTS}, got 8080. See ${PODS}`,
  ],
  [
    "ranges for no Service",
    { serviceAccess: "none", allowedClientRanges: '["203.0.113.0/24"]' },
    `allowedClientRanges: must be empty, because serviceAccess is none, got ["203.0.113.0/24"]. See ${RANGES}`,
  ],
  [
    "a public service without ranges in production",
    { allowedClientRanges: "[]" },
    `allowedClientRanges: must hold the ranges that may reach a public service, because production is true, got []. See ${RANGES}`,
    "prod",
  ],
  [
    "another workload's public service without ranges in production",
    { workloads: '{"orders":{"serviceAccess":"public","allowedClientRanges":[]}}' },
    `workloads.orders.allowedClientRanges: must hold the ranges that may reach a public service, because production is true, got []. See ${RANGES}`,
    "prod",
  ],
  [
    "the default workload among the others",
    { workloads: '{"web":{}}' },
    `workloads.web: is the default workload: set it by the keys outside of workloads. See ${CONFIG_URL}`,
  ],
  [
    "a workload's key that is no name",
    { workloads: '{"Orders":{}}' },
    'workloads.Orders: must be under a key of 1 to 40 lower-case letters, digits and single -, a letter first, a letter or digit last, got "Orders". See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names',
  ],
  [
    "two hyphens in a workload's key, which no repository of an image takes",
    { workloads: '{"a--b":{}}' },
    'workloads.a--b: must be under a key of 1 to 40 lower-case letters, digits and single -, a letter first, a letter or digit last, got "a--b". See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names',
  ],
  [
    "a workload's key that the program keeps for itself",
    { workloads: '{"cluster":{"identity":"web"}}' },
    `workloads.cluster: must be under another key: this one stands for the ServiceAccount that an identity is made for. See ${CONFIG_URL}`,
  ],
  [
    "a workload whose key is a namespace that Kubernetes brings itself",
    { workloads: '{"kube-system":{}}' },
    `workloads.kube-system: must have a namespace that Kubernetes does not bring itself: set namespace, or take another key, got "kube-system". See ${CONFIG_URL}`,
  ],
  [
    "two workloads with one ServiceAccount",
    { workloads: '{"orders":{"namespace":"web","serviceAccount":"web"}}' },
    `workloads.orders.serviceAccount: must be another ServiceAccount than that of workload web: to act as the same identity, set identity to web, got "web/web". See ${ACCOUNTS}`,
  ],
  [
    "an identity that no workload has",
    { workloads: '{"orders":{"identity":"billing"}}' },
    `workloads.orders.identity: must be a workload with an identity of its own: web, got "billing". See ${FEDERATION}`,
  ],
  [
    "a 21st federated credential",
    {
      workloads: JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`w${index}`, { identity: "web" }]))),
    },
    `workloads: must be as WI083 says (an identity has at most 20 federated credentials): give some of those with the identity of web an identity of their own, got 21. See https://github.com/Azure/azure-workload-identity/issues/373`,
  ],
];

describe("A mistake in the config of a workload", () => {
  for (const [what, changes, message, stack] of single)
    it(`names key, rule, value and page: ${what}`, () => assert.deepEqual(mistakes(changes, stack), [message]));
});
