// npm run verify of stacks with more than a vault: blobs, a list of roles, several workloads, an application as identity.
import { deepStrictEqual, match, strictEqual } from "node:assert";
import { BLOB_CONTAINER } from "../../../rehearsal/cloud/resourceTypes";
import { VerifyBench, wrongOf } from "../../support/verifyBench";

describe("The deployed chain of a stack", () => {
  let bench: VerifyBench;
  afterEach(() => bench.close());

  it("that reads blobs and lists its roles has links for both", async () => {
    bench = await VerifyBench.start(["storage.enabled=true", "roleList=true", "demoReaderRole=true"]);
    const { ok, sections } = await bench.verify();
    const links = sections.flatMap((section) => section.links);
    deepStrictEqual([ok, links.filter(({ state }) => state !== "holds")], [true, []]);
    const names = links.map(({ link }) => link);
    deepStrictEqual(
      ["blobs", "role list", "application: blobs", "application: roles"].filter((link) => !names.includes(link)),
      [],
    );
    const before = bench.cloud.roleAssignments();
    for (const { id, roleDefinitionId } of before)
      if (!roleDefinitionId.endsWith("8e3af657-a8ff-443c-a75c-2fe8c4bcb635")) bench.cloud.manager.delete(id);
    // The application has read them before, and asks again in its own time.
    const wrong = (await bench.wrong()).filter((line) => !line.includes(" application: "));
    deepStrictEqual(wrong, [
      "broken role: WI020 ForbiddenByRbac",
      "broken blobs: WI040 AuthorizationPermissionMismatch",
      "broken role list: WI050 AuthorizationFailed",
    ]);
    bench.reset();
    bench.azureGone(BLOB_CONTAINER, "");
    match((await bench.wrong()).join(), /broken blobs: WI04/);
  });

  it("whose identity is an application goes by what the application says of itself, and names what was not read", async () => {
    bench = await VerifyBench.start(["identityKind=application"]);
    const report = await bench.verify();
    strictEqual(report.ok, true);
    deepStrictEqual(
      wrongOf(report).map((line) => line.slice(0, line.indexOf(": the identity is an application"))),
      ["unknown client id", "unknown tenant", "unknown issuer", "unknown subject", "unknown audience", "unknown role"],
    );
  });
});
