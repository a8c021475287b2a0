// Messages as users posted them: each with what is recognised in it. Ids are shortened or blacked out as in the threads.
import type { Code, EntryId, Presented } from "../../chain";

export interface RealText {
  readonly what: string;
  readonly text: string;
  /** Codes in the order of their lines. */
  readonly codes: readonly Code[];
  /** Of the first code. Default: nothing is asked of it. */
  readonly presented?: Presented;
  /** The entry that is named first for the first code. */
  readonly first?: EntryId;
}

const RBAC = String.raw`Status=403 Code="Forbidden" Message="Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=27f87077-a664-4e4b-94d3-cde41e9f1c76;oid=51f27b38-7164-49f7-96f8-df54c008d858;iss=https://sts.windows.net/x/\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '/subscriptions/d01/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv/secrets/s'\r\nAssignment: (not found)" InnerError={"code":"ForbiddenByRbac"}`;

export const REAL_TEXTS: readonly RealText[] = [
  {
    what: "a credential with two audiences, as Azure refuses it",
    text: `Code="BadRequest" Message="Federated identity credentials must have exactly one audience."`,
    codes: ["FederatedCredentialAudience"],
    first: "WI070",
  },
  {
    what: "the same sentence without its beginning",
    text: "… must have exactly one audience",
    codes: ["FederatedCredentialAudience"],
    first: "WI070",
  },
  {
    what: "a credential's name that Azure does not take",
    text: "azure-native:managedidentity:FederatedIdentityCredential::app: InvalidResourceName: 'a.b' is not a legal name",
    codes: ["FederatedCredentialName"],
    first: "WI071",
  },
  {
    what: "a Secret that is not there, as kubectl describe pod says it",
    text: `  Warning  Failed     4s (x3 over 28s)  kubelet  Error: secret "cfg" not found`,
    codes: ["CreateContainerConfigError"],
    presented: { missing: 'secret "cfg"' },
    first: "WI055",
  },
  {
    what: "a ConfigMap that is not there, behind the kubelet's reason",
    text: `CreateContainerConfigError: configmap "x" not found`,
    codes: ["CreateContainerConfigError"],
    presented: { missing: 'configmap "x"' },
    first: "WI055",
  },
  {
    what: "a key that a Secret does not have",
    text: "Error: couldn't find key password in Secret web/cfg",
    codes: ["CreateContainerConfigError"],
    presented: { missing: "password in Secret web/cfg" },
    first: "WI038",
  },
  {
    what: "the kubelet's reason alone",
    text: "web-0 CreateContainerConfigError",
    codes: ["CreateContainerConfigError"],
    first: "WI055",
  },
  {
    what: "an image that would run as root",
    text: `Error: container has runAsNonRoot and image will run as root (pod: "web-0_web(1)", container: app)`,
    codes: ["CreateContainerConfigError"],
    presented: { imageUser: "will run as root" },
    first: "WI035",
  },
  {
    what: "an image whose user is a name",
    text: "CreateContainerConfigError: container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root",
    codes: ["CreateContainerConfigError"],
    presented: { imageUser: "has non-numeric user (node)" },
    first: "WI035",
  },
  {
    what: "zioproto/istio-aks-example#6, a sentence that Terraform wraps inside its box",
    text: `│ Federated Identity Credential Name: "azure-alb-identity"): unexpected\n│ status 400 (400 Bad Request) with error: BadRequest: The request format was\n│ unexpected. Federated Identity Credential must specify 'issuer', 'subject'\n│ and 'audience'.\n╵`,
    codes: ["FederatedCredentialIncomplete"],
    first: "WI132",
  },
  {
    what: "pulumi/esc#173, another pipeline's subject and no pod's",
    text: `clientCredentialsToken: received HTTP status 401 with response: {"error":"invalid_client","error_description":"AADSTS700213: No matching federated identity record found for presented assertion subject 'pulumi:environments:org:pulumi:env:<yaml>'. Please check`,
    codes: ["AADSTS700213"],
    first: "WI113",
  },
  {
    what: "Azure/secrets-store-csi-driver-provider-azure#1356, the node's answer that it has no such identity",
    text: String.raw`azure.BearerAuthorizer#WithAuthorization: Failed to refresh the Token for request to https://kv.vault.azure.net/secrets/s/?api-version=2016-10-01: StatusCode=400 -- Original Error: adal: Refresh request failed. Status Code = '400'. Response body: {\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}`,
    codes: ["NodeIdentityUsed"],
    first: "WI109",
  },
  {
    what: "a resource provider that is not registered, twice in one message",
    text: `Code="MissingSubscriptionRegistration" Message="The subscription is not registered to use namespace 'Microsoft.ContainerService'. See https://aka.ms/rps-not-found" Details=[{"code":"MissingSubscriptionRegistration"}]`,
    codes: ["MissingSubscriptionRegistration"],
    first: "WI137",
  },
  {
    what: "a subscription that the sign-in does not see",
    text: "ERROR: (SubscriptionNotFound) The subscription '0b1f6471-1bf0-4dda-aec3-cb9272f09590' could not be found.",
    codes: ["SubscriptionNotFound"],
    first: "WI138",
  },
  {
    what: "an identity that may not be handed to the cluster",
    text: `Code="LinkedAuthorizationFailed" Message="The client '0cbd' with object id '0cbd' has permission to perform action 'Microsoft.ContainerService/managedClusters/write' on scope '/subscriptions/s/resourceGroups/rg'; however, it does not have permission to perform action(s) 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/cp' (respectively) or the linked scope(s) are invalid."`,
    codes: ["LinkedAuthorizationFailed"],
    presented: {
      principal: "0cbd",
      action: "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
      scope: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/cp",
    },
    first: "WI142",
  },
  {
    what: "canonical/bundle-kubeflow#1320, a version of Kubernetes that has left standard support",
    text: `Code="K8sVersionNotSupported" Message="Managed cluster aks is on version 1.27.3, which is only available for Long-Term Support (LTS). If you intend to onboard to LTS, please ensure the cluster is in Premium tier and LTS support plan."`,
    codes: ["K8sVersionNotSupported"],
    first: "WI158",
  },
  {
    what: "Azure/azure-workload-identity#616, the older number from a Go client, with escaped JSON",
    text: String.raw`E1027 23:39:22.893319 1 token_credential.go:62] "failed to acquire token" err="FromAssertion(): http call(https://login.microsoftonline.com/78f/oauth2/v2.0/token)(POST) error: reply status code was 400:\n{\"error\":\"invalid_request\",\"error_description\":\"AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: 'https://kubernetes.default.svc.cluster.local'. Assertion Subject: 'system:serviceaccount:default:workload-identity-sa'. Assertion Audience: 'api://AzureADTokenExchange'. https://docs.microsoft.com/\"}"`,
    codes: ["AADSTS70021"],
    presented: {
      issuer: "https://kubernetes.default.svc.cluster.local",
      subject: "system:serviceaccount:default:workload-identity-sa",
      audience: "api://AzureADTokenExchange",
    },
    first: "WI008",
  },
  {
    what: "Azure/azure-workload-identity#1200",
    text: `{"error":"invalid_client","error_description":"AADSTS700211: No matching federated identity record found for presented assertion issuer 'https://eastus2.oic.prod-aks.azure.com/7/c/'. Please check your federated identity credential","error_codes":[700211]}`,
    codes: ["AADSTS700211"],
    presented: { issuer: "https://eastus2.oic.prod-aks.azure.com/7/c/" },
    first: "WI001",
  },
  {
    what: "Azure/login#379, a pipeline's subject and no pod's",
    text: "Error: AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:yoonaoh/app:ref:refs/heads/master'. Please check your federated identity credential Subject",
    codes: ["AADSTS700213"],
    presented: { subject: "repo:yoonaoh/app:ref:refs/heads/master" },
    first: "WI113",
  },
  {
    what: "a message without its number",
    text: "No matching federated identity record found for presented assertion subject 'system:serviceaccount:web:web'.",
    codes: ["AADSTS700213"],
    first: "WI003",
  },
  {
    what: "Azure/login#515, a longer number that starts alike",
    text: "Error: AADSTS7002138: No matching federated identity record found for presented assertion subject 'system:serviceaccount:Web:web'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison.",
    codes: ["AADSTS7002138"],
    first: "WI004",
  },
  {
    what: "Azure/azure-workload-identity#693",
    text: "invalid_client: 700024 - [2023-01-10 14:09:13Z]: AADSTS700024: Client assertion is not within its valid time range. Current time: 2023-01-10T14:09:13.9706149Z, assertion valid from 2023-01-09T13:09:11.0000000Z, expiry time of assertion 2023-01-09T14:09:11.0000000Z. Review",
    codes: ["AADSTS700024"],
    presented: { expiredSeconds: 86_403 },
    first: "WI105",
  },
  {
    what: "Azure/azure-sdk-for-python#32124",
    text: String.raw`Content: {"error":"invalid_client","error_description":"AADSTS70023: External OIDC Provider token must have a lifetime of less than or equal to 1.01:00:00. Token issued at 1695056139.\r\nTrace ID: 0f"}`,
    codes: ["AADSTS70023"],
    first: "WI106",
  },
  {
    what: "Azure/AKS#4029, the same number on several lines of a stack",
    text: "AuthenticationFailedException: AADSTS501661: Request to External OIDC endpoint failed. Trace ID: 56\n ---> MsalServiceException:\nErrorCode: invalid_request\nMsalServiceException: AADSTS501661: Request to External OIDC endpoint failed.",
    codes: ["AADSTS501661"],
    first: "WI103",
  },
  {
    what: "MicrosoftDocs/azure-docs#108526, the resource id as the client id",
    text: `{"error":"unauthorized_client","error_description":"AADSTS700016: Application with identifier '/subscriptions/a7/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id' was not found in the directory 'Contoso'. This can happen"}`,
    codes: ["AADSTS700016"],
    presented: {
      clientId: "/subscriptions/a7/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id",
      tenant: "Contoso",
    },
    first: "WI011",
  },
  {
    what: "AzureAD/microsoft-identity-web#2519",
    text: `{"error":"invalid_client","error_description":"AADSTS700222: AAD-issued tokens may not be used for federated identity flows."}`,
    codes: ["AADSTS700222"],
    first: "WI107",
  },
  {
    what: "Azure/azure-sdk-for-js#31080, a chain of credentials that goes on to the node",
    text: "AggregateAuthenticationError: ChainedTokenCredential authentication failed.\nCredentialUnavailableError: WorkloadIdentityCredential: is unavailable. tenantId, clientId, and federatedTokenFilePath are required parameters.\nCredentialUnavailableError: ManagedIdentityCredential: The managed identity endpoint is indicating there's no available identity. Message: undefined",
    codes: ["PodNotMutated"],
    first: "WI006",
  },
  {
    what: "piyushsachdeva/Terraform_AKS#2, Key Vault's refusal on one line",
    text: RBAC,
    codes: ["ForbiddenByRbac"],
    presented: {
      clientId: "27f87077-a664-4e4b-94d3-cde41e9f1c76",
      principal: "51f27b38-7164-49f7-96f8-df54c008d858",
      action: "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      scope: "/subscriptions/d01/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv/secrets/s",
    },
    first: "WI020",
  },
  {
    what: "the same with its line ends",
    text: RBAC.replaceAll(String.raw`\r\n`, "\n"),
    codes: ["ForbiddenByRbac"],
    presented: {
      clientId: "27f87077-a664-4e4b-94d3-cde41e9f1c76",
      principal: "51f27b38-7164-49f7-96f8-df54c008d858",
      action: "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      scope: "/subscriptions/d01/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv/secrets/s",
    },
  },
  {
    what: "Azure/AKS#4622, a firewall that looks like a missing role",
    text: String.raw`{"error":{"code":"Forbidden","message":"Client address is not authorized and caller is not a trusted service.\r\nClient address: 10.15.3.100 from unknown subnet\r\nCaller: appid=27f87077-a664-4e4b-94d3-cde41e9f1c76;oid=51f27b38-7164-49f7-96f8-df54c008d858\r\nVault: kv;location=southcentralus","innererror":{"code":"ForbiddenByFirewall"}}}`,
    codes: ["ForbiddenByFirewall"],
    first: "WI197",
  },
  {
    what: "pulumi/pulumi-azure#595, wrapped over lines",
    text: `  Status=403 Code="AuthorizationFailed"\n    Message="The client 'ed5eb828-25b9-42d5-af64-7282b4d1a781' with object id\n    'ed5eb828-25b9-42d5-af64-7282b4d1a781' does not have authorization to perform action\n    'Microsoft.Authorization/roleAssignments/write'\n    over scope '/subscriptions/83/resourceGroups/rg'\n    or the scope is invalid.`,
    codes: ["RoleAssignmentWriteForbidden"],
    presented: {
      principal: "ed5eb828-25b9-42d5-af64-7282b4d1a781",
      action: "Microsoft.Authorization/roleAssignments/write",
      scope: "/subscriptions/83/resourceGroups/rg",
    },
    first: "WI143",
  },
  {
    what: "pulumi/pulumi#8993, another action of whoever deploys",
    text: `{"error":{"code":"AuthorizationFailed","message":"The client 'a@b.c' with object id '021f6f34-4f1a-4f8f-b2ce-e55301892388' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourcegroups/read' over scope '/subscriptions/f6'"}}`,
    codes: ["ActionForbidden"],
    first: "WI144",
  },
  {
    what: "pulumi/pulumi-azure-native#4343",
    text: `error: Status=409 Code="ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity" Message="Too many Federated Identity Credentials are written concurrently for the managed identity '/subscriptions/x1/resourcegroups/y/providers/microsoft.managedidentity/userassignedidentities/z'. Concurrent"`,
    codes: ["ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity"],
    presented: { scope: "/subscriptions/x1/resourcegroups/y/providers/microsoft.managedidentity/userassignedidentities/z" },
    first: "WI085",
  },
  {
    what: "MicrosoftDocs/entra-docs#93",
    text: "(MethodNotAllowed) The request format was unexpected : Support for federated identity credentials not enabled",
    codes: ["FederatedCredentialsNotSupported"],
    first: "WI134",
  },
  {
    what: "zioproto/istio-aks-example#6",
    text: "unexpected status 400 (400 Bad Request) with error: BadRequest: The request format was unexpected. Federated Identity Credential must specify 'issuer', 'subject' and 'audience'.",
    codes: ["FederatedCredentialIncomplete"],
    first: "WI132",
  },
  {
    what: "Azure/azure-workload-identity#434, the same pair in Microsoft Graph",
    text: `Bad Request({"error":{"code":"InvalidFederatedIdentityCredentialValue","message":"The combination of issuer and subject must be unique for the application."}})`,
    codes: ["FederatedCredentialExists"],
    first: "WI084",
  },
  {
    what: "Azure/avdaccelerator#76",
    text: `{"error":{"code":"PrincipalNotFound","message":"Principal 0f14a80d42e54d57afe046acf9dfae05 does not exist in the directory c7cb8e56-3c8d-431c-a94c-866e27a25b45."}}`,
    codes: ["PrincipalNotFound"],
    presented: { principal: "0f14a80d42e54d57afe046acf9dfae05" },
    first: "WI078",
  },
  {
    what: "Azure/Azure-Landing-Zones#2040, JSON in JSON",
    text: String.raw`"message": "{\r\n  \"error\": {\r\n    \"code\": \"RoleAssignmentUpdateNotPermitted\",\r\n    \"message\": \"Tenant ID, application ID, principal ID, and scope are not allowed to be updated.\"\r\n  }\r\n}"`,
    codes: ["RoleAssignmentUpdateNotPermitted"],
    first: "WI141",
  },
  {
    what: "alan-turing-institute/data-safe-haven#2523",
    text: `error: Status=409 Code="ConflictError" Message="A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault."`,
    codes: ["VaultNameTaken"],
    first: "WI145",
  },
  {
    what: "MicrosoftDocs/azure-aks-docs#112",
    text: "(TasksOperationsNotAllowed) ACR Tasks requests for the registry x and 855bbbaa are not permitted. Please file an Azure support request",
    codes: ["TasksOperationsNotAllowed"],
    first: "WI150",
  },
  {
    what: "MicrosoftDocs/mslearn-aspnet-core#183",
    text: "ERROR: (QuotaExceeded) Provisioning of resource(s) for container service aks failed. Message: Operation could not be completed as it results in exceeding approved standardDv5Family Cores quota.",
    codes: ["QuotaExceeded"],
    first: "WI155",
  },
  {
    what: "Azure/AKS#5686",
    text: `Internal error occurred: failed calling webhook "mutation.azure-workload-identity.io": failed to call webhook: Post "https://azure-wi-webhook-webhook-service.kube-system.svc:443/mutate-v1-pod?timeout=10s": no endpoints available for service "azure-wi-webhook-webhook-service"`,
    codes: ["WebhookUnavailable"],
    first: "WI170",
  },
  {
    what: "Azure/AKS#4459, with the events that follow from it",
    text: `Warning  Failed  Failed to pull image "reg.azurecr.io/main/app:v5": failed to authorize: failed to fetch anonymous token: unexpected status from GET request: 401 Unauthorized\nWarning  Failed  Error: ErrImagePull\nNormal  BackOff  Back-off pulling image "reg.azurecr.io/main/app:v5"\nWarning  Failed  Error: ImagePullBackOff`,
    codes: ["ImagePullUnauthorized"],
    presented: { image: "reg.azurecr.io/main/app:v5" },
    first: "WI152",
  },
  {
    what: "skyhook-io/radar#106 as Pulumi says it",
    text: `error: configured Kubernetes cluster is unreachable: unable to load schema information from the API server: Get "https://x.azmk8s.io:443/openapi/v2": getting credentials: exec: executable kubelogin not found`,
    codes: ["KubeloginMissing"],
    first: "WI171",
  },
  {
    what: "pulumi/pulumi-kubernetes#2463",
    text: `error: configured Kubernetes cluster is unreachable: unable to load schema information from the API server: Get "https://pulumi-rm.hcp.westus2.azmk8s.io:443/openapi/v2?timeout=32s": dial tcp: lookup pulumi-rm.hcp.westus2.azmk8s.io: no such host`,
    codes: ["ClusterUnreachable"],
    first: "WI175",
  },
  {
    what: "Azure/bicep#11601",
    text: "Getting static credential is not allowed because this cluster is set to disable local accounts.",
    codes: ["StaticCredentialNotAllowed"],
    first: "WI173",
  },
  {
    what: "pulumi/pulumi-kubernetes#945",
    text: "* Service was not allocated an IP address; does your cloud provider support this?",
    codes: ["ServiceWithoutAddress"],
    first: "WI174",
  },
  {
    what: "the webhook's refusal of a token's life",
    text: `admission webhook "mutation.azure-workload-identity.io" denied the request: failed to parse service-account-token-expiration: strconv.ParseInt: parsing "1h": invalid syntax`,
    codes: ["AdmissionRefused"],
    presented: { setting: "service-account-token-expiration" },
    first: "WI014",
  },
  {
    what: "a ServiceAccount that is not there",
    text: `Error creating: pods "web-5d8" is forbidden: error looking up service account web/web: serviceaccount "web" not found`,
    codes: ["AdmissionRefused"],
    presented: { pod: "web-5d8", serviceAccount: "web/web" },
    first: "WI009",
  },
  {
    what: "two pods that are refused for different subjects",
    text: "a: AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:a:a'.\nb: AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:b:b'.",
    codes: ["AADSTS700213", "AADSTS700213"],
    presented: { subject: "system:serviceaccount:a:a" },
  },
];

/** They look like one of the above and are something else: nothing is recognised. */
export const LOOK_ALIKES: readonly (readonly [what: string, text: string])[] = [
  [
    "a client secret that is wrong",
    "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent is the value, not the ID.",
  ],
  ["a person's password", "AADSTS50126: Error validating credentials due to invalid username or password."],
  [
    "another webhook",
    `failed calling webhook "validate.nginx.ingress.kubernetes.io": failed to call webhook: no endpoints available`,
  ],
  [
    "another cloud's storage",
    "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>",
  ],
  ["another exec plugin", "getting credentials: exec: executable aws not found"],
  [
    "a quota of requests",
    `{"error":{"code":"insufficient_quota","message":"You exceeded your current quota, please check your plan"}}`,
  ],
  ["a host of another domain", "getaddrinfo ENOTFOUND api.example.com"],
  ["a word that is a code of ours", "The service was Unexplained to users, who called it PodNotMutatedX"],
  ["an unavailable service of somebody else", "503 ServiceUnavailable from upstream api.example.com"],
  ["a conflict of Kubernetes", "Operation cannot be fulfilled on deployments.apps: the object has been modified"],
];
