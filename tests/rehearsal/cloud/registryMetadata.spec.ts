// What a registry tells of its images, to the SDK's own client.
import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { DIGEST, IMAGE, LOGIN_SERVER, RegistryEmulation } from "../../support/registryEmulation";

const OTHER = `sha256:${"b2".repeat(32)}`;

describe("the registry's knowledge of its images", () => {
  let registry: RegistryEmulation;

  beforeEach(async () => {
    registry = await RegistryEmulation.start();
    registry.azure.images.push(`${LOGIN_SERVER}/team/app`, "1", DIGEST, IMAGE);
  });
  afterEach(() => registry.azure.close());

  const artifact = (name: string, reference: string) => registry.data().getArtifact(name, reference);
  const ask = (path: string, token?: string) =>
    registry.request(`https://${LOGIN_SERVER}${path}`, "GET", token === undefined ? {} : { authorization: `Bearer ${token}` });
  const form = async (path: string, fields: Record<string, string>) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = Buffer.from(new URLSearchParams({ service: LOGIN_SERVER, ...fields }).toString());
    const answer = await registry.request(`https://${LOGIN_SERVER}${path}`, "POST", headers, body);
    return { status: answer.status, body: JSON.parse(answer.body) };
  };
  const refreshToken = async () => {
    const access_token = await registry.token("https://management.azure.com");
    return (await form("/oauth2/exchange", { grant_type: "access_token", access_token })).body.refresh_token;
  };
  const accessToken = async (scope: string) =>
    form("/oauth2/token", { grant_type: "refresh_token", scope, refresh_token: await refreshToken() });

  it("gives the digest of a tag, and the tags of a digest", async () => {
    registry.azure.images.push(`${LOGIN_SERVER}/team/app`, "stable", DIGEST, IMAGE);
    const tag = await artifact("team/app", "1").getTagProperties("1");
    deepStrictEqual([tag.name, tag.digest, tag.repositoryName, tag.registryLoginServer], ["1", DIGEST, "team/app", LOGIN_SERVER]);
    const manifest = await artifact("team/app", DIGEST).getManifestProperties();
    deepStrictEqual([manifest.digest, manifest.tags, manifest.architecture], [DIGEST, ["1", "stable"], "amd64"]);
  });

  it("moves a tag to what was pushed last", async () => {
    registry.azure.images.push(`${LOGIN_SERVER}/team/app`, "1", OTHER, IMAGE);
    strictEqual((await artifact("team/app", "1").getTagProperties("1")).digest, OTHER);
    deepStrictEqual((await artifact("team/app", DIGEST).getManifestProperties()).tags, []);
  });

  it("says which of repository, tag and manifest it does not know", async () => {
    await rejects(artifact("none", "1").getTagProperties("1"), { statusCode: 404 });
    await rejects(artifact("team/app", "2").getTagProperties("2"), { statusCode: 404 });
    await rejects(artifact("team/app", OTHER).getManifestProperties(), { statusCode: 404 });
    // The SDK's error has no code: the body that a registry answers with is not the one that the SDK looks for it in.
    const codes = registry.azure.network.calls.filter(({ status }) => status === 404).map(({ code }) => code);
    deepStrictEqual(codes, ["NAME_UNKNOWN", "TAG_UNKNOWN", "MANIFEST_UNKNOWN"]);
  });

  it("asks for a token of its own, for one repository and one action", async () => {
    const path = "/acr/v1/team%2Fapp/_tags/1";
    const { status, headers, body } = await ask(path);
    deepStrictEqual(
      [status, headers["www-authenticate"]],
      [
        401,
        `Bearer realm="https://${LOGIN_SERVER}/oauth2/token",service="${LOGIN_SERVER}",scope="repository:team/app:metadata_read",error="invalid_token"`,
      ],
    );
    deepStrictEqual(JSON.parse(body).errors[0].detail, [{ Type: "repository", Name: "team/app", Action: "metadata_read" }]);
    for (const token of [
      "garbage",
      await registry.token("https://management.azure.com"),
      await refreshToken(),
      (await accessToken("repository:other:metadata_read")).body.access_token,
      (await accessToken("repository:team/app:pull")).body.access_token,
    ])
      strictEqual((await ask(path, token)).status, 401);
    const { access_token: token } = (await accessToken("repository:team/app:pull,metadata_read")).body;
    strictEqual((await ask(path, token)).status, 200);
  });

  it("gives an access token only for its own refresh token, its own name and a scope", async () => {
    const good = { grant_type: "refresh_token", scope: "repository:a:pull", refresh_token: await refreshToken() };
    const { access_token: access } = (await form("/oauth2/token", good)).body;
    for (const change of [
      { grant_type: "password" },
      { service: "other.azurecr.io" },
      { refresh_token: "garbage" },
      { refresh_token: access },
      { refresh_token: await registry.token("https://management.azure.com") },
    ])
      strictEqual((await form("/oauth2/token", { ...good, ...change })).status, 401);
    deepStrictEqual((await form("/oauth2/token", { ...good, scope: "everything" })).body.errors[0].code, "DENIED");
  });

  it("says of what it does not emulate that it is not in the rehearsal", async () => {
    const { status, body } = await ask("/acr/v1/_catalog");
    deepStrictEqual([status, JSON.parse(body).error.code], [404, "NotInRehearsal"]);
  });
});
