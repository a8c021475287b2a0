// What the built-in probe reads as a container: what the container is told to read, or else what the roles of its identity reach.
import {
  APP_ENVIRONMENT,
  blobTargets,
  type ChainModel,
  CLIENT_ID_ANNOTATION,
  type ContainerLink,
  GET_SECRET_ACTION,
  type IdentityInModel,
  identityOf,
  isAllowed,
  isReader,
  POD_ENVIRONMENT,
  type PodLink,
  policyAllowsGet,
  READ_BLOB_ACTION,
  sameText,
  type VaultInModel,
  vaultTargets,
} from "../chain";
import type { Reads } from "./cluster/standIns";

/** Whom the container signs in as, by its own client id or its ServiceAccount's; undefined for one that the program does not make. */
function signedInAs(model: ChainModel, pod: PodLink, { env }: ContainerLink): IdentityInModel | undefined {
  const account = model.serviceAccounts.find(
    ({ namespace, name }) => namespace === pod.namespace && name === pod.serviceAccountName,
  );
  return identityOf(model, env[POD_ENVIRONMENT.clientId] ?? account?.annotations[CLIENT_ID_ANNOTATION]);
}

export function readsOf(model: ChainModel, pod: PodLink, container: ContainerLink): Reads {
  const identity = signedInAs(model, pod, container);
  const scope = container.env[APP_ENVIRONMENT.roleListScope];
  const principalId = container.env[APP_ENVIRONMENT.roleListPrincipal];
  if (!isReader(model, pod, container)) return { ...reached(model, identity), roleLists: [] };
  return {
    secrets: vaultTargets(model, pod, container).flatMap(({ at, vault, secrets }) => {
      const vaultUri = vault?.uri ?? at.value;
      if (!vaultUri.startsWith("https://")) return [];
      if (secrets.length > 0) return secrets.map(({ value: name }) => ({ vaultUri, name }));
      // Of a vault that is not there any name shows it.
      return vault === undefined ? [{ vaultUri, name: "any" }] : secretsOf(model, vault, identity);
    }),
    blobs: blobTargets(model, pod, container).flatMap(({ at, ofAccount, container: named }) => {
      const endpoint = ofAccount[0]?.endpoint ?? at.value;
      if (!endpoint.startsWith("https://")) return [];
      const may = identity && ofAccount.find(({ id }) => mayReadBlobs(model, identity, id));
      const name = named?.value ?? may?.name ?? ofAccount[0]?.name;
      return name === undefined ? [] : [{ endpoint, container: name }];
    }),
    roleLists: scope === undefined || principalId === undefined ? [] : [{ scope, principalId }],
  };
}

/** Of a vault whose secrets are not named those that the identity may read, and else the first, which shows that it may not. */
function secretsOf(model: ChainModel, vault: VaultInModel, identity: IdentityInModel | undefined): Reads["secrets"] {
  const all = namesIn(model, vault).map((name) => ({ vaultUri: vault.uri, name }));
  const readable = all.filter(({ name }) => identity !== undefined && mayRead(model, identity, vault, name));
  return readable.length > 0 ? readable : all.slice(0, 1);
}

function reached(model: ChainModel, identity: IdentityInModel | undefined): Pick<Reads, "secrets" | "blobs"> {
  if (identity === undefined) return { secrets: [], blobs: [] };
  return {
    secrets: model.vaults.flatMap((vault) =>
      namesIn(model, vault)
        .filter((name) => mayRead(model, identity, vault, name))
        .map((name) => ({ vaultUri: vault.uri, name })),
    ),
    blobs: (model.blobContainers ?? [])
      .filter(({ id }) => mayReadBlobs(model, identity, id))
      .map(({ endpoint, name }) => ({ endpoint, container: name })),
  };
}

/** Those that are enabled: nobody reads the others. */
function namesIn({ secrets }: ChainModel, { id }: VaultInModel): string[] {
  return secrets.flatMap(({ vaultId = "", name, enabled }) =>
    name === undefined || enabled === false || !sameText(vaultId, id) ? [] : [name],
  );
}

function mayRead(model: ChainModel, { principalId, tenantId }: IdentityInModel, vault: VaultInModel, name: string): boolean {
  if (vault.rbac === false) return policyAllowsGet(vault, tenantId, principalId);
  const target = `${vault.id}/secrets/${name}`;
  return isAllowed(model.roleAssignments, principalId, GET_SECRET_ACTION, "dataAction", target, model.customRoles);
}

function mayReadBlobs({ roleAssignments, customRoles }: ChainModel, { principalId }: IdentityInModel, id: string): boolean {
  return isAllowed(roleAssignments, principalId, READ_BLOB_ACTION, "dataAction", id, customRoles);
}
