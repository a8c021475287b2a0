import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { NAME_RULES, type RoleName, serviceAccountSubject } from "../chain";
import { checkTrusts, credentialChain, type Federation, OWN_ACCOUNT } from "./federatedCredentials";
import { splitOptions } from "./providerOptions";
import { assignRole } from "./roleAssignment";
import { checkServiceAccount, createServiceAccount, type ServiceAccountSpec } from "./serviceAccount";
import { checkName, type Place } from "./validate";

/** A role that the identity gets. */
export interface RoleGrant {
  /** Resource id of what the role is granted on: the narrowest that does. Changing it replaces the assignment. */
  scope: pulumi.Input<string>;
  /** Role, by its name in `ROLES`. Changing it replaces the assignment. */
  role: RoleName;
}

/** A ServiceAccount of another workload that acts as this identity too. */
export interface SharedServiceAccount extends ServiceAccountSpec {
  namespace: Namespace;
}

/** One ServiceAccount and the trust in it, as Azure and Kubernetes returned them. */
export interface FederatedAccount {
  namespace: pulumi.Output<string>;
  serviceAccountName: pulumi.Output<string>;
  issuer: pulumi.Output<string>;
  subject: pulumi.Output<string>;
  audience: pulumi.Output<string>;
}

export interface WorkloadIdentityArgs {
  /** Resource group of the identity. Changing it replaces identity, credentials and roles. */
  resourceGroupName: pulumi.Input<string>;
  /**
   * Azure region. Defaults to `azure-native:location`. Changing it replaces the identity. Some regions cannot federate:
   * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
   */
  location?: pulumi.Input<string> | undefined;
  /** Name of the identity, 3 to 128 letters, digits, `-` and `_`. Changing it replaces identity, credentials and roles. */
  identityName: string;
  /** OIDC issuer of the cluster, exactly as Azure returns it; an existing cluster's will do. Changing it is in place. */
  issuerUrl: pulumi.Input<string>;
  /** Namespace of the ServiceAccount; several workloads may share one. */
  namespace: Namespace;
  serviceAccount: ServiceAccountSpec;
  /** ServiceAccounts of other workloads with the same identity, by keys of the caller's choice; a key is identity. Defaults to none. */
  sharedWith?: Record<string, SharedServiceAccount> | undefined;
  /** Further trusts by keys of the caller's choice; a key is identity. Defaults to none. An identity takes 20 in all. */
  federations?: Record<string, Federation> | undefined;
  /** Roles of the identity by keys of the caller's choice; a key is identity. */
  roles: Record<string, RoleGrant>;
  tags?: Record<string, string> | undefined;
}

/**
 * An Azure identity that pods with a given ServiceAccount act as, without holding any credential.
 *
 * Creates the identity with its roles, the ServiceAccount with its annotations, and the federated credentials one after another, because Azure refuses
 * two at once. Subject and audience come from the ServiceAccount and from `chain/`, the issuer goes through untouched.
 * Creates no namespace and no cluster. `deletedWith` and a Kubernetes provider in `opts` count for the ServiceAccounts only: the identity neither waits
 * for the cluster nor goes with it.
 */
export class WorkloadIdentity extends pulumi.ComponentResource {
  /** Application id, which the pod signs in with. */
  readonly clientId: pulumi.Output<string>;
  /** Object id, which roles are granted to. */
  readonly principalId: pulumi.Output<string>;
  readonly tenantId: pulumi.Output<string>;
  /** Resource id of the identity. */
  readonly identityId: pulumi.Output<string>;
  /** Issuer, subject and audience that Azure trusts for `serviceAccount`: from the federated credential, not from the arguments again. */
  readonly issuer: pulumi.Output<string>;
  readonly subject: pulumi.Output<string>;
  readonly audience: pulumi.Output<string>;
  readonly namespace: pulumi.Output<string>;
  readonly serviceAccountName: pulumi.Output<string>;
  /** Every ServiceAccount that acts as this identity: the own one under `cluster`, others under their keys in `sharedWith`. */
  readonly accounts: Record<string, FederatedAccount>;

  constructor(name: string, args: WorkloadIdentityArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const place = { component: "WorkloadIdentity", name };
    validate(place, args);
    const { cluster, others } = splitOptions(opts);
    super("aks-workload-identity:index:WorkloadIdentity", name, {}, others);
    const child = { parent: this };
    const inCluster = { ...child, ...cluster };

    const { resourceGroupName, location, identityName, tags } = args;
    const identity = new managedidentity.UserAssignedIdentity(
      `${name}-identity`,
      { resourceGroupName, location, resourceName: identityName, tags },
      child,
    );
    for (const [key, grant] of Object.entries(args.roles)) {
      assignRole(`${name}-role-${key}`, { ...grant, principalId: identity.principalId }, child);
    }

    const federate = credentialChain(this, place, resourceGroupName, identity, child);
    const accountOf = (suffix: string, key: string, spec: SharedServiceAccount): FederatedAccount => {
      const { metadata } = createServiceAccount(`${name}-service-account${suffix}`, spec, identity, inCluster);
      const { namespace, name: serviceAccountName } = metadata;
      const subject = pulumi
        .all([namespace, serviceAccountName])
        .apply(([space, account]) => serviceAccountSubject(space, account));
      return { namespace, serviceAccountName, ...federate({ key, issuer: args.issuerUrl, subject }) };
    };
    const own = accountOf("", OWN_ACCOUNT, { ...args.serviceAccount, namespace: args.namespace });
    const shared = sorted(args.sharedWith).map(([key, spec]) => [key, accountOf(`-${key}`, key, spec)] as const);
    for (const [key, federation] of sorted(args.federations)) federate({ key, ...federation });

    this.clientId = identity.clientId;
    this.principalId = identity.principalId;
    this.tenantId = identity.tenantId;
    this.identityId = identity.id;
    this.issuer = own.issuer;
    this.subject = own.subject;
    this.audience = own.audience;
    this.namespace = own.namespace;
    this.serviceAccountName = own.serviceAccountName;
    this.accounts = { [OWN_ACCOUNT]: own, ...Object.fromEntries(shared) };
    this.registerOutputs({
      clientId: this.clientId,
      principalId: this.principalId,
      tenantId: this.tenantId,
      identityId: this.identityId,
      accounts: this.accounts,
    });
  }
}

function validate(place: Place, args: WorkloadIdentityArgs): void {
  checkName(place, "identityName", NAME_RULES.identity, args.identityName);
  checkServiceAccount(place, "serviceAccount", args.serviceAccount);
  for (const [key, spec] of sorted(args.sharedWith)) checkServiceAccount(place, `sharedWith.${key}`, spec);
  checkTrusts(place, args.issuerUrl, Object.keys(args.sharedWith ?? {}), args.federations ?? {});
}

// The order of writing follows the keys and not the order in which somebody happened to write them down.
function sorted<T>(record: Record<string, T> = {}): [string, T][] {
  return Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));
}
