// npm test and npm run test:engine: mocha with what is given besides. The second runs the tests that need a Pulumi engine, the first says that it left them out.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { findEngine, isEngine } from "../rehearsal/engine/findEngine";
import { packageCommand } from "./packageCommand";

const ROOT = join(__dirname, "..");
const USAGE_EXIT = 2;

/** Ends as mocha does. */
function mocha(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [packageCommand("mocha", "bin/mocha.js"), ...args], {
    cwd: ROOT,
    env: { NODE_COMPILE_CACHE: join(ROOT, "node_modules", ".cache", "rehearsal"), ...env },
    stdio: "inherit",
  });
  // A terminal's Ctrl-C reaches mocha too, which ends in its own time.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

async function withoutEngine(args: readonly string[]): Promise<number> {
  const code = await mocha(args, process.env);
  const found = findEngine({ project: ROOT });
  console.log(
    isEngine(found)
      ? `Engine tests are separate: npm run test:engine (pulumi ${found.version} found in ${found.directory})`
      : `Engine tests left out: ${found.reason}`,
  );
  return code;
}

async function withEngine(args: readonly string[]): Promise<number> {
  const found = findEngine({ project: ROOT });
  if (!isEngine(found)) {
    console.error(`npm run test:engine needs a Pulumi engine: ${found.reason}`);
    return USAGE_EXIT;
  }
  console.log(`Engine tests with pulumi ${found.version} in ${found.directory}`);
  return mocha(["--config", ".mocharc.engine.json", ...args], { ...process.env, PULUMI_ENGINE: found.path });
}

const [which, ...rest] = process.argv.slice(2);
(which === "engine" ? withEngine(rest) : withoutEngine(process.argv.slice(2))).then((code) => {
  process.exitCode = code;
});
