import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { roleDefinitionId } from "../../chain";
import type { EmulatedRequest } from "../../rehearsal/network/handler";
import { ASSIGNMENT, type AzureState, BLOB_ASSIGNMENT, CONTAINER, CREDENTIAL } from "../support/emulation";
import { emulatedAzure, redLinks } from "./cloudPod";

const { account, name: container, endpoint } = CONTAINER;
const BLOBS = { BLOB_ENDPOINT: endpoint, BLOB_CONTAINER: container };
const PATH = `/api/${account}/${container}`;

const isStorage = ({ url }: EmulatedRequest) => url.hostname.endsWith(".blob.core.windows.net");

describe("Blobs, against the emulated Azure", () => {
  const azure = emulatedAzure();
  beforeEach(() => {
    azure.cloud.state.roleAssignments = [ASSIGNMENT, BLOB_ASSIGNMENT];
  });
  it("are a link of the chain, and the pod is ready once they could be read", async () => {
    const { app } = await azure.start({ env: BLOBS });
    await app.blobsRead();
    const { ok: works, links, blobs, roles } = await app.status();
    strictEqual(works, true);
    deepStrictEqual(links.at(-1), {
      name: "blobs",
      ok: true,
      expected: `container "${container}" of ${endpoint}`,
      found: "blobs can be read",
      code: null,
      help: null,
    });
    deepStrictEqual([links.length, blobs, roles], [7, { endpoint, container, route: false, readAt: blobs?.readAt ?? "" }, null]);
    strictEqual((await app.get("/readyz")).status, 200);
    match(await app.text("/"), /the pod read the secret and its blobs without holding a credential/);
    strictEqual((await app.get(`${PATH}/hello.txt`)).status, 404);
    match(await app.text(`${PATH}/hello.txt`), /^not found\n$/);
  });

  const mistakes: readonly {
    readonly cause: string;
    readonly red: string;
    readonly state?: Partial<AzureState>;
    readonly env?: Record<string, string>;
  }[] = [
    { cause: "no role", red: "blobs: AuthorizationPermissionMismatch", state: { roleAssignments: [ASSIGNMENT] } },
    {
      cause: "a role that manages accounts only",
      red: "blobs: AuthorizationPermissionMismatch",
      state: {
        roleAssignments: [
          ASSIGNMENT,
          { ...BLOB_ASSIGNMENT, roleDefinitionId: roleDefinitionId("storageAccountContributor", CONTAINER.id) },
        ],
      },
    },
    { cause: "a container that is not there", red: "blobs: ContainerNotFound", state: { blobContainers: [] } },
    {
      cause: "an account that is not there",
      red: "blobs: HostNotFound",
      env: { BLOB_ENDPOINT: "https://stwbe.blob.core.windows.net/" },
    },
  ];
  for (const { cause, red, state, env } of mistakes) {
    it(`break exactly their link for ${cause}: ${red}`, async () => {
      Object.assign(azure.cloud.state, state);
      const { app } = await azure.start({ env: { ...BLOBS, ...env } });
      const [, code = ""] = red.split(": ");
      await app.refused(code);
      await app.secretRead();
      const status = await app.status();
      deepStrictEqual([status.ok, redLinks(status), status.links.at(-1)?.help?.startsWith("https://")], [false, [red], true]);
      ok((await app.text("/")).includes(`<strong>${code}</strong>`));
      const ready = await app.get("/readyz");
      deepStrictEqual([ready.status, await ready.text()], [503, "the blobs have not been read yet\n"]);
    });
  }

  it("are not tried before there is a token: one refusal shows what is wrong with it", async () => {
    azure.cloud.state.federatedCredentials = [];
    const { app, client } = await azure.start({ env: BLOBS });
    await app.refused("AADSTS70025");
    deepStrictEqual(redLinks(await app.status()), ["token exchange: AADSTS70025"]);
    strictEqual(azure.cloud.network.calls.filter((call) => call.client === client && call.host.includes("blob")).length, 0);
    azure.cloud.state.federatedCredentials = [CREDENTIAL];
    await app.blobsRead();
  });

  it("keep the pod ready through an outage, and wait as long as Storage asks", async () => {
    const { app } = await azure.start({ env: BLOBS });
    await app.blobsRead();
    azure.answer(isStorage, [{ status: 503, headers: { "retry-after": "1" }, body: "" }]);
    const line = await app.refused("ServiceUnavailable");
    deepStrictEqual([line.link, line.nextTryInMs], ["blobs", 1000]);
    strictEqual((await app.get("/readyz")).status, 200);
    await app.blobsRead(app.lines.indexOf(line));
  });
});
