// The clients of a registry over HTTP against the emulated Azure, and what a person reads where Azure refuses.
import { strict as assert } from "node:assert";
import { type HttpClient, RestError } from "@azure/core-rest-pipeline";
import { AccessTokens } from "../../../components/imageBuild/accessTokens";
import { connectRegistry } from "../../../components/imageBuild/registry";
import type { RunRequest } from "../../../components/imageBuild/registryTasks";
import { storageError } from "../../../rehearsal/cloud/storageErrors";
import { azureError, type EmulatedResponse } from "../../../rehearsal/network/handler";
import { DIGEST, faultAt, IMAGE, LedBuilder, LOGIN_SERVER, REGISTRY_ID, throttled } from "../../support/registryEmulation";
import { RegistryBench } from "./registryBench";

const ABAC = "AbacRepositoryPermissions";
const ROLES_URL = "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview";
const NETWORK = "Check this machine's network, its name server, and HTTPS_PROXY where it needs a proxy.";
const EXPIRED = storageError("AuthenticationFailed", [
  "AuthenticationErrorDetail",
  "Signature not valid in the specified time frame",
]);

describe("the clients of a registry", () => {
  let bench: RegistryBench;
  const { signal } = new AbortController();
  const archive = Buffer.from("archive");

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

  async function request(change: Partial<RunRequest> = {}): Promise<RunRequest> {
    const source = change.source ?? (await bench.registry().upload(archive, signal));
    return { repository: "app", tag: "1", dockerfile: "Dockerfile", arguments: {}, timeoutSeconds: 600, source, ...change };
  }
  const schedule = async (registry = bench.registry()) => registry.schedule(await request(), signal);

  it("do not take another resource's id", () => {
    const registryId = `${REGISTRY_ID}/webhooks/x`;
    const access = { registryId, loginServer: LOGIN_SERVER, token: async () => "", roleMode: "legacy" } as const;
    assert.throws(() => connectRegistry(access), { message: `${registryId} is not the id of a container registry.` });
  });

  describe("ask for tokens", () => {
    it("of the two audiences that Azure has for it, once each", async () => {
      const audiences: string[] = [];
      const token = (audience: string) => {
        audiences.push(audience);
        return bench.emulation.token(audience);
      };
      await bench.build({}, bench.registry("legacy", { token }));
      assert.deepEqual(audiences, ["https://management.azure.com", "https://containerregistry.azure.net"]);
    });

    it("again after two minutes, and keep the last one where nobody has another", async () => {
      const answers = [Promise.resolve("first"), Promise.resolve("second"), Promise.reject(new Error("signed out"))];
      const tokens = new AccessTokens(() => answers.shift() ?? assert.fail("asked once more"));
      const dateNow = Date.now;
      const got: string[] = [];
      try {
        for (const minutes of [0, 1, 2, 5]) {
          Date.now = () => minutes * 60_000;
          got.push((await tokens.getToken("https://management.azure.com/.default")).token);
        }
      } finally {
        Date.now = dateNow;
      }
      assert.deepEqual(got, ["first", "first", "second", "second"]);
    });

    it("and use those they have once nobody gives out more, however old", async () => {
      const answers = [Promise.resolve("first")];
      const tokens = new AccessTokens(() => answers.shift() ?? assert.fail("asked once more"));
      await tokens.getToken("https://management.azure.com/.default");
      tokens.hold();
      const dateNow = Date.now;
      try {
        Date.now = () => dateNow() + 600_000;
        assert.equal((await tokens.getToken("https://management.azure.com/.default")).token, "first");
      } finally {
        Date.now = dateNow;
      }
    });

    it("and say so where there is none", async () => {
      const registry = bench.registry("legacy", { token: () => Promise.reject(new Error("Please run 'az login'.")) });
      assert.equal(
        await bench.failure(registry.checkRoleMode(signal)),
        "There is no sign-in to Azure for https://management.azure.com: Please run 'az login'.",
      );
    });
  });

  describe("compare the role mode", () => {
    for (const [stated, azure] of [
      ["legacy", "LegacyRegistryPermissions"],
      ["abac", ABAC],
    ] as const) {
      it(`and find ${azure} right for ${stated}`, async () => {
        bench.roleMode = azure;
        await bench.registry(stated).checkRoleMode(signal);
      });
    }

    it("and refuse a registry in the other mode", async () => {
      bench.roleMode = ABAC;
      assert.equal(
        await bench.failure(bench.registry().checkRoleMode(signal)),
        "The registry acrweb is in the mode AbacRepositoryPermissions, but registryRoleMode is legacy (LegacyRegistryPermissions): pods could not pull, because " +
          "the pull role of one mode has no effect in the other. Set registryRoleMode to abac, or change the registry's mode in Azure. " +
          "See https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
      );
      bench.roleMode = "LegacyRegistryPermissions";
      assert.match(
        await bench.failure(bench.registry("abac").checkRoleMode(signal)),
        /Set registryRoleMode to legacy, or change/,
      );
    });

    it("and do not guess a mode that Azure does not tell", async () => {
      bench.fault = faultAt("/acrweb", { status: 200, body: { properties: {} } });
      await bench.registry("abac").checkRoleMode(signal);
    });
  });

  describe("schedule a build", () => {
    function sent() {
      const scheduled = bench.requests.find(({ url }) => url.includes("/scheduleRun"));
      assert.ok(scheduled);
      return { body: JSON.parse(String(scheduled.body)), version: new URL(scheduled.url).searchParams.get("api-version") };
    }
    const body = {
      type: "DockerBuildRequest",
      imageNames: ["app:1"],
      isPushEnabled: true,
      dockerFilePath: "Dockerfile",
      platform: { os: "Linux", architecture: "amd64" },
      arguments: [],
      timeout: 600,
    };

    it("and know its run at once", async () => {
      bench.builder = new LedBuilder().build;
      assert.equal(await schedule(), "cb1");
      const { sourceLocation, ...rest } = sent().body;
      assert.match(sourceLocation, /^source\//);
      assert.deepEqual(rest, body);
      assert.equal(sent().version, "2019-06-01-preview");
    });

    it("that pushes as whoever scheduled it where the registry decides by data actions", async () => {
      bench.roleMode = ABAC;
      const run = await schedule(bench.registry("abac"));
      const { sourceLocation: _, ...rest } = sent().body;
      assert.deepEqual(rest, { ...body, credentials: { sourceRegistry: { identity: "[caller]" } } });
      assert.equal(sent().version, "2025-03-01-preview");
      const { images } = await bench.registry("abac").run(run, signal);
      assert.deepEqual(images, [{ repository: "app", tag: "1", digest: DIGEST }]);
    });

    it("and know its run where Azure answers that it is not there yet", async () => {
      const location = `https://management.azure.com${REGISTRY_ID}/runs/cb7`;
      bench.fault = ({ url }) => {
        if (url.pathname.endsWith("/runs/cb7")) return { status: 202, headers: { location } };
        if (!url.pathname.endsWith("/scheduleRun")) return undefined;
        return { status: 202, headers: { location }, body: { properties: { runId: "cb7", status: "Queued" } } };
      };
      assert.equal(await schedule(), "cb7");
    });

    it("once more where Azure throttles, as soon as it says", async () => {
      bench.fault = faultAt("/scheduleRun", { ...throttled(0), headers: { "retry-after-ms": "5" } }, 2);
      assert.equal(await schedule(), "cb1");
      assert.equal(bench.calls.filter((call) => call === "POST /scheduleRun").length, 3);
    });

    it("and give up where Azure throttles for long", async () => {
      bench.fault = faultAt("/scheduleRun", { ...throttled(0), headers: { "retry-after-ms": "5" } });
      assert.equal(
        await bench.failure(schedule()),
        "Cannot schedule the build in the registry acrweb: Azure answered 429 TooManyRequests: The request is being throttled. " +
          "Too many requests reach Azure from this subscription: wait some minutes and run again.",
      );
    });

    it("only once where it is not known whether it was scheduled", async () => {
      bench.fault = faultAt("/scheduleRun", azureError(500, "InternalServerError", "Something broke."));
      const message =
        "Cannot schedule the build in the registry acrweb: Azure answered 500 InternalServerError: Something broke.";
      assert.equal(await bench.failure(schedule()), message);
      assert.equal(bench.calls.filter((call) => call === "POST /scheduleRun").length, 1);
    });

    it("not where free credits do not permit it, and name what does", async () => {
      bench.emulation.azure.state.tasksAllowed = false;
      assert.equal(
        await bench.failure(schedule()),
        "Cannot schedule the build in the registry acrweb: Azure answered TasksOperationsNotAllowed, as it does where a free or trial subscription may not " +
          "build in a registry. Set imageBuilder to docker to build with Docker on this machine, or to prebuilt to deploy an image that is already " +
          "pushed. See https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview",
      );
    });
  });

  describe("upload", () => {
    it("to a second address where the first has expired", async () => {
      const used: string[] = [];
      bench.fault = ({ method, url }) => {
        if (method !== "PUT") return undefined;
        used.push(url.pathname);
        return used.length === 1 ? EXPIRED(Date.now()) : undefined;
      };
      const source = await bench.registry().upload(archive, signal);
      assert.equal(used.length, 2);
      assert.notEqual(used[0], used[1]);
      assert.equal(used[1]?.endsWith(source), true);
      assert.equal(await bench.registry().schedule(await request({ source }), signal), "cb1");
    });

    it("not to a third", async () => {
      bench.fault = ({ method }) => (method === "PUT" ? EXPIRED(Date.now()) : undefined);
      assert.equal(
        await bench.failure(bench.registry().upload(archive, signal)),
        "Cannot upload the build context to the registry acrweb: Azure Storage answered 403 AuthenticationFailed. " +
          "A new address did not help: check this machine's clock, and its proxy.",
      );
      assert.equal(bench.calls.filter((call) => call === "PUT source").length, 2);
    });

    it("not again what Azure Storage does not want", async () => {
      bench.fault = ({ method }) => (method === "PUT" ? storageError("Md5Mismatch")(Date.now()) : undefined);
      assert.equal(
        await bench.failure(bench.registry().upload(archive, signal)),
        "Cannot upload the build context to the registry acrweb: Azure Storage answered 400 Md5Mismatch.",
      );
      assert.equal(bench.calls.filter((call) => call === "PUT source").length, 1);
    });

    it("to nothing that is no address", async () => {
      bench.fault = faultAt("/listBuildSourceUploadUrl", {
        status: 200,
        body: { uploadUrl: "?sig=secret", relativePath: "source/a" },
      });
      assert.equal(
        await bench.failure(bench.registry().upload(archive, signal)),
        "Cannot upload the build context to the registry acrweb: Azure's answer is not understood (✖ Invalid URL → at uploadUrl).",
      );
    });
  });

  describe("read the log of a run", () => {
    it("in the pieces in which it comes, until the run has ended", async () => {
      const builder = new LedBuilder();
      bench.builder = builder.build;
      const log = bench.registry().log(await schedule());
      const { log: write } = await builder.started;
      assert.deepEqual(await log.read(signal), { lines: [], complete: false });
      write("one 🚢");
      write("two");
      assert.deepEqual(await log.read(signal), { lines: ["one 🚢", "two"], complete: false });
      assert.deepEqual(await log.read(signal), { lines: [], complete: false });
      write("three");
      builder.finish();
      assert.deepEqual(await log.read(signal), { lines: ["three", "Run ID: cb1 was successful after 0s"], complete: true });
      const before = bench.calls.length;
      assert.deepEqual(await log.read(signal), { lines: [], complete: true });
      assert.equal(bench.calls.length, before);
    });

    it("to its end where the run ends without a further line", async () => {
      const builder = new LedBuilder();
      bench.builder = builder.build;
      const registry = bench.registry();
      const run = await schedule(registry);
      const log = registry.log(run);
      (await builder.started).log("a line");
      assert.deepEqual(await log.read(signal), { lines: ["a line"], complete: false });
      await registry.cancel(run);
      assert.deepEqual(await log.read(signal), { lines: [], complete: true });
    });

    it("whole where it is larger than what is read at a time", async () => {
      const written = Array.from({ length: 350 }, (_, line) => `${line} ${"é".repeat(1900)}`);
      bench.builder = async (_input, write) => {
        for (const line of written) write(line);
        return { digest: DIGEST, image: IMAGE };
      };
      const run = await schedule();
      const { lines, complete } = await bench.registry().log(run).read(signal);
      assert.deepEqual([lines.slice(0, -1), complete], [written, true]);
    });

    it("at a new address where the first has expired, and not at a third", async () => {
      const builder = new LedBuilder();
      bench.builder = builder.build;
      const log = bench.registry().log(await schedule());
      (await builder.started).log("a line");
      let refusals = 1;
      bench.fault = ({ method, url }) =>
        method === "GET" && url.pathname.endsWith("rawtext.log") && refusals-- > 0 ? EXPIRED(Date.now()) : undefined;
      assert.deepEqual((await log.read(signal)).lines, ["a line"]);
      assert.equal(bench.calls.filter((call) => call === "POST /runs/cb1/listLogSasUrl").length, 2);
      refusals = 2;
      assert.equal(
        await bench.failure(log.read(signal)),
        "Azure Storage does not let the log be read (403 AuthenticationFailed).",
      );
    });
  });

  describe("explain", () => {
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
          () => bench.registry().upload(archive, signal),
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
  });
});
