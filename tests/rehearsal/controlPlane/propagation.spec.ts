// Credentials and roles that Azure has taken and not applied yet, as the real SDK in a pod meets them.
import { strict as assert } from "node:assert";
import { AUDIENCE, roleDefinitionId } from "../../../chain";
import type { Propagation } from "../../../rehearsal/cloud/cloudState";
import { type Emulation, ISSUER_URL, SECRET_NAME, SECRET_VALUE, SUBJECT, startEmulation } from "../../support/emulation";
import { SdkPod } from "../../support/sdkPod";
import { GROUP, GROUP_ID, TYPES } from "./azureFront";
import { ClockedAzure } from "./rules";

const IDENTITY_ID = `${GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-web`;
const CREDENTIAL_ID = `${IDENTITY_ID}/federatedIdentityCredentials/fc-web`;
const MINUTE_MS = 60_000;

describe("what Azure has taken and not applied yet", () => {
  let azure: ClockedAzure;
  let principalId: string;
  async function start(propagation: Propagation): Promise<void> {
    azure = ClockedAzure.make({ propagation });
    await azure.register(TYPES.group, GROUP);
    principalId = String((await azure.register(TYPES.identity, { ...GROUP, resourceName: "id-web" })).state.principalId);
    await azure.vault({ properties: { tenantId: azure.cloud.tenantId, enableRbacAuthorization: true } });
  }
  const credential = (subject = SUBJECT) => azure.credential("web", { issuer: ISSUER_URL, subject, audiences: [AUDIENCE] });
  const assign = () =>
    azure.assignment({
      principalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: roleDefinitionId("keyVaultSecretsUser", GROUP_ID),
    });
  const subjects = () => azure.cloud.federatedCredentials().map(({ subject }) => subject);

  it("is seen at once by default", async () => {
    await start({});
    await credential();
    await assign();
    assert.deepEqual([subjects(), azure.cloud.roleAssignments().length], [[SUBJECT], 1]);
  });

  it("is seen after its time, and there for Resource Manager meanwhile", async () => {
    await start({ federatedCredentialMs: 2 * MINUTE_MS, roleAssignmentMs: 10 * MINUTE_MS });
    await credential();
    await assign();
    await azure.clock.advance(2 * MINUTE_MS - 1);
    assert.deepEqual(subjects(), []);
    assert.notEqual(azure.cloud.manager.get(CREDENTIAL_ID), undefined);
    await azure.clock.advance(1);
    assert.deepEqual([subjects(), azure.cloud.roleAssignments().length], [[SUBJECT], 0]);
    await azure.clock.advance(8 * MINUTE_MS);
    assert.equal(azure.cloud.roleAssignments().length, 1);
  });

  it("is seen as it was where it has changed, and not at all where it was deleted", async () => {
    await start({ federatedCredentialMs: MINUTE_MS });
    await credential("old");
    await azure.clock.advance(MINUTE_MS);
    await credential("new");
    assert.deepEqual(subjects(), ["old"]);
    await azure.clock.advance(MINUTE_MS);
    assert.deepEqual(subjects(), ["new"]);
    azure.cloud.manager.delete(CREDENTIAL_ID);
    assert.deepEqual(subjects(), []);
  });

  it("may be the credential of an application", async () => {
    await start({ federatedCredentialMs: MINUTE_MS });
    const { directory } = azure.cloud;
    const { objectId } = directory.putApplication("app", "app");
    const given = { displayName: "web", issuer: ISSUER_URL, audiences: [AUDIENCE], declared: "web" };
    const { credentialId } = directory.putCredential(objectId, { ...given, subject: "old" });
    assert.deepEqual(subjects(), []);
    await azure.clock.advance(MINUTE_MS);
    directory.putCredential(objectId, { ...given, subject: "new" }, credentialId);
    assert.deepEqual(subjects(), ["old"]);
    await azure.clock.advance(MINUTE_MS);
    assert.deepEqual(subjects(), ["new"]);
  });

  describe("through the real SDK", () => {
    let emulation: Emulation;
    let pod: SdkPod;
    before(async () => {
      emulation = await startEmulation();
      pod = await SdkPod.start(emulation, "web/web-0");
    });
    after(async () => {
      await pod.stop();
      await emulation.close();
    });

    it("makes the exchange fail with AADSTS70025, then the vault with 403 ForbiddenByRbac, then the secret is read", async () => {
      await start({ federatedCredentialMs: MINUTE_MS, roleAssignmentMs: 10 * MINUTE_MS });
      await credential();
      await assign();
      const { cloud } = azure;
      const seen = () => {
        emulation.state.identities = [...cloud.identities()];
        emulation.state.federatedCredentials = [...cloud.federatedCredentials()];
        emulation.state.roleAssignments = [...cloud.roleAssignments()];
        emulation.state.vaults = [...cloud.vaults()];
      };
      const [identity] = cloud.identities();
      const reading = { env: { AZURE_CLIENT_ID: identity?.clientId ?? "" }, secretName: SECRET_NAME };
      seen();
      assert.equal((await pod.refusal(reading)).number, 70025);
      await azure.clock.advance(MINUTE_MS);
      seen();
      const { statusCode, innerCode } = await pod.refusal(reading);
      assert.deepEqual([statusCode, innerCode], [403, "ForbiddenByRbac"]);
      await azure.clock.advance(9 * MINUTE_MS);
      seen();
      assert.equal((await pod.read(reading)).value, SECRET_VALUE);
    });

    it("makes the exchange fail with AADSTS700213 where a credential has got its subject just now", async () => {
      await start({ federatedCredentialMs: MINUTE_MS });
      await credential("system:serviceaccount:web:old");
      await azure.clock.advance(MINUTE_MS);
      await credential();
      emulation.state.identities = [...azure.cloud.identities()];
      emulation.state.federatedCredentials = [...azure.cloud.federatedCredentials()];
      const [identity] = azure.cloud.identities();
      const { number } = await pod.refusal({ env: { AZURE_CLIENT_ID: identity?.clientId ?? "" } });
      assert.equal(number, 700213);
    });
  });
});
