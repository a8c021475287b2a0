import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { diffInputs } from "../../../../rehearsal/engine/diff";
import { NOTHING, replacement, update } from "./answers";

describe("A change of a directory object", () => {
  const CREDENTIAL = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";

  it("replaces a federated credential by application and name, and changes issuer, subject and audiences in place", () => {
    const olds = { applicationId: "a", displayName: "a", issuer: "a", subject: "a", audiences: ["a"], description: "a" };
    for (const key of ["issuer", "subject", "description"])
      deepEqual(diffInputs(CREDENTIAL, olds, { ...olds, [key]: "b" }), update(key));
    deepEqual(diffInputs(CREDENTIAL, olds, { ...olds, audiences: ["b"] }), update("audiences[0]"));
    for (const key of ["applicationId", "displayName"])
      deepEqual(diffInputs(CREDENTIAL, olds, { ...olds, [key]: "b" }), replacement(false, key));
  });

  it("replaces by what the package's documentation says", () => {
    for (const [name, properties] of [
      ["Application", ["templateId"]],
      ["ApplicationFederatedIdentityCredential", ["applicationId", "displayName"]],
    ] as const) {
      const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      const text = readFileSync(require.resolve(`@pulumi/azuread/${file}.d.ts`), "utf8");
      const args = text.slice(text.indexOf(`export interface ${name}Args {`));
      const forced = [...args.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\s*(\w+)\??:/gs)].flatMap(([, comment = "", property]) =>
        comment.includes("forces a new resource") && property !== undefined ? [property] : [],
      );
      deepEqual(forced, properties);
      for (const property of forced)
        deepEqual(
          diffInputs(`azuread:index/${file}:${name}`, { [property]: "a" }, { [property]: "b" }),
          replacement(false, property),
        );
    }
  });

  it("keeps an application under another name, and its owners in any order", () => {
    const type = "azuread:index/application:Application";
    deepEqual(
      diffInputs(type, { displayName: "a", owners: ["x", "y"] }, { displayName: "b", owners: ["y", "x"] }),
      update("displayName"),
    );
    deepEqual(diffInputs(type, { templateId: "a" }, { templateId: "b" }), replacement(false, "templateId"));
  });

  it("replaces a service principal by its application", () => {
    const type = "azuread:index/servicePrincipal:ServicePrincipal";
    deepEqual(diffInputs(type, { clientId: "a" }, { clientId: "b" }), replacement(false, "clientId"));
    deepEqual(diffInputs(type, { description: "a" }, { description: "b" }), update("description"));
  });
});

describe("A change of a random value", () => {
  for (const type of ["random:index/randomString:RandomString", "random:index/randomPassword:RandomPassword"]) {
    it(`replaces ${type.split(":").at(-1)} by everything that differs from before and from the default`, () => {
      const olds = { length: 6, special: false };
      deepEqual(diffInputs(type, olds, { ...olds, length: 8 }), replacement(false, "length"));
      deepEqual(diffInputs(type, olds, { ...olds, special: true }), replacement(false, "special"));
      deepEqual(diffInputs(type, olds, { ...olds, upper: true, minLower: 0 }), NOTHING);
      deepEqual(diffInputs(type, { ...olds, keepers: { a: "1" } }, { ...olds, keepers: { a: "2" } }), {
        ...replacement(false, "keepers.a"),
        replaces: ["keepers"],
      });
      deepEqual(diffInputs(type, { ...olds, keepers: { a: "1" } }, olds).detailed, { keepers: "delete-replace" });
      deepEqual(diffInputs(type, { ...olds, keepers: {} }, olds).detailed, { keepers: "delete" });
      deepEqual(diffInputs(type, { ...olds, overrideSpecial: "" }, olds).detailed, { overrideSpecial: "delete" });
      deepEqual(diffInputs(type, { ...olds, overrideSpecial: "!" }, olds).detailed, { overrideSpecial: "delete-replace" });
    });
  }
});

describe("A change of an image", () => {
  it("builds it again in place, and not for another sign-in", () => {
    const type = "docker:index/image:Image";
    const image = (tag: string, server: string, password: string) => ({
      imageName: `app:${tag}`,
      build: { context: tag },
      registry: { server, username: "u", password },
    });
    deepEqual(diffInputs(type, image("1", "a", "x"), image("1", "a", "y")), NOTHING);
    deepEqual(diffInputs(type, image("1", "a", "x"), image("2", "b", "y")), update("build", "imageName", "registry"));
  });
});
