// What every identity of pods is, whatever stands for it in Microsoft Entra ID: the same arguments, the same outputs, the same order of writing.
import type { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { ROLES, serviceAccountSubject } from "../chain";
import { type CredentialWriter, checkTrusts, credentialChain, type Federation, OWN_ACCOUNT } from "./federatedCredentials";
import { splitOptions } from "./providerOptions";
import { assignRole, type GrantedRole } from "./roleAssignment";
import { checkServiceAccount, createServiceAccount, type ServiceAccountSpec } from "./serviceAccount";
import { mistake, type Place } from "./validate";

/** A role that the identity gets. */
export interface RoleGrant {
  /** Resource id of what the role is granted on: the narrowest that does. Changing it replaces the assignment. */
  scope: pulumi.Input<string>;
  /** Role, by its name in `ROLES` or as a role of the program's own. Changing it replaces the assignment. */
  role: GrantedRole;
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

export interface PodIdentityArgs {
  /** OIDC issuer of the cluster, exactly as Azure returns it; an existing cluster's will do. Changing it is in place. */
  issuerUrl: pulumi.Input<string>;
  /** Namespace of the ServiceAccount; several workloads may share one. */
  namespace: Namespace;
  serviceAccount: ServiceAccountSpec;
  /** ServiceAccounts of other workloads with the same identity, by keys of the caller's choice; a key is identity. Defaults to none. */
  sharedWith?: Record<string, SharedServiceAccount> | undefined;
  /** Further trusts (pipelines, other clusters) by keys of the caller's choice; a key is identity. Defaults to none. An identity takes 20 in all. */
  federations?: Record<string, Federation> | undefined;
  /** Roles of the identity by keys of the caller's choice; a key is identity. */
  roles: Record<string, RoleGrant>;
}

/** What stands for the identity in Microsoft Entra ID, and how it is told whom to trust. */
export interface Principal {
  clientId: pulumi.Output<string>;
  principalId: pulumi.Output<string>;
  tenantId: pulumi.Output<string>;
  id: pulumi.Output<string>;
  writeCredential: CredentialWriter;
}

/** What differs between the kinds. */
interface Kind {
  /** Name of the component's class; the last part of its type. */
  component: string;
  /** The other kind, whose place an identity of this one takes when a stack changes its mind. */
  insteadOf: string;
  /** Begins the names of what only this kind has: both are there until the pods have moved. */
  prefix: string;
  validate(place: Place): void;
  create(opts: pulumi.CustomResourceOptions): Principal;
}

const ROLES_URL = "https://learn.microsoft.com/azure/role-based-access-control/built-in-roles";

const typeOf = (component: string) => `aks-workload-identity:index:${component}`;

/** The contract of identities that pods act as. `WebApp` takes any of them. */
export abstract class PodIdentity extends pulumi.ComponentResource {
  /** Application id, which the pod signs in with. */
  readonly clientId: pulumi.Output<string>;
  /** Object id, which roles are granted to. */
  readonly principalId: pulumi.Output<string>;
  readonly tenantId: pulumi.Output<string>;
  /** Resource id of a managed identity, or `/applications/<object id>` of an application. */
  readonly identityId: pulumi.Output<string>;
  /** Issuer, subject and audience that are trusted for `serviceAccount`: from the federated credential, not from the arguments again. */
  readonly issuer: pulumi.Output<string>;
  readonly subject: pulumi.Output<string>;
  readonly audience: pulumi.Output<string>;
  readonly namespace: pulumi.Output<string>;
  readonly serviceAccountName: pulumi.Output<string>;
  /** Every ServiceAccount that acts as this identity: the own one under `cluster`, others under their keys in `sharedWith`. */
  readonly accounts: Record<string, FederatedAccount>;

  protected constructor(kind: Kind, name: string, args: PodIdentityArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const place = { component: kind.component, name };
    kind.validate(place);
    validate(place, args);
    const { cluster, others } = splitOptions(opts);
    // With the alias the ServiceAccount stays the same object, annotated anew: Kubernetes would refuse a second one of its name.
    const alias = { type: typeOf(kind.insteadOf) };
    super(typeOf(kind.component), name, {}, { ...others, aliases: [...(others.aliases ?? []), alias] });
    const child = { parent: this };
    const inCluster = { ...child, ...cluster };

    const principal = kind.create(child);
    for (const [key, grant] of Object.entries(args.roles)) {
      assignRole(`${kind.prefix}role-${key}`, { ...grant, principalId: principal.principalId }, child);
    }

    const federate = credentialChain(this, place, `${kind.prefix}federation-`, principal.writeCredential, child);
    const accountOf = (suffix: string, key: string, spec: SharedServiceAccount): FederatedAccount => {
      const { metadata } = createServiceAccount(`${name}-service-account${suffix}`, spec, principal, inCluster);
      const { namespace, name: serviceAccountName } = metadata;
      const subject = pulumi
        .all([namespace, serviceAccountName])
        .apply(([space, account]) => serviceAccountSubject(space, account));
      return { namespace, serviceAccountName, ...federate({ key, issuer: args.issuerUrl, subject }) };
    };
    const own = accountOf("", OWN_ACCOUNT, { ...args.serviceAccount, namespace: args.namespace });
    const shared = sorted(args.sharedWith).map(([key, spec]) => [key, accountOf(`-${key}`, key, spec)] as const);
    for (const [key, federation] of sorted(args.federations)) federate({ key, ...federation });

    this.clientId = principal.clientId;
    this.principalId = principal.principalId;
    this.tenantId = principal.tenantId;
    this.identityId = principal.id;
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

function validate(place: Place, args: PodIdentityArgs): void {
  checkServiceAccount(place, "serviceAccount", args.serviceAccount);
  for (const [key, spec] of sorted(args.sharedWith)) checkServiceAccount(place, `sharedWith.${key}`, spec);
  checkTrusts(place, args.issuerUrl, Object.keys(args.sharedWith ?? {}), args.federations ?? {});
  for (const [key, { role }] of Object.entries(args.roles)) checkRole(place, `roles.${key}.role`, role);
}

// The compiler knows the names, but not those that come out of a config value or a program in JavaScript.
function checkRole(place: Place, field: string, role: GrantedRole): void {
  if (typeof role !== "string" || Object.hasOwn(ROLES, role)) return;
  const rule = `a role of ROLES (${Object.keys(ROLES).join(", ")}) or { definitionId } of another one`;
  throw mistake(place, field, rule, role, ROLES_URL);
}

// The order of writing follows the keys and not the order in which somebody happened to write them down.
function sorted<T>(record: Record<string, T> = {}): [string, T][] {
  return Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));
}
