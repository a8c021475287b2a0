// The clients of a registry over HTTP against the emulated Azure: whom they sign in as, and what they look up.
import { strict as assert } from "node:assert";
import { AccessTokens } from "../../../components/imageBuild/accessTokens";
import { connectRegistry } from "../../../components/imageBuild/registry";
import { DIGEST, faultAt, LOGIN_SERVER, REGISTRY_ID } from "../../support/registryEmulation";
import { ABAC, RegistryBench } from "./registryBench";

describe("the clients of a registry", () => {
  let bench: RegistryBench;
  const { signal } = new AbortController();

  beforeEach(async () => {
    bench = await RegistryBench.start();
  });
  afterEach(() => bench.close());

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

  describe("look a tag up", () => {
    const found = (body: string | object) => {
      bench.fault = faultAt("/_tags/1", { status: 200, body });
      return bench.registry().digestOf("app", "1", signal);
    };

    it("and give its digest", async () => {
      assert.equal(await found({ tag: { name: "1", digest: DIGEST } }), DIGEST);
    });

    it("and know where there is none", async () => {
      assert.equal(await bench.registry().digestOf("app", "1", signal), undefined);
    });

    for (const [what, body] of Object.entries({
      "a page of a proxy": "<html>Sign in to the network</html>",
      "no tag": {},
      "a tag without a digest": { tag: { name: "1" } },
      "what is no digest": { tag: { name: "1", digest: "latest" } },
      "a digest of another kind": { tag: { name: "1", digest: `sha512:${"a1".repeat(64)}` } },
    })) {
      it(`and do not take ${what} for an answer`, async () => {
        assert.match(
          await bench.failure(found(body)),
          /^Cannot look up app:1 in the registry acrweb: Azure's answer is not understood \(.+\)\.$/,
        );
      });
    }
  });
});
