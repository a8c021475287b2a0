// The way back to one moment of a stack: its cloud, its state and its config as they were. Each case of a test begins there, without repeating the way.
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestStack } from "./testStack";

/** Returns to now, again and again. */
export async function savePoint({ cloud, folder, environment, stackFile }: TestStack): Promise<() => Promise<void>> {
  const backend = backendFolder(environment);
  const kept = join(folder, "..", "saved");
  const snapshot = cloud.snapshot();
  await rm(kept, { recursive: true, force: true });
  await cp(backend, join(kept, "backend"), { recursive: true });
  await cp(stackFile, join(kept, "stack.yaml"));
  return async () => {
    await rm(backend, { recursive: true, force: true });
    await cp(join(kept, "backend"), backend, { recursive: true });
    await cp(join(kept, "stack.yaml"), stackFile);
    cloud.restore(snapshot);
  };
}

export function backendFolder(environment: TestStack["environment"]): string {
  return fileURLToPath(environment.PULUMI_BACKEND_URL ?? "");
}
