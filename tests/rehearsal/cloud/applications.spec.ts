// A pod that signs in as an application in place of a managed identity, through the unmodified SDKs in a process of its own.
import { match, strictEqual } from "node:assert";
import { POD_ENVIRONMENT } from "../../../chain";
import {
  APPLICATION,
  APPLICATION_CREDENTIAL,
  ASSIGNMENT,
  CREDENTIAL,
  type Emulation,
  IDENTITY,
  SECRET_VALUE,
  startEmulation,
  TENANT_ID,
} from "../../support/emulation";
import { SdkPod } from "../../support/sdkPod";

const WITHOUT_PRINCIPAL = {
  ...APPLICATION,
  principalId: "",
  application: { ...APPLICATION.application, hasServicePrincipal: false },
};

describe("an application's pod, through the real SDK", () => {
  let azure: Emulation;
  let pod: SdkPod;
  const as = { env: { [POD_ENVIRONMENT.clientId]: APPLICATION.clientId } };

  before(async () => {
    azure = await startEmulation();
    pod = await SdkPod.start(azure, "web/web-0");
  });
  beforeEach(async () => {
    azure.reset();
    azure.state.identities = [IDENTITY, APPLICATION];
    azure.state.federatedCredentials = [APPLICATION_CREDENTIAL];
    azure.state.roleAssignments = [{ ...ASSIGNMENT, principalId: APPLICATION.principalId }];
    await pod.writeToken(await azure.mint());
  });
  after(async () => {
    await pod.stop();
    await azure.close();
  });

  it("reads the secret by a role of its service principal", async () => {
    strictEqual((await pod.read(as)).value, SECRET_VALUE);
  });

  it("is refused with a role for the application's own object id: 403 ForbiddenByRbac", async () => {
    azure.state.roleAssignments = [{ ...ASSIGNMENT, principalId: APPLICATION.application.objectId }];
    const { statusCode, innerCode, message } = await pod.refusal(as);
    strictEqual(`${statusCode} ${innerCode}`, "403 ForbiddenByRbac");
    match(message, new RegExp(`Caller: appid=${APPLICATION.clientId};oid=${APPLICATION.principalId};`));
  });

  it("is refused without a service principal, before its token is looked at: AADSTS7000229", async () => {
    azure.state.identities = [WITHOUT_PRINCIPAL];
    azure.state.federatedCredentials = [];
    await pod.writeToken("garbage");
    const { number, message } = await pod.refusal(as);
    strictEqual(number, 7000229);
    match(
      message,
      new RegExp(`The client application ${APPLICATION.clientId} is missing service principal in the tenant ${TENANT_ID}\\.`),
    );
  });

  it("is refused with an object id in place of the client id: AADSTS700016", async () => {
    for (const id of [APPLICATION.application.objectId, APPLICATION.principalId])
      strictEqual((await pod.refusal({ env: { [POD_ENVIRONMENT.clientId]: id } })).number, 700016);
  });

  it("is refused without a federated credential of its own: AADSTS70025", async () => {
    azure.state.federatedCredentials = [CREDENTIAL];
    strictEqual((await pod.refusal(as)).number, 70025);
  });

  it("is refused when the subject of its credential is another one: AADSTS700213", async () => {
    azure.state.federatedCredentials = [{ ...APPLICATION_CREDENTIAL, subject: "system:serviceaccount:default:web" }];
    strictEqual((await pod.refusal(as)).number, 700213);
  });
});
