// What the page of the older sample showed of its pod, on the page of a rehearsed one.
import { deepStrictEqual, match } from "node:assert/strict";
import { rehearseHere } from "../support/rehearsal";

describe("the page of a rehearsed pod", function () {
  this.timeout(30_000);

  it("shows the host, its uptime, load, memory and CPUs, each in a row of its own", async () => {
    const rehearsal = await rehearseHere();
    try {
      const [pod] = rehearsal.report.pods;
      const page = await (await fetch(`${pod?.url}/`)).text();
      const section = /<section aria-labelledby="pod">.*?<\/section>/s.exec(page)?.[0] ?? "";
      const cells = [...section.matchAll(/<th [^>]*scope="row"[^>]*>([^<]*)<\/th>\s*<td[^>]*>([^<]*)<\/td>/g)];
      const rows = new Map(cells.map(([, name = "", value = ""]) => [name.replace(/ of the (container|process)$/, ""), value]));
      deepStrictEqual(
        [...rows.keys()].filter((name) => name !== "Namespace"),
        ["Host", "Uptime of the pod", "Uptime", "Load of the node (1, 5, 15 minutes)", "Memory", "CPUs"],
      );
      match(rows.get("Host") ?? "", /^web-0$/);
      match(rows.get("Uptime of the pod") ?? "", /^\d+ (s|min|h|d)\b/);
      match(rows.get("Load of the node (1, 5, 15 minutes)") ?? "", /^[\d.]+, [\d.]+, [\d.]+$/);
      match(rows.get("Memory") ?? "", /^[\d.]+ MiB, (no limit|of [\d.]+ MiB)$/);
      match(rows.get("CPUs") ?? "", /^[\d.]+$/);
    } finally {
      await rehearsal.close();
    }
  });
});
