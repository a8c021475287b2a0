// A cloud that is put back to an earlier moment: for runs that each begin at the same point.
import { strict as assert } from "node:assert";
import type { CloudSnapshot } from "../../../rehearsal/cloud/emulatedCloud";
import { emulatedCloud } from "../../support/program";
import { AzureFront, GROUP, GROUP_ID, TYPES, VAULT_PROPERTIES } from "./azureFront";

const KUBERNETES = { kubeconfig: "clusters: [{ cluster: { server: 'https://aks.example' } }]" };
const PROVIDER = "urn::one";
const request = (type: string, name: string, inputs = {}) => ({
  type,
  name,
  inputs,
  declared: `${type}::${name}`,
  provider: PROVIDER,
});

describe("a snapshot of the emulated cloud", () => {
  let azure: AzureFront;
  let snapshot: CloudSnapshot;
  beforeEach(async () => {
    azure = await AzureFront.start();
    await azure.vault();
    await azure.register(TYPES.secret, { ...GROUP, vaultName: "kv-web", secretName: "greeting", properties: { value: "hello" } });
    const { cloud } = azure;
    cloud.connect("one", KUBERNETES);
    await cloud.create(request("kubernetes:core/v1:Namespace", "web", { metadata: { name: "web" } }));
    await cloud.create(request("random:index/randomPassword:RandomPassword", "p", { length: 8 }));
    await cloud.create(request("azuread:index/application:Application", "app", { displayName: "app" }));
    cloud.blobs.put({ account: "stweb", container: "documents", name: "a.txt", content: "a" });
    cloud.images.push("cr.azurecr.io/web", "v1", "sha256:1", noImage);
    snapshot = cloud.snapshot();
  });

  const held = ({ cloud }: AzureFront) => ({
    resources: cloud.manager.all().map(({ id }) => id),
    deleted: cloud.manager.deleted.map(({ id }) => id),
    applications: cloud.directory.applications().map(({ displayName }) => displayName),
    objects: [...cloud.kubernetes].map(([id, { api }]) => [id, api.all().map(({ kind, name }) => `${kind} ${name}`)]),
    blobs: cloud.blobs.list("stweb", "documents").map(({ name }) => name),
    digest: cloud.images.digestOf("cr.azurecr.io/web", "v1"),
    secrets: cloud.secretValues().length,
  });

  it("holds everything, and what happens afterwards is undone", async () => {
    const before = held(azure);
    const { cloud } = azure;
    cloud.manager.delete(GROUP_ID);
    await cloud.delete("kubernetes:core/v1:Namespace", "web", PROVIDER, "web");
    cloud.connect("two", { kubeconfig: "clusters: [{ cluster: { server: 'https://other.example' } }]" });
    for (const { objectId } of cloud.directory.applications()) cloud.directory.deleteApplication(objectId);
    await cloud.create(request("random:index/randomPassword:RandomPassword", "q", { length: 8 }));
    cloud.blobs.clear();
    cloud.images.push("cr.azurecr.io/web", "v1", "sha256:2", noImage);
    assert.notDeepEqual(held(azure), before);
    cloud.restore(snapshot);
    assert.deepEqual(held(azure), before);
  });

  it("can be put back again and again: what is restored is no part of it", async () => {
    const before = held(azure);
    for (const _ of [1, 2]) {
      azure.cloud.restore(snapshot);
      azure.cloud.manager.delete(GROUP_ID);
      azure.cloud.blobs.delete("stweb", "documents", "a.txt");
      azure.cloud.images.push("cr.azurecr.io/web", "v1", "sha256:2", noImage);
      await azure.cloud.create(
        request("kubernetes:core/v1:ServiceAccount", "web", { metadata: { name: "web", namespace: "web" } }),
      );
    }
    azure.cloud.restore(snapshot);
    assert.deepEqual(held(azure), before);
  });

  it("gives a resource that is created after it the same ids each time", async () => {
    const create = async () => (await azure.cluster()).state.fqdn;
    const first = await create();
    azure.cloud.manager.delete(`${GROUP_ID}/providers/Microsoft.ContainerService/managedClusters/aks`);
    azure.cloud.restore(snapshot);
    assert.equal(await create(), first);
  });

  it("forgets what a program had registered, so that the program's next run creates it", async () => {
    await azure.vault({ vaultName: "kv-late" });
    azure.cloud.restore(snapshot);
    azure.cloud.manager.put(`${GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-late`, VAULT_PROPERTIES, "by hand");
    await assert.rejects(azure.vault({ vaultName: "kv-late" }), { code: "AlreadyExists" });
  });

  it("keeps providers of one cluster on one API, and makes another cloud the same", async () => {
    azure.cloud.connect("again", KUBERNETES);
    const other = new AzureFront(emulatedCloud());
    other.cloud.restore(azure.cloud.snapshot());
    assert.deepEqual(held(other), held(azure));
    const [one, again] = ["one", "again"].map((id) => other.cloud.kubernetes.get(id)?.api);
    assert.ok(one !== undefined && one === again);
  });

  it("is plain data: it says the same after it was written and read", () => {
    const { registered: _, ...plain } = snapshot;
    const { registered: __, ...restored } = azure.cloud.snapshot();
    assert.deepEqual(structuredClone({ ...plain, blobs: [] }), { ...restored, blobs: [] });
  });
});

const noImage = { runnable: { problem: "none" }, user: undefined, warnings: [], notPerformed: [] };
