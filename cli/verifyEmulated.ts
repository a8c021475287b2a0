// What npm run verify -- --emulated does first: it rehearses the stack, and runs the command again with nothing to ask but that.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveRehearsal } from "../rehearsal/cluster/api/serve";
import { clearKilledRuns, useRunFolder } from "../rehearsal/cluster/runFolder";
import { rehearse } from "../rehearsal/rehearse";
import { requirePosix } from "./platform";
import { withEmulation } from "./withEmulation";

/** Returns the exit code of the verification. `args` as the person gave them. */
export async function verifyEmulated(stack: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  requirePosix(process.platform);
  clearKilledRuns();
  useRunFolder();
  const options = { directory: process.cwd(), stack, set: [], app: undefined, breakage: undefined, signal };
  const rehearsal = await rehearse(options);
  const folder = await mkdtemp(join(tmpdir(), "verify-"));
  try {
    const served = await serveRehearsal(rehearsal);
    try {
      const outputs = join(folder, "outputs.json");
      await writeFile(outputs, JSON.stringify(rehearsal.report.outputs));
      return await withEmulation({ served, script: "verify", args: [...args, "--outputs", outputs], signal });
    } finally {
      await served.close();
    }
  } finally {
    await rehearsal.close();
    await rm(folder, { recursive: true, force: true });
  }
}
