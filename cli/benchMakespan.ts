// npm run bench -- --only makespan: how long up takes on the virtual clock, and what it waits for.
import { isDeepStrictEqual } from "node:util";
import { detail, line } from "./benchOutput";

const STACKS = ["dev", "prod"] as const;
const AIM_RATIO = 1.05;

export async function printMakespan(root: string): Promise<void> {
  const { recordStack } = require("../bench/makespan/record") as typeof import("../bench/makespan/record");
  const { makespan } = require("../bench/makespan/makespan") as typeof import("../bench/makespan/makespan");
  for (const stack of STACKS) {
    const resources = await recordStack(root, stack);
    for (const rolesAtOnce of [false, true]) {
      const found = makespan(resources, { rolesAtOnce });
      const figure = `${minutes(found.seconds)} min, ${found.ratio.toFixed(3)} x the longest unavoidable chain`;
      line(`up of ${stack}`, figure, found.ratio <= AIM_RATIO, `aim ${AIM_RATIO} x`);
      detail(
        rolesAtOnce
          ? "if roles took effect at once; the same durations otherwise"
          : "if roles take effect as late as Azure documents; on a virtual clock, with the durations of docs/durations.md",
      );
      printPath("critical path", found.path);
      const same = isDeepStrictEqual(namesOf(found.path), namesOf(found.unavoidablePath));
      if (same) detail("it is the longest unavoidable chain as well");
      else printPath(`longest unavoidable chain, ${minutes(found.unavoidableSeconds)} min`, found.unavoidablePath);
      for (const { step, on, seconds } of found.needless)
        detail(`${step} waits for ${on} by this program's own order: ${seconds} seconds`);
      const margin = found.administratorMarginSeconds;
      if (margin !== undefined && !rolesAtOnce)
        detail(
          `the administrators' role is in effect ${margin} seconds before its first use, if it takes as long as Azure documents`,
        );
    }
  }
}

type Path = import("../bench/makespan/makespan").Makespan["path"];

const timeTaking = (path: Path) => path.filter(({ startSeconds, endSeconds }) => endSeconds > startSeconds);
const namesOf = (path: Path) => timeTaking(path).map(({ name }) => name);

function printPath(title: string, path: Path): void {
  detail(`${title}:`);
  for (const { name, startSeconds, endSeconds, holds } of timeTaking(path)) {
    const until = holds === "end" ? ", over only once the step before it is in effect" : "";
    detail(`  ${minutes(startSeconds).padStart(4)} to ${minutes(endSeconds).padStart(4)} min  ${name}${until}`);
  }
}

function minutes(seconds: number): string {
  return (seconds / 60).toFixed(1);
}
