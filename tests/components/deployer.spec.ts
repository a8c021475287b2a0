import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { currentDeployer, currentTenantId } from "../../components";
import { principalTypeOf } from "../../components/deployer";
import { attempt, deployerToken, emulatedCloud, TENANT } from "../support/program";
import { known } from "./fixtures";

describe("The current deployer", () => {
  const claims: [string, object, string][] = [
    ["a person's token", { idtyp: "user" }, "User"],
    ["a pipeline's token", { idtyp: "app" }, "ServicePrincipal"],
    ["an older person's token, by its user name", { upn: "ada@example.com" }, "User"],
    ["an older guest's token, by its unique name", { unique_name: "live.com#ada@example.com" }, "User"],
    ["an older pipeline's token", { appid: "1" }, "ServicePrincipal"],
    ["a token whose type says app although it names a user", { idtyp: "app", upn: "ada@example.com" }, "ServicePrincipal"],
  ];
  for (const [what, payload, expected] of claims) {
    it(`reads ${what}`, () => assert.equal(principalTypeOf(deployerToken(payload)), expected));
  }

  for (const token of ["", "opaque", "a.b.c", `a.${Buffer.from("[]").toString("base64url")}.c`]) {
    it(`takes a token of another form (${JSON.stringify(token)}) for a service principal`, () =>
      assert.equal(principalTypeOf(token), "ServicePrincipal"));
  }

  it("is asked from Azure, and its token goes nowhere", async () => {
    const seen: unknown[] = [];
    const cloud = emulatedCloud({ idtyp: "app" });
    const { failures } = await attempt(
      async () => {
        const { objectId, principalType } = currentDeployer();
        const type = pulumi.output(principalType);
        seen.push(
          await known(type),
          await pulumi.isSecret(type),
          await known(pulumi.output(objectId)),
          await known(currentTenantId()),
        );
      },
      {},
      cloud,
    );
    const { objectId } = await cloud.invoke("azure-native:authorization:getClientConfig", {});
    assert.deepEqual(failures, []);
    assert.deepEqual(seen, ["ServicePrincipal", false, objectId, TENANT]);
  });
});
