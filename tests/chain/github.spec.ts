// The subject of a GitHub Actions job, as GitHub documents it: a credential that differs by one character trusts nobody.
import { strict as assert } from "node:assert";
import { githubSubject } from "../../chain";

const REPOSITORY = { owner: "octo-org", repository: "octo-repo" };
const IDS = { owner: 123456, repository: 456789 };

describe("the subject of a GitHub Actions job", () => {
  for (const [runs, end] of [
    [{ environment: "prod" }, "environment:prod"],
    [{ branch: "main" }, "ref:refs/heads/main"],
    [{ branch: "release/1.x" }, "ref:refs/heads/release/1.x"],
    [{ tag: "v1.2.3" }, "ref:refs/tags/v1.2.3"],
    [{ pullRequest: true }, "pull_request"],
  ] as const) {
    it(`names the repository before ${end}`, () => {
      assert.equal(githubSubject(REPOSITORY, runs), `repo:octo-org/octo-repo:${end}`);
    });

    it(`has the numeric ids of a repository made after July 2026 before ${end}`, () => {
      assert.equal(githubSubject({ ...REPOSITORY, ids: IDS }, runs), `repo:octo-org@123456/octo-repo@456789:${end}`);
    });
  }

  it("writes a colon of an environment's name as GitHub does, so that no environment is named like another subject", () => {
    assert.equal(
      githubSubject(REPOSITORY, { environment: "x:ref:refs/heads/main" }),
      "repo:octo-org/octo-repo:environment:x%3Aref%3Arefs/heads/main",
    );
  });

  it("keeps the case of the names", () => {
    assert.equal(githubSubject({ owner: "Octo", repository: "Repo" }, { branch: "Main" }), "repo:Octo/Repo:ref:refs/heads/Main");
  });
});
