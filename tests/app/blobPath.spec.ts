import { deepStrictEqual, strictEqual } from "node:assert";
import { blobPathOf } from "../../app/src/blobPath";

const nameOf = (path: string) => {
  const found = blobPathOf(`/api/stweb/documents/${path}`);
  return typeof found === "object" ? found.name : found;
};

describe("The path of a blob", () => {
  it("names account, container and blob", () => {
    deepStrictEqual(blobPathOf("/api/stweb/documents/a/b.txt"), {
      account: "stweb",
      container: "documents",
      name: "a/b.txt",
    });
    deepStrictEqual(blobPathOf("http://host:80/api/s%74web/documents/a.txt?x=/../y"), {
      account: "stweb",
      container: "documents",
      name: "a.txt",
    });
  });

  for (const [path, name] of [
    ["a%20b.txt", "a b.txt"],
    ["%C3%BC/%E2%82%AC/%F0%9F%98%80", "ü/€/😀"],
    ["a+b", "a+b"],
    ["a%2Bb", "a+b"],
    ["what%3F", "what?"],
    ["100%25", "100%"],
    ["%252e%252e/%252F", "%2e%2e/%2F"],
    ["a//b", "a//b"],
    ["folder/", "folder/"],
    ["...", "..."],
    [".hidden", ".hidden"],
    ["a..b", "a..b"],
    ["%23%26%3D%22", '#&="'],
    ["a;b:c@d!$'()*,~", "a;b:c@d!$'()*,~"],
    ["x".repeat(1024), "x".repeat(1024)],
    ["%C3%BC".repeat(1024), "ü".repeat(1024)],
  ] as const) {
    it(`may be ${path.slice(0, 40)}`, () => strictEqual(nameOf(path), name));
  }

  for (const path of [
    "",
    ".",
    "..",
    "%2e",
    "%2E%2e",
    ".%2e",
    "a/../b",
    "a/%2e%2e/b",
    "../../../etc/passwd",
    "a%2Fb",
    "a%2fb",
    "a%5Cb",
    "a%5cb",
    "a\\b",
    "..%2f",
    "..%5c..",
    "%00",
    "a%0Ab",
    "a%7F",
    "%C2%85",
    "a\tb",
    "%",
    "%2",
    "%zz",
    "%C3",
    "%C3%28",
    "%ED%A0%80",
    "%FF",
    "\u00fc",
    "a#b",
    "a b",
    "x".repeat(1025),
    `${"%C3%BC".repeat(1024)}a`,
  ]) {
    it(`may not be ${JSON.stringify(path.slice(0, 40))}`, () => strictEqual(nameOf(path), "malformed"));
  }

  for (const path of [
    "/api/../stweb/documents/a",
    "/api/stweb/../documents/a",
    "/api/stweb/..%2f/a",
    "/api/%2e/documents/a",
    "/api/stweb%2Fdocuments/a/b",
  ]) {
    it(`is malformed anywhere in ${path}`, () => strictEqual(blobPathOf(path), "malformed"));
  }

  for (const path of ["/", "/api", "/api/status", "/api/status/", "/api/stweb/documents", "/API/a/b/c", "//api/a/b/c", "*", ""]) {
    it(`is not ${JSON.stringify(path)}`, () => strictEqual(blobPathOf(path), undefined));
  }
});
