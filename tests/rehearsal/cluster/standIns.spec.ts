import { deepStrictEqual } from "node:assert";
import { isAzureCli } from "../../../rehearsal/cluster/standIns";

describe("the stand-in for the Azure CLI", () => {
  for (const [image, stands] of [
    ["mcr.microsoft.com/azure-cli", true],
    ["mcr.microsoft.com/azure-cli:2.91.0", true],
    [`mcr.microsoft.com/azure-cli@sha256:${"0".repeat(64)}`, true],
    ["mcr.microsoft.com/azure-cli-evil:1.0.0", false],
    ["mcr.microsoft.com/azure-cli/other:1.0.0", false],
    ["registry.example/mcr.microsoft.com/azure-cli:2.91.0", false],
  ] as const) {
    it(`${stands ? "stands in" : "does not stand in"} for ${image}`, () => deepStrictEqual(isAzureCli(image), stands));
  }
});
