// What Azure's control plane says of a chain: cluster, identity, federated credentials, vault, roles. It only reads.
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ContainerServiceClient } from "@azure/arm-containerservice";
import { KeyVaultManagementClient } from "@azure/arm-keyvault";
import { ManagedServiceIdentityClient } from "@azure/arm-msi";
import { StorageManagementClient } from "@azure/arm-storage";
import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import type { z } from "zod";
import { lastSegment, sameText } from "../../chain";
import { jsonOf } from "../../rehearsal/asking";
import { groupOf } from "../ids";
import * as shapes from "./azureShapes";
import type { Reading, Readings } from "./reading";

export interface AzureAccess {
  readonly credential: TokenCredential;
  readonly subscriptionId: string;
  /** Defaults to the SDK's own, which heeds HTTPS_PROXY. */
  readonly httpClient?: HttpClient;
  /** How often a throttled or failed call is tried again. Defaults to 2. */
  readonly maxRetries?: number;
}

export class Azure {
  readonly #access: AzureAccess;

  constructor(
    access: AzureAccess,
    readonly readings: Readings,
  ) {
    this.#access = access;
  }

  get #options() {
    const { httpClient, maxRetries = 2 } = this.#access;
    return { retryOptions: { maxRetries }, ...(httpClient === undefined ? {} : { httpClient }) };
  }

  /** The cluster of this name: in the stack's resource group, or wherever in the subscription it lies. */
  async cluster(group: string, name: string): Promise<Reading<shapes.Cluster>> {
    const client = this.#clusters();
    const there = await this.readings.read(
      { right: `${shapes.CLUSTER}/read on ${group}/${name}` },
      shapes.cluster,
      (abortSignal) => client.managedClusters.get(group, name, { abortSignal }),
    );
    if ("value" in there || there.unread.status !== 404) return there;
    return this.#byName(shapes.cluster, `${shapes.CLUSTER}/read on the subscription`, name, there, (abortSignal) =>
      client.managedClusters.list({ abortSignal, onResponse: isList }),
    );
  }

  /** The kubeconfig of whoever has signed in; as `az aks get-credentials`. */
  kubeconfig({ id, name }: shapes.Cluster): Promise<Reading<string>> {
    const action = `${shapes.CLUSTER}/listClusterUserCredential/action on ${name}`;
    return this.readings.read({ right: action }, shapes.kubeconfig, (abortSignal) =>
      this.#clusters().managedClusters.listClusterUserCredentials(groupOf(id), name, { abortSignal }),
    );
  }

  identity(id: string): Promise<Reading<shapes.Identity>> {
    return this.readings.read(
      { right: `Microsoft.ManagedIdentity/userAssignedIdentities/read on ${lastSegment(id)}` },
      shapes.identity,
      (abortSignal) => this.#identities().userAssignedIdentities.get(groupOf(id), lastSegment(id), { abortSignal }),
    );
  }

  federatedCredentials(id: string): Promise<Reading<readonly shapes.FederatedCredential[]>> {
    const right = `Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read on ${lastSegment(id)}`;
    return this.readings.read({ right }, shapes.federatedCredentials, (abortSignal) =>
      all(
        this.#identities().federatedIdentityCredentials.list(groupOf(id), lastSegment(id), {
          abortSignal,
          onResponse: isList,
        }),
      ),
    );
  }

  /** By its address, which names it; in the stack's resource group, or wherever in the subscription it lies. */
  async vault(group: string, uri: string): Promise<Reading<shapes.Vault>> {
    const { vaults } = new KeyVaultManagementClient(this.#access.credential, this.#access.subscriptionId, this.#options);
    const name = shapes.accountOf(uri);
    const there = await this.readings.read(
      { right: `Microsoft.KeyVault/vaults/read on ${group}/${name}` },
      shapes.vault,
      (abortSignal) => vaults.get(group, name, { abortSignal }),
    );
    if ("value" in there || there.unread.status !== 404) return there;
    return this.#byName(shapes.vault, "Microsoft.KeyVault/vaults/read on the subscription", name, there, (abortSignal) =>
      vaults.listBySubscription({ abortSignal, onResponse: isList }),
    );
  }

  /** Of Resource Manager, which does not say the value. */
  secret({ id, name }: shapes.Vault, secretName: string): Promise<Reading<shapes.Secret>> {
    const { secrets } = new KeyVaultManagementClient(this.#access.credential, this.#access.subscriptionId, this.#options);
    return this.readings.read(
      { right: `Microsoft.KeyVault/vaults/secrets/read on ${name}/${secretName}` },
      shapes.secret,
      (abortSignal) => secrets.get(groupOf(id), name, secretName, { abortSignal }),
    );
  }

  blobContainer(group: string, endpoint: string, name: string): Promise<Reading<shapes.BlobContainer>> {
    const client = new StorageManagementClient(this.#access.credential, this.#access.subscriptionId, this.#options);
    const account = shapes.accountOf(endpoint);
    const right = `Microsoft.Storage/storageAccounts/blobServices/containers/read on ${account}/${name}`;
    return this.readings.read({ right }, shapes.blobContainer, (abortSignal) =>
      client.blobContainers.get(group, account, name, { abortSignal }),
    );
  }

  /** At this scope, above it and below it. `assignedTo` counts the principal's groups, `principalId eq` does not. */
  assignments(scope: string, filter: string): Promise<Reading<readonly shapes.RoleAssignment[]>> {
    const right = `Microsoft.Authorization/roleAssignments/read on ${lastSegment(scope)}`;
    return this.readings.read({ right, question: `${scope} ${filter}` }, shapes.roleAssignments, (abortSignal) =>
      all(this.#roles().roleAssignments.listForScope(scope, { filter, abortSignal, onResponse: isList })),
    );
  }

  roleDefinition(id: string): Promise<Reading<shapes.RoleDefinition>> {
    return this.readings.read(
      { right: `Microsoft.Authorization/roleDefinitions/read of ${lastSegment(id)}` },
      shapes.roleDefinition,
      (abortSignal) => this.#roles().roleDefinitions.getById(id, { abortSignal }),
    );
  }

  #clusters() {
    return new ContainerServiceClient(this.#access.credential, this.#access.subscriptionId, this.#options);
  }
  #identities() {
    return new ManagedServiceIdentityClient(this.#access.credential, this.#access.subscriptionId, this.#options);
  }
  #roles() {
    return new AuthorizationManagementClient(this.#access.credential, this.#access.subscriptionId, this.#options);
  }

  /** Still `missing` where no resource, or more than one, has the name. */
  async #byName<T extends { readonly name: string }>(
    shape: z.ZodType<T>,
    right: string,
    name: string,
    missing: Reading<T>,
    list: (signal: AbortSignal) => AsyncIterable<unknown>,
  ): Promise<Reading<T>> {
    const found = await this.readings.read({ right }, shapes.listOf(shape), (signal) => all(list(signal)));
    if ("unread" in found) return found;
    const [only, ...more] = found.value.filter((each) => sameText(each.name, name));
    if (only !== undefined && more.length === 0) return { value: only };
    if ("value" in missing) return missing;
    return {
      unread: {
        ...missing.unread,
        reason: `the subscription has ${only === undefined ? "none" : "several"} of the name ${name}`,
      },
    };
  }
}

/** The SDKs take an answer without `value`, such as a sign-in page of a proxy, for an empty list. */
function isList({ status, bodyAsText }: { readonly status: number; readonly bodyAsText?: string | null }): void {
  if (status === 200 && !shapes.page.safeParse(jsonOf(bodyAsText ?? "")).success)
    throw new Error("the answer is not what was asked for (no list)");
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
