// What starts a command against the emulated Azure.
import { rejects } from "node:assert";
import { Interrupted } from "../../cli/interruptions";
import { withEmulation } from "../../cli/withEmulation";
import { serveCloud } from "../../rehearsal/serveCloud";

describe("A command against the emulated Azure", () => {
  it("is not started where Ctrl-C came while the emulation started", async () => {
    const served = await serveCloud({});
    try {
      const signal = AbortSignal.abort(new Interrupted());
      await rejects(withEmulation({ served, script: "explain", args: ["--help"], signal }), Interrupted);
    } finally {
      await served.close();
    }
  });
});
