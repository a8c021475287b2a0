import { strictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { APP, buildApp } from "./appProcess";

describe("The bill of materials of the application's bundle, to a scanner", () => {
  it("is valid CycloneDX 1.6, with nothing that the format does not know", async () => {
    buildApp();
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    strictEqual(await validator.validate(readFileSync(join(APP, "dist", "server.cdx.json"), "utf8")), null);
  });
});
