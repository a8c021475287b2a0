// The links between the identity and a container of blobs: role, address, container. They apply to a pod whose container is given one.
import type { LinkCheck, PodContext } from "./check";
import { checkAccess } from "./checkAccess";
import { envProperty, withSlash } from "./checkVault";
import type { Code } from "./codes";
import { isAllowed, sameText } from "./rbac";
import { READ_BLOB_ACTION, ROLES } from "./roles";
import { finding } from "./rules";
import { APP_ENVIRONMENT } from "./workloadIdentity";

export function checkBlobs({ model, pod, identity }: PodContext): LinkCheck[] {
  const { blobContainers = [], elsewhere = [] } = model;
  return pod.containers.flatMap((container) => {
    const endpoint = container.env[APP_ENVIRONMENT.blobEndpoint];
    const name = container.env[APP_ENVIRONMENT.blobContainer];
    if (endpoint === undefined || name === undefined) return [];
    const ofAccount = blobContainers.filter((candidate) => sameText(withSlash(candidate.endpoint), withSlash(endpoint)));
    if (ofAccount.length === 0) {
      if (elsewhere.includes("blobContainers")) return [];
      const expected = [...new Set(blobContainers.map((each) => each.endpoint))].join(" or ") || "a storage account's address";
      const place = { property: envProperty(container, APP_ENVIRONMENT.blobEndpoint), expected, actual: endpoint };
      return [{ link: "blobs", expected, found: endpoint, finding: finding("WI043", { resource: pod.resource, ...place }) }];
    }
    const found = ofAccount.find((candidate) => candidate.name === name);
    if (found === undefined) {
      const expected = ofAccount.map((each) => each.name).join(" or ");
      // Who has no role on the container does not learn that it is not there.
      const sibling = ofAccount[0]?.id ?? "";
      const target = `${sibling.slice(0, sibling.lastIndexOf("/"))}/${name}`;
      const may =
        identity !== undefined &&
        isAllowed(model.roleAssignments, identity.principalId, READ_BLOB_ACTION, "dataAction", target, model.customRoles);
      const code: Code = may ? "ContainerNotFound" : "AuthorizationPermissionMismatch";
      const place = { property: envProperty(container, APP_ENVIRONMENT.blobContainer), expected, actual: name, code };
      return [{ link: "blobs", expected, found: name, finding: finding("WI044", { resource: pod.resource, ...place }) }];
    }
    if (identity === undefined) return [];
    return [
      checkAccess(model, identity, {
        link: "blobs",
        place: `${found.account}/${found.name}`,
        scope: found.id,
        target: found.id,
        actions: [READ_BLOB_ACTION],
        kind: "dataAction",
        role: ROLES.storageBlobDataReader.name,
        family: "Microsoft.Storage/",
        rules: { none: "WI040", wrongRole: "WI041", wrongScope: "WI042" },
        code: "AuthorizationPermissionMismatch",
      }),
    ];
  });
}
