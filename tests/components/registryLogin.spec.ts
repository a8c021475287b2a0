import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { registryLogin } from "../../components/registryLogin";
import { attempt, deployerToken, run, TENANT } from "../support/program";
import { known, withFetch } from "./fixtures";

const SERVER = "crtest.azurecr.io";
const HELP =
  "The deployer needs the role AcrPush (or Contributor) on it, and this machine must reach it. To deploy an image that is already pushed, set imageBuilder to prebuilt. See https://learn.microsoft.com/azure/container-registry/container-registry-authentication";

/** Signs in against a registry that answers like this. */
function login(answer: () => Response | Promise<Response>, preview = false) {
  let password: string | undefined;
  let secret: boolean | undefined;
  return withFetch(answer, async () => {
    const result = await attempt(
      async () => {
        const { password: output } = registryLogin(pulumi.output(SERVER));
        secret = await pulumi.isSecret(output);
        password = await Promise.race([
          known(output),
          new Promise<undefined>((done) => setImmediate(() => setImmediate(() => done(undefined)))),
        ]);
      },
      { preview },
    );
    return { password, secret, failures: result.failures };
  });
}

describe("The sign-in to a registry", () => {
  it("exchanges the deployer's token for one of the registry, which stays a secret", async () => {
    let password: string | undefined;
    let secret: boolean | undefined;
    const { requests } = await withFetch(
      () => Response.json({ refresh_token: "registry-token" }),
      () =>
        run(async () => {
          const { password: output, username, server } = registryLogin(pulumi.output(SERVER));
          assert.equal(username, "00000000-0000-0000-0000-000000000000");
          assert.equal(await known(server), SERVER);
          secret = await pulumi.isSecret(output);
          password = await known(output);
        }),
    );
    assert.equal(password, "registry-token");
    assert.equal(secret, true);
    const [request] = requests;
    assert.equal(request?.url, `https://${SERVER}/oauth2/exchange`);
    assert.equal(request?.method, "POST");
    assert.deepEqual(Object.fromEntries(new URLSearchParams(await request?.text())), {
      grant_type: "access_token",
      service: SERVER,
      tenant: TENANT,
      access_token: deployerToken({ idtyp: "user" }),
    });
  });

  it("asks no registry in a preview, which pushes nothing", async () => {
    const { result, requests } = await login(() => Response.json({ refresh_token: "registry-token" }), true);
    assert.deepEqual(requests, []);
    assert.deepEqual(result.failures, []);
    assert.equal(result.password, "");
  });

  const refusals: [string, () => Response | Promise<Response>, string][] = [
    ["a refusal", () => new Response("no", { status: 401 }), "HTTP 401"],
    ["an answer that is no JSON", () => new Response("<html>"), "an answer without refresh_token"],
    ["an answer of another form", () => Response.json({ token: "t" }), "an answer without refresh_token"],
    ["no answer", () => Promise.reject(new TypeError("fetch failed")), "fetch failed"],
  ];
  for (const [what, answer, got] of refusals) {
    it(`says what to do about ${what}, without showing the token`, async () => {
      const expected = `Cannot sign in to the registry ${SERVER} to push the image: got ${got}. ${HELP}`;
      const { result } = await withFetch(answer, () =>
        attempt(() => ({ password: registryLogin(pulumi.output(SERVER)).password })),
      );
      assert.deepEqual(
        [...new Set(result.failures.map(({ message }) => message.replace(/^(error serializing property "\w+": )+/, "")))],
        [expected],
      );
      assert.ok(!JSON.stringify(result.failures).includes(deployerToken({ idtyp: "user" })));
    });
  }
});
