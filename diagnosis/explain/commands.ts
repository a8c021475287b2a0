// The commands that show and mend what an error is about, with the stack's own names filled in. One whose names are not known is left out.
import { CLIENT_ID_ANNOTATION, type Code, type Presented, ROLES, type RoleName, USE_LABEL, USE_LABEL_VALUE } from "../../chain";
import type { StackOutputs, WorkloadOutput } from "../stackOutputs";
import { vaultName } from "./compare";
import { accountScope, deploymentOf, identityOf, ofStack, principalOf, quoted, vaultScope } from "./names";

export interface Command {
  /** What it does, as the words before a colon. */
  readonly what: string;
  readonly command: string;
}

export interface Known {
  readonly outputs: StackOutputs;
  readonly workload: WorkloadOutput;
}

type Maker = (presented: Presented, known: Known | undefined) => readonly (Command | undefined)[];

const UP = ({ outputs }: Known): Command => ({
  what: "write again what the program says",
  command: `pulumi up --refresh${ofStack(outputs)}`,
});

function credentials({ workload }: Known): Command {
  const identity = identityOf(workload);
  const query = `--query "[].{name:name, issuer:issuer, subject:subject, audiences:audiences}" --output json`;
  const command =
    identity === undefined
      ? `az ad app federated-credential list --id ${quoted(workload.clientId)} ${query}`
      : `az identity federated-credential list --identity-name ${identity.name} --resource-group ${identity.group} --subscription ${identity.subscription} ${query}`;
  return { what: "what Azure trusts now", command };
}

function podsOf(subject: string | undefined, what: string): Command | undefined {
  const [, namespace, account] = /^system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+)$/.exec(subject ?? "") ?? [];
  if (namespace === undefined || account === undefined) return undefined;
  return { what, command: `kubectl get pods --namespace ${namespace} --field-selector spec.serviceAccountName=${account}` };
}

function issuerNow({ outputs: { outputs } }: Known): Command | undefined {
  const { clusterName: name, resourceGroupName: group } = outputs;
  if (typeof name !== "string" || typeof group !== "string") return undefined;
  return {
    what: "the cluster's issuer now",
    command: `az aks show --name ${quoted(name)} --resource-group ${quoted(group)} --query oidcIssuerProfile.issuerUrl --output tsv`,
  };
}

const federation: Maker = ({ issuer, subject }, known) => {
  if (known === undefined) return [podsOf(subject, "the pods that sign in so")];
  const { workload } = known;
  const otherSubject = subject !== undefined && subject !== workload.subject;
  return [
    otherSubject ? podsOf(subject, "the pods that sign in so") : undefined,
    issuer !== undefined && issuer !== workload.issuer ? issuerNow(known) : undefined,
    credentials(known),
    UP(known),
  ];
};

const annotation: Maker = (_, known) => {
  if (known === undefined) return [];
  const [namespace, serviceAccount, clientId] = quotedOf(known.workload);
  return [
    {
      what: "annotate the ServiceAccount, until the program does",
      command: `kubectl annotate serviceaccount ${serviceAccount} --namespace ${namespace} ${CLIENT_ID_ANNOTATION}=${clientId} --overwrite`,
    },
    restart(namespace),
  ];
};

function quotedOf({ namespace, serviceAccount, clientId }: WorkloadOutput) {
  return [quoted(namespace), quoted(serviceAccount), quoted(clientId)] as const;
}

const restart = (namespace: string): Command => ({
  what: "make the namespace's pods anew",
  command: `kubectl rollout restart deployment --namespace ${namespace}`,
});

const label: Maker = ({ pod }, known) => {
  if (known === undefined) return [];
  const [namespace, serviceAccount] = quotedOf(known.workload);
  const deployment = deploymentOf(pod, namespace);
  const patch = JSON.stringify({ spec: { template: { metadata: { labels: { [USE_LABEL]: USE_LABEL_VALUE } } } } });
  return [
    {
      what: "its pods without the label",
      command: `kubectl get pods --namespace ${namespace} --selector '${USE_LABEL}!=${USE_LABEL_VALUE}' --field-selector spec.serviceAccountName=${serviceAccount}`,
    },
    deployment === undefined
      ? restart(namespace)
      : {
          what: "label the pod template, until the program does",
          command: `kubectl patch deployment ${deployment} --namespace ${namespace} --patch '${patch}'`,
        },
  ];
};

function role(name: RoleName, scopeOf: (presented: Presented, workload: WorkloadOutput) => string | undefined): Maker {
  return (presented, known) => {
    if (known === undefined) return [];
    const { workload } = known;
    const scope = scopeOf(presented, workload);
    if (scope === undefined) return [];
    return [
      {
        what: "the roles that it has there",
        command: `az role assignment list --assignee ${quoted(workload.clientId)} --scope ${scope} --include-inherited --output table`,
      },
      {
        what: "give it the role, until the program does",
        command: `az role assignment create --role "${ROLES[name].name}" --assignee-object-id ${principalOf(presented, workload)} --assignee-principal-type ServicePrincipal --scope ${scope}`,
      },
      UP(known),
    ];
  };
}

const rolesOf: Maker = (_, known) =>
  known === undefined
    ? []
    : [
        {
          what: "the roles that the identity has",
          command: `az role assignment list --assignee ${quoted(known.workload.clientId)} --all --output json`,
        },
      ];

const issuerDocuments: Maker = (_, known) => [
  known === undefined
    ? undefined
    : {
        what: "whether the issuer answers",
        command: `curl --fail ${quoted(`${known.workload.issuer}.well-known/openid-configuration`)}`,
      },
  known === undefined ? undefined : issuerNow(known),
];

const ofVault =
  (make: (name: string) => Command): Maker =>
  (_, known) => {
    const name = known === undefined ? undefined : vaultName(known.workload);
    return name === undefined ? [] : [make(name)];
  };

const image: Maker = ({ image: name = "" }, known) => {
  const registry = /^([a-z0-9]+\.azurecr\.io)\//.exec(name)?.[1];
  const { clusterName: cluster, resourceGroupName: group } = known?.outputs.outputs ?? {};
  if (registry === undefined || typeof cluster !== "string" || typeof group !== "string") return [];
  return [
    {
      what: "whether the nodes may pull",
      command: `az aks check-acr --name ${quoted(cluster)} --resource-group ${quoted(group)} --acr ${registry}`,
    },
  ];
};

const fixed =
  (what: string, command: string): Maker =>
  () => [{ what, command }];

const unreachable: Maker = (_, known) =>
  known === undefined
    ? []
    : [
        {
          what: "only if the cluster is gone for good: drop what was in it from the state",
          command: `PULUMI_K8S_DELETE_UNREACHABLE=true pulumi refresh${ofStack(known.outputs)}`,
        },
      ];

const secretsUser = role("keyVaultSecretsUser", vaultScope);

const MAKERS: Readonly<Partial<Record<Code, Maker>>> = {
  AADSTS70021: federation,
  AADSTS700211: federation,
  AADSTS700212: federation,
  AADSTS700213: federation,
  AADSTS7002137: federation,
  AADSTS7002138: federation,
  AADSTS70025: (presented, known) => [...federation(presented, known), ...annotation(presented, known).slice(0, 1)],
  AADSTS700016: annotation,
  AADSTS50166: issuerDocuments,
  AADSTS501661: issuerDocuments,
  AADSTS90061: issuerDocuments,
  ClientIdNotInjected: annotation,
  PodNotMutated: label,
  NodeIdentityUsed: label,
  ForbiddenByRbac: secretsUser,
  AccessDenied: ofVault((name) => ({
    what: "let the vault go by roles; its access policies then count for nobody",
    command: `az keyvault update --name ${name} --enable-rbac-authorization true`,
  })),
  AuthorizationPermissionMismatch: role("storageBlobDataReader", accountScope),
  VaultNameTaken: fixed(
    "the deleted vaults that are still kept",
    "az keyvault list-deleted --resource-type vault --output table",
  ),
  WebhookUnavailable: ({ host = "" }) => {
    // Its own chart has it elsewhere than AKS.
    const namespace = /^[\w-]+\.([\w-]+)\.svc$/.exec(host)?.[1] ?? "kube-system";
    const command = `kubectl get pods --namespace ${namespace} --selector azure-workload-identity.io/system=true`;
    return [{ what: "the webhook's pods", command }];
  },
  MissingSubscriptionRegistration: fixed(
    "the resource providers that are not registered",
    "az provider list --query \"[?registrationState!='Registered'].namespace\" --output tsv",
  ),
  SubscriptionNotFound: fixed("the subscriptions that you see", "az account list --all --output table"),
  ImagePullUnauthorized: image,
  ImagePullFailed: image,
  KubeloginMissing: fixed("install it", "az aks install-cli"),
  DeviceCodePrompt: fixed("sign in as the Azure CLI does", "kubelogin convert-kubeconfig --login azurecli"),
  ClusterUnreachable: unreachable,
  RoleAssignmentExists: rolesOf,
  RoleAssignmentUpdateNotPermitted: rolesOf,
  FederatedCredentialExists: (_, known) => [known === undefined ? undefined : credentials(known)],
};

export function commandsFor(code: Code, presented: Presented, known: Known | undefined): readonly Command[] {
  const made = MAKERS[code]?.(presented, known) ?? [];
  return made.filter((command) => command !== undefined);
}
