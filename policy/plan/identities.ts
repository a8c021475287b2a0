// Identities, whom they trust, and their roles, as far as a preview knows them.
import { type CredentialInModel, type IdentityInModel, type RoleInModel, roleOf, serviceAccountSubject } from "../../chain";
import { futureValue, idOf, named, nameOf, scopeOf } from "./azureIds";
import type { Plan } from "./plan";
import { at, isUnknown, listAt, type PlannedResource, textAt } from "./planned";

const MANAGED = "managedidentity:UserAssignedIdentity";
const CLUSTER = "containerservice:ManagedCluster";
const APPLICATION = "azuread:Application";
const PRINCIPAL = "azuread:ServicePrincipal";

/** By the URN of the managed identity or of the application. */
export function identities(plan: Plan): ReadonlyMap<string, IdentityInModel> {
  // Who trusts whom is another program's business for an identity that this one only reads.
  const own = (kind: string) => plan.ofKind(kind).filter(({ inputs }) => !isUnknown(inputs));
  const managed = own(MANAGED).map((resource): [string, IdentityInModel] => [
    resource.urn,
    {
      resource: resource.urn,
      id: idOf(plan, resource) ?? resource.urn,
      name: nameOf(resource),
      clientId: output(resource, "clientId"),
      principalId: output(resource, "principalId"),
      tenantId: textAt(resource.outputs, "tenantId"),
    },
  ]);
  const principals = plan.ofKind(PRINCIPAL).map((principal) => ({ principal, of: applicationOf(plan, principal) }));
  const applications = own(APPLICATION).flatMap((resource): [string, IdentityInModel][] => {
    const principal = principals.find(({ of }) => of === resource)?.principal;
    // One that cannot be told apart may be this one's, and then nobody knows to whom its roles are granted.
    if (principal === undefined && principals.some(({ of }) => of === undefined)) return [];
    const identity = {
      resource: resource.urn,
      id: resource.urn,
      name: textAt(resource.inputs, "displayName") ?? futureValue("displayName", resource),
      clientId: output(resource, "clientId"),
      principalId: principal === undefined ? "" : output(principal, "objectId"),
      tenantId: undefined,
      application: { objectId: output(resource, "objectId"), hasServicePrincipal: principal !== undefined },
    };
    return [[resource.urn, identity]];
  });
  return new Map([...managed, ...applications]);
}

const output = (resource: PlannedResource, name: string) => textAt(resource.outputs, name) ?? futureValue(name, resource);

/** Of a service principal; `null` for one that the program does not make. `applicationId` is what older versions of the package call the client id. */
function applicationOf(plan: Plan, principal: PlannedResource): PlannedResource | null | undefined {
  const input = ["clientId", "applicationId"].find((name) => at(principal.inputs, name) !== undefined) ?? "clientId";
  const text = textAt(principal.inputs, input);
  if (text === undefined) return plan.source(principal, input, APPLICATION);
  return plan.ofKind(APPLICATION).find(({ outputs }) => textAt(outputs, "clientId") === text) ?? null;
}

/** The client id that an unknown value of this input is taken for. */
export function clientIdFrom(plan: Plan, known: ReturnType<typeof identities>, resource: PlannedResource, input: string) {
  const urns = plan
    .sources(resource, input, [MANAGED, APPLICATION, PRINCIPAL])
    .map((source) => (known.has(source.urn) ? source.urn : applicationOf(plan, source)?.urn));
  const [urn, ...others] = new Set(urns);
  return urn === undefined || others.length > 0 ? undefined : known.get(urn)?.clientId;
}

/** The issuer that an unknown value of this input is taken for. */
function issuerFrom(plan: Plan, resource: PlannedResource, input: string): string | undefined {
  const cluster = plan.source(resource, input, CLUSTER);
  return cluster === undefined ? undefined : issuerOf(cluster);
}

export function issuerOf(cluster: PlannedResource): string {
  return textAt(cluster.outputs, "oidcIssuerProfile", "issuerURL") ?? futureValue("issuerURL", cluster);
}

/** `account` gives namespace and name of a planned ServiceAccount. */
export function credentials(
  plan: Plan,
  account: (serviceAccount: PlannedResource) => readonly [namespace: string | undefined, name: string | undefined],
): CredentialInModel[] {
  const managed = plan.ofKind("managedidentity:FederatedIdentityCredential");
  const ofApplications = plan.ofKind("azuread:ApplicationFederatedIdentityCredential");
  const urns = new Set([...managed, ...ofApplications].map(({ urn }) => urn));
  const link = (resource: PlannedResource, identityId: string | undefined, nameInput: string): CredentialInModel => {
    const { inputs, urn } = resource;
    const name = textAt(inputs, nameInput);
    const isKnown = !isUnknown(at(inputs, "audiences"));
    const audiences = listAt(inputs, "audiences").map((audience) => textAt(audience));
    return {
      resource: urn,
      id: urn,
      name: name ?? futureValue("name", resource),
      nameIsKnown: name !== undefined,
      after: [...plan.everythingBefore(urn)].filter((earlier) => urns.has(earlier)),
      identityId,
      // A program that puts an empty text for an issuer that is not there yet means the cluster's all the same.
      issuer: textAt(inputs, "issuer") || (issuerFrom(plan, resource, "issuer") ?? textAt(inputs, "issuer")),
      subject: textAt(inputs, "subject") ?? subjectFrom(plan, resource, account),
      audiences: isKnown && !audiences.includes(undefined) ? audiences.map(String) : undefined,
    };
  };
  const linksOfManaged = managed.map((resource) => {
    const name = textAt(resource.inputs, "resourceName");
    const identity = named(plan, resource, MANAGED, "resourceName");
    const outside = name === undefined ? undefined : `${name}, which this program does not create`;
    const id = identity === undefined ? outside : (idOf(plan, identity) ?? identity.urn);
    return link(resource, id, "federatedIdentityCredentialResourceName");
  });
  const linksOfApplications = ofApplications.map((resource) => {
    const input =
      ["applicationId", "applicationObjectId"].find((key) => at(resource.inputs, key) !== undefined) ?? "applicationId";
    const text = textAt(resource.inputs, input);
    const application =
      text === undefined
        ? plan.source(resource, input, APPLICATION)
        : plan.ofKind(APPLICATION).find(({ outputs }) => text.endsWith(textAt(outputs, "objectId") ?? "\n"));
    return { ...link(resource, application?.urn ?? text, "displayName"), application: true };
  });
  return [...linksOfManaged, ...linksOfApplications];
}

function subjectFrom(plan: Plan, resource: PlannedResource, account: Parameters<typeof credentials>[1]): string | undefined {
  const source = plan.source(resource, "subject", "kubernetes:ServiceAccount");
  if (source === undefined) return undefined;
  const [namespace, name] = account(source);
  return namespace === undefined || name === undefined ? undefined : serviceAccountSubject(namespace, name);
}

export function roles(plan: Plan, known: ReturnType<typeof identities>): RoleInModel[] {
  return plan.ofKind("authorization:RoleAssignment").map((resource) => {
    const role = textAt(resource.inputs, "roleDefinitionId");
    return {
      principalType: textAt(resource.inputs, "principalType"),
      resource: resource.urn,
      id: resource.urn,
      scope: scopeOf(plan, resource),
      principalId: textAt(resource.inputs, "principalId") ?? principalFrom(plan, known, resource, "principalId"),
      // What a role allows that is not in the table, only Azure knows.
      roleDefinitionId: role !== undefined && roleOf(role) !== undefined ? role : undefined,
    };
  });
}

/** The principal that an unknown value of this input is taken for. */
export function principalFrom(
  plan: Plan,
  known: ReturnType<typeof identities>,
  resource: PlannedResource,
  input: string,
): string | undefined {
  const sources = plan.sources(resource, input, [MANAGED, PRINCIPAL, APPLICATION, CLUSTER]);
  const principals = sources.filter(({ urn }) => known.get(urn)?.application === undefined);
  // Of an application there is the wrong object only.
  const [only, ...others] = principals.length > 0 ? principals : sources;
  if (only === undefined || others.length > 0) return undefined;
  const identity = known.get(only.urn);
  if (identity?.application !== undefined) return identity.application.objectId;
  return identity?.principalId ?? output(only, "objectId");
}
