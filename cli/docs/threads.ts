// Public threads about workload identity, in rows by what was seen, and the entries of the catalogue that they led to. docs/rules.md shows them all.
import type { EntryId } from "../../chain";

interface Row {
  /** What somebody saw. */
  readonly seen: string;
  /** `owner/repository#number`, or the name of a page. */
  readonly threads: readonly string[];
  readonly entries: readonly EntryId[];
  /** Why no entry covers it, or what does instead. */
  readonly note?: string;
}

export type ThreadRow = Row;

const AWI = (...numbers: readonly number[]) => numbers.map((number) => `Azure/azure-workload-identity#${number}`);
const AKS = (...numbers: readonly number[]) => numbers.map((number) => `Azure/AKS#${number}`);
const NATIVE = (...numbers: readonly number[]) => numbers.map((number) => `pulumi/pulumi-azure-native#${number}`);
const KUBERNETES = (...numbers: readonly number[]) => numbers.map((number) => `pulumi/pulumi-kubernetes#${number}`);
const AZURERM = (...numbers: readonly number[]) => numbers.map((number) => `hashicorp/terraform-provider-azurerm#${number}`);
const DOCS = (...numbers: readonly number[]) => numbers.map((number) => `MicrosoftDocs/azure-docs#${number}`);

export const THREADS: Readonly<Record<string, readonly ThreadRow[]>> = {
  "The exchange of the pod's token": [
    {
      seen: "AADSTS70021: nothing matches issuer, subject and audience",
      threads: [...AWI(340, 977, 616), ...AKS(3616), "external-secrets/external-secrets#2783", ...DOCS(106441)],
      entries: ["WI001", "WI003", "WI005", "WI008", "WI012", "WI100"],
    },
    { seen: "AADSTS700211: another issuer", threads: AWI(1200), entries: ["WI001", "WI008"] },
    {
      seen: "AADSTS700212: another audience",
      threads: ["AKS: workload identity overview", "Azure SDK: troubleshooting"],
      entries: ["WI002", "WI110"],
    },
    {
      seen: "AADSTS700213: another subject, or one that was right and is refused until it is made anew",
      threads: [...AWI(1200), "Azure/login#482", "pulumi/esc#173"],
      entries: ["WI003", "WI012", "WI074", "WI102", "WI113"],
    },
    {
      seen: "AADSTS7002138 and 7002137: capitals count since 2025",
      threads: ["Azure/login#517", "Azure/login#515", "Azure/login#617", "Azure/login#619", "microsoft/Agents#202"],
      entries: ["WI004", "WI102", "WI113"],
    },
    {
      seen: "A stored issuer without its last slash stops working after months",
      threads: AWI(1700),
      entries: ["WI001", "WI073"],
    },
    {
      seen: "AADSTS700024 after an hour or a day",
      threads: [...AWI(693), "risingwavelabs/risingwave#17123"],
      entries: ["WI105", "WI117"],
    },
    { seen: "AADSTS70023: a token that lives too long", threads: DOCS(116275), entries: ["WI106"] },
    {
      seen: "AADSTS90061, 50166 and 501661: the issuer cannot be read",
      threads: [...AWI(605, 642, 1130, 955), ...AKS(4029)],
      entries: ["WI103", "WI008", "WI190", "WI191"],
    },
    {
      seen: "AADSTS700016: the client id is a resource id, or a principal's",
      threads: DOCS(108526),
      entries: ["WI011", "WI013", "WI016"],
    },
    { seen: "AADSTS50005: Conditional Access", threads: ["Azure Workload Identity: troubleshooting"], entries: ["WI104"] },
    {
      seen: "AADSTS700222 and 700236: a token of Entra ID's own",
      threads: ["Azure SDK: troubleshooting"],
      entries: ["WI107", "WI072"],
    },
    {
      seen: "WorkloadIdentityCredential is unavailable",
      threads: ["Azure/azure-sdk-for-js#27608", "Azure/azure-sdk-for-js#31080"],
      entries: ["WI006", "WI007", "WI010", "WI193"],
    },
    { seen: "The node's identity is refused instead of the pod's", threads: AWI(751), entries: ["WI109", "WI006"] },
  ],
  "In Kubernetes": [
    {
      seen: "AZURE_CLIENT_ID is missing, the other variables are there",
      threads: AWI(1026, 1357, 1231, 1249, 661, 525),
      entries: ["WI010", "WI017", "WI009", "WI075", "WI076"],
    },
    { seen: "The pods of a CronJob are not mutated", threads: AWI(932), entries: ["WI006"] },
    { seen: "Nothing is injected any more since the webhook's 1.0", threads: [...AWI(751), ...AKS(3286)], entries: ["WI006"] },
    { seen: "Another client id has no effect", threads: AWI(109), entries: ["WI193"] },
    {
      seen: "Labelled pods are not created: the webhook does not answer",
      threads: [...AKS(4139, 3897, 5686), ...AWI(1608, 863, 611)],
      entries: ["WI170", "WI192"],
    },
    {
      seen: "Webhook 1.6 mounts the token elsewhere",
      threads: [
        "prometheus/prometheus#18972",
        "crossplane-contrib/provider-upjet-azure#1280",
        "crossplane-contrib/provider-upjet-azuread#367",
        ...AKS(5541),
      ],
      entries: ["WI081"],
    },
    {
      seen: "More than 20 ServiceAccounts or clusters for one identity; wildcards are asked for",
      threads: [...AWI(575, 373, 1172, 830, 919), ...AKS(4270, 4658, 5217), "Azure/azure-sdk-for-go#26399"],
      entries: ["WI083"],
    },
    {
      seen: "The cluster is made anew, or two clusters share a credential",
      threads: [...AKS(3982), "hmcts/cnp-flux-config#23367"],
      entries: ["WI001"],
    },
    {
      seen: "pulumi destroy cannot reach the cluster",
      threads: [...KUBERNETES(2463, 2033, 2517, 992), "pulumi/pulumi#4996"],
      entries: ["WI175"],
    },
    {
      seen: "The Service's address is not there, or never comes",
      threads: KUBERNETES(2315, 2687, 1537, 1915),
      entries: ["WI174"],
    },
    {
      seen: "ImagePullBackOff with 401, and exec format error",
      threads: [...AKS(4593, 4459), ...AZURERM(11434), ...AKS(442)],
      entries: ["WI030", "WI152", "WI080", "WI154"],
    },
  ],
  "In Azure's control plane": [
    {
      seen: "Several federated credentials of one identity at once (409)",
      threads: [
        ...NATIVE(4343, 4421),
        ...AZURERM(19968, 20003, 29242),
        "Azure/bicep#10928",
        "Azure/bicep-registry-modules#1447",
        "crossplane-contrib/provider-upjet-azure#689",
      ],
      entries: ["WI085", "WI130"],
    },
    { seen: "Issuer and subject are there already", threads: ["Azure/bicep-types-az#2029"], entries: ["WI084", "WI131"] },
    {
      seen: "issuer, subject and audience must be given",
      threads: ["zioproto/istio-aks-example#6", ...AZURERM(23013, 22079, 21805)],
      entries: ["WI132", "WI070", "WI008"],
    },
    {
      seen: "The identity is not found just after it was created",
      threads: [...AZURERM(32179, 32935), "openshift/cloud-credential-operator#878", "Azure/Azure-Verified-Modules#2673"],
      entries: ["WI135"],
    },
    {
      seen: "A provider's new version wants to replace credentials",
      threads: AZURERM(32074, 32521),
      entries: [],
      note: "of another tool; a preview shows what would be replaced, and docs/lifecycle.md what this project's keys replace",
    },
    {
      seen: "PrincipalNotFound",
      threads: ["Azure/avdaccelerator#99", "Azure-Samples/azure-search-openai-demo#9"],
      entries: ["WI078", "WI023"],
    },
    {
      seen: "RoleAssignmentExists",
      threads: ["Azure/azure-dev#9253", "Azure/bicep#18454", "Azure/AKS-Construction#50"],
      entries: ["WI140"],
    },
    {
      seen: "RoleAssignmentUpdateNotPermitted",
      threads: [...NATIVE(771, 3637, 3701), "Azure-Samples/graphrag-accelerator#168"],
      entries: ["WI141"],
    },
    {
      seen: "AuthorizationFailed for roleAssignments/write",
      threads: [...DOCS(35586), ...AZURERM(21841), "Azure-Terraform/terraform-azurerm-kubernetes#37"],
      entries: ["WI143", "WI144"],
    },
    {
      seen: "A vault's name is taken by a deleted vault",
      threads: ["alan-turing-institute/data-safe-haven#2523", ...NATIVE(2722), "pulumi/pulumi-hugo#626", ...AZURERM(12972)],
      entries: ["WI145"],
    },
    { seen: "A secret stays after it was destroyed", threads: NATIVE(1174, 4450, 4282, 4759), entries: ["WI146", "WI147"] },
    {
      seen: "ForbiddenByRbac, of the deployer or of the pod",
      threads: ["Azure/azure-cli#22510", "Azure/terraform-azurerm-avm-res-keyvault-vault#78", ...AZURERM(23927)],
      entries: ["WI020", "WI021", "WI022", "WI024", "WI101"],
      note: "the deployer needs no role on the vault's data here: [0004](decisions/0004-secrets-through-the-control-plane.md)",
    },
    {
      seen: "A policy denies a federated credential; a release of the Azure CLI wants the audience",
      threads: ["Entra: considerations of workload identity federation", "Azure/azure-cli#31598"],
      entries: ["WI136", "WI132"],
    },
    {
      seen: "TasksOperationsNotAllowed",
      threads: [
        "MicrosoftDocs/azure-aks-docs#112",
        "Azure-Samples/azure-search-openai-demo#2220",
        "Azure-Samples/azure-search-openai-demo#2592",
      ],
      entries: ["WI150"],
    },
    { seen: "A build is refused by the registry's firewall", threads: ["Azure/acr#762"], entries: ["WI151"] },
    {
      seen: "A registry that decides by repository ignores AcrPull",
      threads: ["Azure/msi-acrpull#108", ...AKS(5421), "Azure/azure-cli#31069", "Azure/acr#174"],
      entries: ["WI080"],
    },
    {
      seen: "Building an image from a program is asked for",
      threads: [...NATIVE(1683), ...AZURERM(22427, 15095)],
      entries: [],
      note: "a wish and no error: [AppImage](components/appImage.md) does it",
    },
    {
      seen: "Quota of virtual CPUs, and sizes that a subscription cannot get",
      threads: ["langchain-ai/terraform#261", "mspnp/aks-baseline#377", ...AKS(5746)],
      entries: ["WI155", "WI156", "WI157"],
    },
    {
      seen: "A change of a pool replaces the cluster",
      threads: NATIVE(1808, 2059, 1532, 1298, 2719),
      entries: [],
      note: "no error: a preview shows it, and [docs/lifecycle.md](lifecycle.md) says what each key replaces",
    },
    {
      seen: "Regions whose identities take no federated credential (405)",
      threads: [
        ...DOCS(100515),
        "MicrosoftDocs/entra-docs#93",
        ...DOCS(108705),
        "Azure/ALZ-PowerShell-Module#303",
        "Azure/Mission-Critical-Online#744",
      ],
      entries: ["WI134"],
    },
  ],
  "On the way to the cluster": [
    { seen: "Static credentials are not allowed", threads: [...NATIVE(2579), ...AZURERM(13248)], entries: ["WI173"] },
    {
      seen: "kubelogin is not found, or asks for a code in a pipeline",
      threads: [...AKS(4990), "Azure/kubelogin#114", "Azure/kubelogin#161", "kubernetes-sigs/cluster-api-provider-azure#2129"],
      entries: ["WI171", "WI172"],
    },
    {
      seen: "Credentials stand in plain text in a state",
      threads: ["Pulumi's examples"],
      entries: [],
      note: "no error shows it: the kubeconfig is a secret output here, as [docs/security.md](security.md) says",
    },
    { seen: "Pulumi signs in from a pipeline with its token", threads: NATIVE(2060), entries: ["WI113"] },
  ],
};
