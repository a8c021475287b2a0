// The links between the identity and a container of blobs: role, address, container. They apply to a pod whose container is told of an account of the program.

import { blobTargets } from "./blobTargets";
import type { LinkCheck, PodContext } from "./check";
import { checkAccess, type Need } from "./checkAccess";
import type { Code } from "./codes";
import type { BlobContainerLink, ChainModel, IdentityInModel } from "./model";
import { isAllowed, roleOf, sameText, scopeContains } from "./rbac";
import { READ_BLOB_ACTION, ROLES } from "./roles";
import { finding } from "./rules";
import type { Named } from "./told";

export function checkBlobs({ model, pod, identity }: PodContext): LinkCheck[] {
  const { blobContainers = [], elsewhere = [] } = model;
  return pod.containers.flatMap((container) =>
    blobTargets(model, pod, container).flatMap(({ at, ofAccount, container: named, isCertain }): LinkCheck[] => {
      if (ofAccount.length === 0) {
        if (elsewhere.includes("blobContainers")) return [];
        const expected = [...new Set(blobContainers.map((each) => each.endpoint))].join(" or ") || "a storage account's address";
        const place = { resource: pod.resource, property: at.property, expected, actual: at.value };
        return [{ link: "blobs", expected, found: at.value, finding: finding("WI043", place) }];
      }
      const meant = named === undefined ? ofAccount : ofAccount.filter(({ name }) => name === named.value);
      if (meant.length === 0 && named !== undefined) return [unknownContainer(model, pod.resource, named, ofAccount, identity)];
      if (identity === undefined) return [];
      // Where the container does not say which one it reads, one of them is enough.
      const checks = meant.map((each) => checkAccess(model, identity, needOf(each)));
      if (!isCertain && hasOtherRole(model, identity, ofAccount)) return [];
      return [checks.find((each) => each.finding === undefined) ?? checks[0]].flatMap((each) => each ?? []);
    }),
  );
}

/** A role of which nothing is known here, as those for queues and tables: the account may well be named for their sake. */
function hasOtherRole(
  model: ChainModel,
  { principalId: own }: IdentityInModel,
  ofAccount: readonly BlobContainerLink[],
): boolean {
  return model.roleAssignments.some(
    ({ principalId = "", scope, roleDefinitionId }) =>
      sameText(principalId, own) &&
      scope !== undefined &&
      ofAccount.some(({ id }) => scopeContains(scope, id)) &&
      roleOf(roleDefinitionId ?? "", model.customRoles) === undefined,
  );
}

function unknownContainer(
  { roleAssignments, customRoles }: ChainModel,
  resource: string,
  { property, value: actual }: Named,
  ofAccount: readonly BlobContainerLink[],
  identity: IdentityInModel | undefined,
): LinkCheck {
  const expected = ofAccount.map(({ name }) => name).join(" or ");
  // Who has no role on the container does not learn that it is not there.
  const sibling = ofAccount[0]?.id ?? "";
  const target = `${sibling.slice(0, sibling.lastIndexOf("/"))}/${actual}`;
  const may =
    identity !== undefined &&
    isAllowed(roleAssignments, identity.principalId, READ_BLOB_ACTION, "dataAction", target, customRoles);
  const code: Code = may ? "ContainerNotFound" : "AuthorizationPermissionMismatch";
  const place = { resource, property, expected, actual, code };
  return { link: "blobs", expected, found: actual, finding: finding("WI044", place) };
}

function needOf({ id, account, name }: BlobContainerLink): Need {
  return {
    link: "blobs",
    place: `${account}/${name}`,
    scope: id,
    target: id,
    actions: [READ_BLOB_ACTION],
    kind: "dataAction",
    role: ROLES.storageBlobDataReader.name,
    family: "Microsoft.Storage/",
    rules: { none: "WI040", wrongRole: "WI041", wrongScope: "WI042" },
    code: "AuthorizationPermissionMismatch",
  };
}
