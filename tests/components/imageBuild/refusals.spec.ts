// What a person reads where Azure refuses, or cannot be reached.
import { strict as assert } from "node:assert";
import { createHttpHeaders, type HttpClient, RestError } from "@azure/core-rest-pipeline";
import { buildErrorOf, refusal } from "../../../components/imageBuild/refusals";
import { BlobTransfer } from "../../../components/imageBuild/transfer";
import { azureError, type EmulatedResponse } from "../../../rehearsal/network/handler";
import { faultAt } from "../../support/registryEmulation";
import { ARCHIVE, RegistryBench } from "./registryBench";

const ROLES_URL = "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview";
const NETWORK = "Check this machine's network, its name server, and HTTPS_PROXY where it needs a proxy.";

describe("a call to a registry that fails explains", () => {
  let bench: RegistryBench;
  const { signal } = new AbortController();

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

  const refused = (status: number, code: string, text: string) => azureError(status, code, text);
  const denied = (status: number, code: string, message: string): EmulatedResponse => ({
    status,
    body: { errors: [{ code, message }] },
  });
  const needed = (action: string) =>
    `The deployer needs the action Microsoft.ContainerRegistry/registries/${action} on it, as in the role Container Registry Tasks Contributor, ` +
    `or Contributor. A new assignment may take minutes to work. See ${ROLES_URL}`;

  it("which right is missing for what", async () => {
    for (const [path, doing, action, work] of [
      [
        "/listBuildSourceUploadUrl",
        "upload the build context to",
        "listBuildSourceUploadUrl/action",
        () => bench.registry().upload(ARCHIVE, signal),
      ],
      ["/runs/cb1", "follow the run cb1 of", "runs/read", () => bench.registry().run("cb1", signal)],
      [
        "/listLogSasUrl",
        "read the log of the run cb1 of",
        "runs/listLogSasUrl/action",
        () => bench.registry().log("cb1").read(signal),
      ],
    ] as const) {
      bench.fault = faultAt(path, refused(403, "AuthorizationFailed", "The client 'x' does not have authorization."));
      const got = "Azure answered 403 AuthorizationFailed: The client 'x' does not have authorization";
      assert.equal(await bench.failure(work()), `Cannot ${doing} the registry acrweb: ${got}. ${needed(action)}`);
    }
  });

  it("which role looks up images in which mode", async () => {
    bench.fault = faultAt("/_tags/1", denied(403, "DENIED", "requested access to the resource is denied"));
    const got =
      "Cannot look up app:1 in the registry acrweb: Azure answered 403 DENIED: requested access to the resource is denied.";
    const later = `A new assignment may take minutes to work. See ${ROLES_URL}`;
    assert.equal(
      await bench.failure(bench.registry().digestOf("app", "1", signal)),
      `${got} The deployer needs the role AcrPull on it, or Contributor. ${later}`,
    );
    assert.equal(
      await bench.failure(bench.registry("abac").digestOf("app", "1", signal)),
      `${got} The deployer needs the role Container Registry Repository Reader on it to look up images, and Container Registry Repository Writer ` +
        `to push; Contributor does not do. ${later}`,
    );
  });

  it("that a registry does not take the token", async () => {
    bench.fault = faultAt("/oauth2/token", denied(401, "UNAUTHORIZED", "authentication required"));
    assert.match(
      await bench.failure(bench.registry().digestOf("app", "1", signal)),
      /Azure answered 401 UNAUTHORIZED: authentication required\. The deployer needs the role AcrPull/,
    );
  });

  it("that the sign-in is not accepted", async () => {
    const registry = bench.registry("legacy", { token: () => bench.emulation.token("https://vault.azure.net") });
    const message = await bench.failure(registry.checkRoleMode(signal));
    assert.match(
      message,
      /^Cannot read the role mode of the registry acrweb: Azure answered 401 InvalidAuthenticationTokenAudience: /,
    );
    assert.match(message, /\. Azure does not accept the sign-in of the provider: sign in again\.$/);
  });

  it("that the registry's firewall is in the way", async () => {
    bench.fault = faultAt(
      "/_tags/1",
      denied(403, "DENIED", "client with IP '203.0.113.7' is not allowed access. Refer https://aka.ms/acr/firewall"),
    );
    assert.match(
      await bench.failure(bench.registry().digestOf("app", "1", signal)),
      /acr\/firewall\. The registry's firewall is in the way: /,
    );
  });

  it("that the registry is not there", async () => {
    bench.emulation.azure.state.registries = [];
    const message = await bench.failure(bench.registry().checkRoleMode(signal));
    assert.match(
      message,
      /Azure answered 404 ResourceNotFound: .*Somebody deleted the registry, or it is in another subscription: run pulumi refresh\.$/,
    );
  });

  it("an answer that is no answer of Azure's", async () => {
    bench.fault = faultAt("/acrweb", { status: 403, body: "<html>Blocked by the proxy of this company</html>" });
    assert.match(
      await bench.failure(bench.registry().checkRoleMode(signal)),
      /Azure answered 403 without a code\. The deployer needs/,
    );
    bench.fault = faultAt("/acrweb", { status: 200, body: "<html>Sign in to the network</html>" });
    assert.equal(
      await bench.failure(bench.registry().checkRoleMode(signal)),
      "Cannot read the role mode of the registry acrweb: Azure's answer is not understood (SyntaxError).",
    );
  });

  it("that Azure cannot be reached, and which host", async () => {
    const httpClient: HttpClient = {
      sendRequest: (request) =>
        Promise.reject(new RestError("getaddrinfo EAI_AGAIN management.azure.com", { code: "EAI_AGAIN", request })),
    };
    assert.equal(
      await bench.failure(bench.registry("legacy", { httpClient }).checkRoleMode(signal)),
      `Cannot read the role mode of the registry acrweb: getaddrinfo EAI_AGAIN management.azure.com (management.azure.com). ${NETWORK}`,
    );
  });

  it("that no answer comes", async () => {
    const httpClient: HttpClient = {
      sendRequest: () => Promise.reject(Object.assign(new Error("The operation was aborted."), { name: "AbortError" })),
    };
    assert.equal(
      await bench.failure(bench.registry("legacy", { httpClient }).checkRoleMode(signal)),
      `Cannot read the role mode of the registry acrweb: no answer came in time. ${NETWORK}`,
    );
  });

  it("that a run is not there, which is not the registry", async () => {
    for (const [doing, work] of [
      ["follow", () => bench.registry().run("cb9", signal)],
      ["read the log of", () => bench.registry().log("cb9").read(signal)],
      ["cancel", () => bench.registry().cancel("cb9")],
    ] as const) {
      const message = await bench.failure(work());
      assert.ok(
        message.startsWith(`Cannot ${doing} the run cb9 of the registry acrweb: Azure answered 404 ResourceNotFound: `),
        message,
      );
      assert.match(message, /\. Azure does not know this run\. Those that it knows: az acr task list-runs --registry acrweb$/);
    }
  });

  it("without what would steer a terminal", async () => {
    bench.fault = faultAt(
      "/acrweb",
      refused(400, "Bad\u001b]0;title\u0007Code\u0000\u001b", "One\u0007\u001b[31m two\r\n\u009b1mthree\u001b"),
    );
    assert.equal(
      await bench.failure(bench.registry().checkRoleMode(signal)),
      "Cannot read the role mode of the registry acrweb: Azure answered 400 BadCode: One two three.",
    );
  });

  it("without what would steer a terminal in a code of Azure Storage", async () => {
    const headers = createHttpHeaders({ "x-ms-error-code": "Bad\u001b]0;title\u0007Code\u0000" });
    const blobs = new BlobTransfer({ sendRequest: async (request) => ({ request, status: 400, headers }) });
    assert.deepEqual(await blobs.put("https://x.blob.core.windows.net/a", ARCHIVE, signal), {
      refused: true,
      status: 400,
      why: "400 BadCode",
    });
  });

  it("and tells what may pass in some minutes from what will not", () => {
    const undertaking = { registry: "acrweb", doing: "follow", right: "" };
    const passing = [400, 401, 403, 404, 408, 409, 429, 499, 500, 502, 503, 504].filter(
      (status) => refusal(undertaking, { status, code: "", text: "" }).temporary,
    );
    assert.deepEqual(passing, [429, 500, 502, 503, 504]);
    const gaveUp = Object.assign(new Error("The operation was aborted."), { name: "AbortError" });
    assert.deepEqual(
      [gaveUp, new RestError("no route"), new SyntaxError("<html>")].map((error) => buildErrorOf(undertaking, error).temporary),
      [true, true, false],
    );
  });

  it("no more than 500 characters of what Azure says", async () => {
    bench.fault = faultAt("/acrweb", refused(400, "Bad", "x".repeat(501)));
    assert.equal(
      await bench.failure(bench.registry().checkRoleMode(signal)),
      `Cannot read the role mode of the registry acrweb: Azure answered 400 Bad: ${"x".repeat(500)}.`,
    );
  });
});
