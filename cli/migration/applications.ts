// The two systems whose pods act as an application of Entra ID: the Terraform sample with the Node page, and the article with the Azure CLI.

import {
  clusterLocation,
  enableWorkloadIdentity,
  labelPods,
  noteBefore,
  removeApplicationCredential,
  removeFromCluster,
  removeRole,
  removeWebhook,
} from "./commands";
import { application, clusterId } from "./importFile";
import type { Request } from "./request";
import type { Setting, Step, System } from "./system";

const required = ["identity", "application-id", "service-principal-id"] as const;

const subscriptionScope = ({ subscription }: Request) => `/subscriptions/${subscription}`;
const prepare =
  (deployment: string) =>
  (request: Request): Step[] => [removeWebhook(), enableWorkloadIdentity(request), labelPods(deployment, request)];
/** What the program does not declare of an application, it removes. */
const note = ({ "application-id": application, "service-principal-id": principal }: Request): Step[] => [
  noteBefore({
    application: `az ad app show --id ${application}`,
    "service-principal": `az ad sp show --id ${principal}`,
  }),
  {
    why: "Do not adopt it if this shows another audience than AzureADMyOrg, or anything in a list: the stack makes it an application of this tenant alone that stands for the pods, and removes the rest.",
    commands: [
      `az ad app show --id ${application} --query "{audience: signInAudience, identifierUris: identifierUris, redirectUris: [web.redirectUris, spa.redirectUris, publicClient.redirectUris][], permissions: requiredResourceAccess, appRoles: appRoles, scopes: api.oauth2PermissionScopes}"`,
    ],
  },
  {
    why: "A pipeline with Application.ReadWrite.OwnedBy must own both already: the stack never adds an owner.",
    commands: [
      `az ad app owner list --id ${application} --query "[].id"`,
      `az ad sp owner list --id ${principal} --query "[].id"`,
    ],
  },
];
const stays =
  "the audience, identifier URIs, redirect URIs, API permissions, app roles and scopes of the application, and whatever else it had beside its display name; that its service principal asks for no assignment.";
const asApplication: Setting = { key: "identityKind", value: "application" };

export const terraformSample: System = {
  title: "the Terraform sample with the Node page",
  needs: { required, defaults: { "old-service-account": "workload-identity-sa" } },
  adopted: (request) => [application(request)],
  note,
  settings: (request) => [
    clusterLocation(request),
    asApplication,
    { key: "replicas", value: "2" },
    { key: "serviceAccess", value: "public", why: "as before: plain HTTP, at a new address" },
    { key: "roleList", value: "true", why: "the page's list of roles" },
  ],
  prepare: prepare("app-example"),
  beforeUp: () => [],
  remove: (request) => [
    {
      why: "The old pods, their Service with its address, and what they acted by.",
      commands: [
        removeFromCluster(["deployment/app-example", "service/app-example"], request),
        removeApplicationCredential(request),
      ],
    },
    {
      why: "The custom role on the subscription: the stack has one of its own on the resource group. Then Reader, if somebody added it on the cluster.",
      commands: [
        removeRole(request["service-principal-id"], "my-custom-role-definition", subscriptionScope(request)),
        `az role definition delete --name my-custom-role-definition --scope ${subscriptionScope(request)}`,
        removeRole(request["service-principal-id"], "Reader", clusterId(request)),
      ],
    },
    {
      why: "Terraform must forget all of it: terraform destroy would delete the cluster and the application. This deletes nothing.",
      commands: ["terraform state rm $(terraform state list)"],
    },
  ],
  undo: () => [],
  stays,
};

export const applicationArticle: System = {
  title: "the application with the Azure CLI in a pod",
  needs: { required, defaults: { "old-service-account": "fed-sa" } },
  adopted: (request) => [application(request)],
  note,
  settings: (request) => [
    clusterLocation(request),
    asApplication,
    { key: "serviceAccess", value: "none" },
    { key: "toolbox", value: "true", why: "the pod with the Azure CLI, signed in" },
  ],
  prepare: prepare("azcli-deployment"),
  beforeUp: () => [],
  remove: (request) => [
    {
      why: "The old pod, and what it acted by.",
      commands: [removeFromCluster(["deployment/azcli-deployment"], request), removeApplicationCredential(request)],
    },
    {
      why: "Contributor on the whole subscription, which nothing needs.",
      commands: [removeRole(request["service-principal-id"], "Contributor", subscriptionScope(request))],
    },
  ],
  undo: () => [],
  stays,
};
