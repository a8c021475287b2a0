// A rule of the emulated cloud refuses before anything is looked at: what an SDK makes of that over HTTP.
import { deepStrictEqual, rejects } from "node:assert";
import { AzureError } from "../../../rehearsal/cloud/azureError";
import type { Operation } from "../../../rehearsal/cloud/operations";
import { IDENTITY } from "../../../rehearsal/cloud/resourceTypes";
import { GROUP, LOCATION, RestClients } from "../../support/restClients";

describe("A rule of the emulated cloud, over REST", () => {
  let azure: RestClients;

  beforeEach(async () => {
    azure = await RestClients.start();
  });
  afterEach(() => azure.close());

  const throttled = (headers: Record<string, string>) =>
    new AzureError(429, "TooManyRequests", "The request is being throttled.", headers);
  const group = (maxRetries: number) => azure.resources(maxRetries).resourceGroups.get(GROUP);

  it("throttles, and the SDK waits as long as it is told and asks again", async () => {
    let left = 2;
    azure.operations.add({
      before() {
        left -= 1;
        if (left >= 0) throw throttled({ "retry-after-ms": "5" });
      },
    });
    await group(2);
    deepStrictEqual(azure.calls(3), [
      ["GET", 429, "TooManyRequests"],
      ["GET", 429, "TooManyRequests"],
      ["GET", 200, null],
    ]);
  });

  it("throttles with code, words and Retry-After", async () => {
    azure.operations.add({
      before() {
        throw throttled({ "retry-after": "17" });
      },
    });
    const { status, headers, body } = await azure.send("GET", `${azure.groupId}?api-version=2024-11-01`);
    deepStrictEqual(
      [status, headers["retry-after"], body],
      [429, "17", { error: { code: "TooManyRequests", message: "The request is being throttled." } }],
    );
    await rejects(group(0), { statusCode: 429, code: "TooManyRequests" });
  });

  it("is told of every call: what is done, to which type and id, and what it is declared as", async () => {
    const seen: Operation[] = [];
    azure.operations.add({ before: (operation) => void seen.push(operation) });
    const { userAssignedIdentities } = azure.identities();
    await userAssignedIdentities.createOrUpdate(GROUP, "id-web", { location: LOCATION });
    await userAssignedIdentities.update(GROUP, "id-web", { tags: {} });
    await userAssignedIdentities.get(GROUP, "id-web");
    await userAssignedIdentities.listByResourceGroup(GROUP).next();
    await userAssignedIdentities.delete(GROUP, "id-web");
    const id = `${azure.groupId}/providers/${IDENTITY}/id-web`;
    const declared = `${IDENTITY}::id-web`;
    deepStrictEqual(seen, [
      { verb: "create", type: IDENTITY, id, declared },
      { verb: "update", type: IDENTITY, id, declared },
      { verb: "read", type: IDENTITY, id, declared },
      { verb: "read", type: IDENTITY, id: azure.groupId, declared: "Microsoft.Resources/resourceGroups::rg-web" },
      { verb: "delete", type: IDENTITY, id, declared },
    ]);
  });
});
