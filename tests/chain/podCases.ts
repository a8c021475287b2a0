// Mistakes inside Kubernetes: the pod is not given its token.
import {
  APP_ENVIRONMENT,
  POD_ENVIRONMENT,
  SKIP_CONTAINERS_ANNOTATION,
  TOKEN_EXPIRATION_ANNOTATION,
  USE_LABEL,
} from "../../chain";
import { chainModel, IDENTITY, KUBELET, POD, SECRET, SERVICE_ACCOUNT, VAULT } from "../support/chainModel";
import type { RuleCase } from "./ruleCase";

const LABEL = `spec.template.metadata.labels["${USE_LABEL}"]`;
const OTHER_GUID = "99999999-9999-4999-8999-999999999999";
const CLUSTER_RESOURCE = chainModel().cluster.resource;
const annotation = (key: string) => `metadata.annotations["${key}"]`;
const variable = (name: string) => `spec.template.spec.containers["app"].env["${name}"]`;
const container = (env: Readonly<Record<string, string>>) => [{ name: "app", image: "app", env }];
const app = { [APP_ENVIRONMENT.vaultUri]: VAULT.uri, [APP_ENVIRONMENT.secretName]: SECRET.name };

export const POD_CASES: readonly RuleCase[] = [
  {
    mistake: "the pod template has no label",
    changes: { pod: { labels: {} } },
    finds: ["WI006", "PodNotMutated", POD.resource, LABEL, "true", "no such label"],
  },
  {
    mistake: "the label stands on the ServiceAccount only",
    changes: { pod: { labels: {} }, serviceAccount: { labels: { [USE_LABEL]: "true" } } },
    finds: ["WI006", "PodNotMutated", POD.resource, LABEL, "true", "only on the ServiceAccount"],
  },
  {
    mistake: "the label stands on the Deployment only",
    changes: { pod: { labels: {}, ownerLabels: { [USE_LABEL]: "true" } } },
    finds: ["WI006", "PodNotMutated", POD.resource, LABEL, "true", "only on the object that holds the pod template"],
  },
  {
    mistake: "the label's value is written True",
    changes: { pod: { labels: { [USE_LABEL]: "True" } } },
    finds: ["WI006", "PodNotMutated", POD.resource, LABEL, "true", `${USE_LABEL}=True`],
  },
  {
    mistake: "workload identity is off in the cluster",
    changes: { cluster: { workloadIdentityEnabled: false } },
    finds: ["WI007", "PodNotMutated", CLUSTER_RESOURCE, "securityProfile.workloadIdentity.enabled", "true", "false"],
  },
  {
    mistake: "the pod's ServiceAccount does not exist",
    changes: { serviceAccount: null },
    finds: [
      "WI009",
      "AdmissionRefused",
      POD.resource,
      "spec.template.spec.serviceAccountName",
      "a ServiceAccount that exists",
      "web/orders",
    ],
  },
  {
    mistake: "the pod's ServiceAccount is in another namespace",
    changes: { serviceAccount: { namespace: "default" } },
    finds: [
      "WI009",
      "AdmissionRefused",
      POD.resource,
      "spec.template.spec.serviceAccountName",
      "a ServiceAccount that exists",
      "web/orders",
    ],
  },
  {
    mistake: "the token expiration on the ServiceAccount is below an hour",
    changes: {
      serviceAccount: { annotations: { ...SERVICE_ACCOUNT.annotations, [TOKEN_EXPIRATION_ANNOTATION]: "3599" } },
    },
    finds: [
      "WI014",
      "AdmissionRefused",
      SERVICE_ACCOUNT.resource,
      annotation(TOKEN_EXPIRATION_ANNOTATION),
      "3600 to 86400 seconds",
      "3599",
    ],
  },
  {
    mistake: "the token expiration on the pod template is above a day",
    changes: { pod: { annotations: { [TOKEN_EXPIRATION_ANNOTATION]: "86401" } } },
    finds: [
      "WI014",
      "AdmissionRefused",
      POD.resource,
      `spec.template.${annotation(TOKEN_EXPIRATION_ANNOTATION)}`,
      "3600 to 86400 seconds",
      "86401",
    ],
  },
  {
    mistake: "the token expiration has a unit",
    changes: { pod: { annotations: { [TOKEN_EXPIRATION_ANNOTATION]: "2h" } } },
    finds: [
      "WI014",
      "AdmissionRefused",
      POD.resource,
      `spec.template.${annotation(TOKEN_EXPIRATION_ANNOTATION)}`,
      "3600 to 86400 seconds",
      "2h",
    ],
  },
  {
    mistake: "the pod skips its container",
    changes: { pod: { annotations: { [SKIP_CONTAINERS_ANNOTATION]: "sidecar; app" } } },
    finds: [
      "WI015",
      "PodNotMutated",
      POD.resource,
      `spec.template.${annotation(SKIP_CONTAINERS_ANNOTATION)}`,
      "not app",
      "sidecar;app",
    ],
  },
  {
    mistake: "the container sets the client id itself",
    changes: { pod: { containers: container({ ...app, [POD_ENVIRONMENT.clientId]: OTHER_GUID }) } },
    finds: ["WI016", "AADSTS700016", POD.resource, variable(POD_ENVIRONMENT.clientId), IDENTITY.clientId, OTHER_GUID],
  },
  {
    mistake: "the container sets the client id itself, and the ServiceAccount has none",
    changes: {
      serviceAccount: { annotations: {} },
      pod: { containers: container({ ...app, [POD_ENVIRONMENT.clientId]: IDENTITY.principalId }) },
    },
    finds: [
      "WI016",
      "AADSTS700016",
      POD.resource,
      variable(POD_ENVIRONMENT.clientId),
      IDENTITY.clientId,
      `${IDENTITY.principalId} (the principalId of id-orders)`,
    ],
  },
  {
    mistake: "the container sets the client id of an identity that trusts nobody",
    changes: { pod: { containers: container({ ...app, [POD_ENVIRONMENT.clientId]: KUBELET.clientId }) } },
    finds: [
      "WI016",
      "AADSTS70025",
      POD.resource,
      variable(POD_ENVIRONMENT.clientId),
      IDENTITY.clientId,
      `${KUBELET.clientId} (id-kubelet)`,
    ],
  },
  {
    mistake: "the container sets another identity's client id than the annotation's, and nobody trusts the ServiceAccount",
    changes: {
      credential: null,
      pod: { containers: container({ ...app, [POD_ENVIRONMENT.clientId]: KUBELET.clientId }) },
    },
    finds: [
      "WI016",
      "AADSTS70025",
      POD.resource,
      variable(POD_ENVIRONMENT.clientId),
      IDENTITY.clientId,
      `${KUBELET.clientId} (id-kubelet)`,
    ],
  },
  {
    mistake: "the container sets an empty client id",
    changes: { pod: { containers: container({ ...app, [POD_ENVIRONMENT.clientId]: "" }) } },
    finds: ["WI016", "ClientIdNotInjected", POD.resource, variable(POD_ENVIRONMENT.clientId), IDENTITY.clientId, "an empty text"],
  },
  {
    mistake: "the pod runs as the default ServiceAccount",
    changes: { pod: { serviceAccountName: "default" } },
    finds: ["WI017", "ClientIdNotInjected", POD.resource, "spec.template.spec.serviceAccountName", "orders", "default"],
  },
];
