import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createServer } from "node:net";
import { createDefaultHttpClient, createPipelineRequest } from "@azure/core-rest-pipeline";
import { withIdleTimeouts } from "../../../components/imageBuild/requestTimeouts";

describe("The time-out of a request to Azure", () => {
  const client = withIdleTimeouts(createDefaultHttpClient());
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

  /** A port that answers nothing; closed, it refuses. */
  async function silentPort() {
    const server = createServer(() => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    return { server, url: `http://127.0.0.1:${address.port}/` };
  }

  it("keeps no program waiting once the connection has failed", async () => {
    const { server, url } = await silentPort();
    server.close();
    await once(server, "close");
    const before = timers();
    await assert.rejects(client.sendRequest(createPipelineRequest({ url, timeout: 60_000, allowInsecureConnection: true })), {
      code: "ECONNREFUSED",
    });
    assert.equal(timers(), before);
  });

  it("ends a request whose client hangs and does not heed its signal", async () => {
    const hanging = withIdleTimeouts({ sendRequest: () => new Promise(() => {}) });
    const request = createPipelineRequest({ url: "https://127.0.0.1/", timeout: 20 });
    await assert.rejects(hanging.sendRequest(request), { name: "AbortError" });
  });

  it("ends a request that gets no answer, and leaves it as it was, to be sent again", async () => {
    const { server, url } = await silentPort();
    const connected = once(server, "connection");
    const { signal } = new AbortController();
    const request = createPipelineRequest({ url, timeout: 20, abortSignal: signal, allowInsecureConnection: true });
    await assert.rejects(client.sendRequest(request), { name: "AbortError" });
    assert.deepEqual([request.timeout, request.abortSignal === signal], [20, true]);
    for (const socket of await connected) socket.destroy();
    server.close();
  });
});
