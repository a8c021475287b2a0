// The older reader of blobs let whoever called it name any storage account: here a path names only what the pod was given.
import { deepStrictEqual } from "node:assert/strict";
import { emulatedAzure } from "../app/cloudPod";
import { ASSIGNMENT, BLOB_ASSIGNMENT, CONTAINER } from "../support/emulation";

const { account, name: container, endpoint } = CONTAINER;
const NAME = "sample.json";
const CONTENT = '{"here":true}';

describe("The route to blobs, against the emulated Azure", () => {
  const azure = emulatedAzure();

  it("answers for no other account and no other container, and asks Azure for none", async () => {
    azure.cloud.state.roleAssignments = [ASSIGNMENT, BLOB_ASSIGNMENT];
    azure.cloud.blobs.put({ account, container, name: NAME, content: CONTENT, headers: {} });
    const { app } = await azure.start({
      env: { BLOB_ENDPOINT: endpoint, BLOB_CONTAINER: container, BLOB_ROUTE: "on" },
    });
    await app.blobsRead();
    const asked: string[] = [];
    azure.cloud.fault = ({ url }) => {
      if (url.pathname.endsWith(NAME)) asked.push(url.href);
      return undefined;
    };
    const places = [`${account}/${container}`, `${account}/other`, `${account}2/${container}`, `example.com/${container}`];
    const answers = await Promise.all(
      places.map(async (place) => {
        const response = await app.get(`/api/${place}/${NAME}`);
        return [response.status, await response.text()];
      }),
    );
    deepStrictEqual(answers, [[200, CONTENT], ...Array(3).fill([404, `{"error":"not found"}\n`])]);
    deepStrictEqual(asked, [`${endpoint}${container}/${NAME}`]);
  });
});
