// Mistakes between the ServiceAccount and Entra ID: the pod's token is not exchanged.
import { AUDIENCE, CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION } from "../../chain";
import {
  CREDENTIAL,
  chainModel,
  IDENTITY,
  ISSUER,
  KUBELET,
  ROLE,
  SERVICE_ACCOUNT,
  SUBJECT,
  TENANT_ID,
} from "../support/chainModel";
import type { RuleCase } from "./ruleCase";

const OTHER_GUID = "99999999-9999-4999-8999-999999999999";
const CLUSTER_RESOURCE = chainModel().cluster.resource;
const annotation = (key: string) => `metadata.annotations["${key}"]`;

export const IDENTITY_CASES: readonly RuleCase[] = [
  {
    mistake: "the credential's issuer has lost its trailing slash",
    changes: { credential: { issuer: ISSUER.slice(0, -1) } },
    finds: ["WI001", "AADSTS700211", CREDENTIAL.resource, "issuer", ISSUER, ISSUER.slice(0, -1)],
  },
  {
    mistake: "the credential's issuer differs by case",
    changes: { credential: { issuer: ISSUER.toUpperCase() } },
    finds: ["WI001", "AADSTS700211", CREDENTIAL.resource, "issuer", ISSUER, ISSUER.toUpperCase()],
  },
  {
    mistake: "the credential for this ServiceAccount has an old issuer, beside one for another ServiceAccount with the right one",
    changes: { credential: { issuer: "https://old.example/" } },
    more: { federatedCredentials: [{ ...CREDENTIAL, subject: "system:serviceaccount:web:billing" }] },
    finds: ["WI001", "AADSTS700213", CREDENTIAL.resource, "issuer", ISSUER, "https://old.example/"],
  },
  {
    mistake: "the credential has another audience",
    changes: { credential: { audiences: ["api://AKSIdentityBinding"] } },
    finds: ["WI002", "AADSTS700212", CREDENTIAL.resource, "audiences", AUDIENCE, "api://AKSIdentityBinding"],
  },
  {
    mistake: "the credential's subject is in another namespace",
    changes: { credential: { subject: "system:serviceaccount:default:orders" } },
    finds: ["WI003", "AADSTS700213", CREDENTIAL.resource, "subject", SUBJECT, "system:serviceaccount:default:orders"],
  },
  {
    mistake: "the credential's subject differs by case",
    changes: { credential: { subject: "system:serviceaccount:web:Orders" } },
    finds: ["WI004", "AADSTS7002138", CREDENTIAL.resource, "subject", SUBJECT, "system:serviceaccount:web:Orders"],
  },
  {
    mistake: "the identity has no federated credential",
    changes: { credential: null },
    finds: ["WI005", "AADSTS70025", IDENTITY.resource, "federatedIdentityCredentials", `one for ${SUBJECT}`, "none"],
  },
  {
    mistake: "the cluster's OIDC issuer is off",
    changes: { cluster: { issuer: undefined, oidcIssuerEnabled: false } },
    finds: ["WI008", "AADSTS50166", CLUSTER_RESOURCE, "oidcIssuerProfile.enabled", "true", "false"],
  },
  {
    mistake: "the ServiceAccount is not annotated",
    changes: { serviceAccount: { annotations: {} } },
    finds: [
      "WI010",
      "ClientIdNotInjected",
      SERVICE_ACCOUNT.resource,
      annotation(CLIENT_ID_ANNOTATION),
      IDENTITY.clientId,
      "none",
    ],
  },
  {
    mistake: "the annotation is written client_id",
    changes: { serviceAccount: { annotations: { "azure.workload.identity/client_id": IDENTITY.clientId } } },
    finds: [
      "WI010",
      "ClientIdNotInjected",
      SERVICE_ACCOUNT.resource,
      annotation(CLIENT_ID_ANNOTATION),
      IDENTITY.clientId,
      'none, but there is "azure.workload.identity/client_id"',
    ],
  },
  {
    mistake: "the annotation is empty",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: "" } } },
    finds: [
      "WI010",
      "ClientIdNotInjected",
      SERVICE_ACCOUNT.resource,
      annotation(CLIENT_ID_ANNOTATION),
      IDENTITY.clientId,
      "an empty text",
    ],
  },
  {
    mistake: "the annotation is an application that does not exist",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: OTHER_GUID } } },
    finds: ["WI011", "AADSTS700016", SERVICE_ACCOUNT.resource, annotation(CLIENT_ID_ANNOTATION), IDENTITY.clientId, OTHER_GUID],
  },
  {
    mistake: "the annotation is the identity's principalId",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: IDENTITY.principalId } } },
    finds: [
      "WI011",
      "AADSTS700016",
      SERVICE_ACCOUNT.resource,
      annotation(CLIENT_ID_ANNOTATION),
      IDENTITY.clientId,
      `${IDENTITY.principalId} (the principalId of id-orders)`,
    ],
  },
  {
    mistake: "the annotation is the identity's resource id",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: IDENTITY.id } } },
    finds: [
      "WI011",
      "AADSTS700016",
      SERVICE_ACCOUNT.resource,
      annotation(CLIENT_ID_ANNOTATION),
      IDENTITY.clientId,
      `${IDENTITY.id} (the resource id of id-orders)`,
    ],
  },
  {
    mistake: "the annotation names an identity that trusts nobody",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId } } },
    more: { roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }] },
    finds: [
      "WI012",
      "AADSTS70025",
      SERVICE_ACCOUNT.resource,
      annotation(CLIENT_ID_ANNOTATION),
      IDENTITY.clientId,
      `${KUBELET.clientId} (id-kubelet)`,
    ],
  },
  {
    mistake: "the annotation names an identity that trusts another ServiceAccount of the cluster",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId } } },
    more: {
      federatedCredentials: [{ ...CREDENTIAL, identityId: KUBELET.id, subject: "system:serviceaccount:web:billing" }],
      roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }],
    },
    finds: [
      "WI012",
      "AADSTS700213",
      SERVICE_ACCOUNT.resource,
      annotation(CLIENT_ID_ANNOTATION),
      IDENTITY.clientId,
      `${KUBELET.clientId} (id-kubelet)`,
    ],
  },
  {
    mistake: "the annotation names an identity that trusts another cluster",
    changes: { serviceAccount: { annotations: { [CLIENT_ID_ANNOTATION]: KUBELET.clientId } } },
    more: {
      federatedCredentials: [{ ...CREDENTIAL, identityId: KUBELET.id, issuer: "https://other.example/" }],
      roleAssignments: [{ ...ROLE, principalId: KUBELET.principalId }],
    },
    finds: [
      "WI012",
      "AADSTS700211",
      SERVICE_ACCOUNT.resource,
      annotation(CLIENT_ID_ANNOTATION),
      IDENTITY.clientId,
      `${KUBELET.clientId} (id-kubelet)`,
    ],
  },
  {
    mistake: "the tenant annotation is another tenant",
    changes: {
      serviceAccount: { annotations: { ...SERVICE_ACCOUNT.annotations, [TENANT_ID_ANNOTATION]: OTHER_GUID } },
    },
    finds: ["WI013", "VaultTenantMismatch", SERVICE_ACCOUNT.resource, annotation(TENANT_ID_ANNOTATION), TENANT_ID, OTHER_GUID],
  },
];
