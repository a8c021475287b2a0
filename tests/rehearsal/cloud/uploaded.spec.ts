// What a rehearsal tells of an uploaded folder.
import { deepStrictEqual, rejects } from "node:assert";
import { uploaded } from "../../../rehearsal/cloud/uploaded";
import { archiveOf, type Files } from "../build/builds";

describe("an uploaded folder", () => {
  it("is counted in files and in their bytes", async () => {
    const content: Files = { Dockerfile: "FROM scratch\n", folder: { name: "src/", type: "directory" }, "src/index.js": "123" };
    deepStrictEqual(await uploaded(await archiveOf(content)), { files: 2, bytes: 16, unwanted: [] });
  });

  it("is searched for secrets, in every folder of it", async () => {
    const secrets = [".env", ".env.local", "certs/ca.pem", "certs/tls.key", "id_rsa", "ssh/id_ed25519"];
    const others = [".env.example", ".environment", "key", "src/env.ts", "src/monkey.ts", "docs/pem.md"];
    const { unwanted } = await uploaded(await archiveOf(Object.fromEntries([...others, ...secrets].map((name) => [name, "x"]))));
    deepStrictEqual(unwanted, secrets);
  });

  it("is searched for what a machine makes, each folder named once", async () => {
    const names = ["node_modules/a/index.js", "node_modules/a/test.pem", "web/node_modules/b.js", ".git/HEAD", ".gitignore"];
    const { unwanted } = await uploaded(await archiveOf(Object.fromEntries(names.map((name) => [name, "x"]))));
    deepStrictEqual(unwanted, [".git", "node_modules", "web/node_modules"]);
  });

  it("is none where the upload is no archive", () => rejects(uploaded(Buffer.from("archive")), { message: /no gzip file/ }));
});
