import { deepStrictEqual as equal, ok } from "node:assert";
import { join } from "node:path";
import { durationOf } from "../../bench/durations";
import { type Makespan, makespan } from "../../bench/makespan/makespan";
import { readStack } from "../../rehearsal/stack";
import { attempt, ROOT, type Run } from "../support/program";
import { withReachableCloud } from "../support/programNetwork";

const PROGRAM = join(ROOT, "index.ts");

/** As an update: a preview does not know what an image waits for. */
const record = (stack: string, overrides: readonly string[] = []): Promise<Run> =>
  withReachableCloud(async ({ cloud }) => {
    const { project, config, secretKeys } = readStack(ROOT, stack, overrides);
    const body = () => {
      delete require.cache[require.resolve(PROGRAM)];
      return require(PROGRAM);
    };
    const run = await attempt(body, { project, stack, config, secretKeys }, cloud);
    equal(run.failures, []);
    return run;
  });

describe("An update of the program, on the virtual clock", () => {
  const found: Record<string, { late: Makespan; atOnce: Makespan }> = {};
  before(async () => {
    for (const stack of ["dev", "prod"]) {
      const { resources } = await record(stack);
      found[stack] = { late: makespan(resources, { rolesAtOnce: false }), atOnce: makespan(resources, { rolesAtOnce: true }) };
    }
  });
  const of = (stack: string) => found[stack] ?? { late: undefined, atOnce: undefined };

  for (const stack of ["dev", "prod"]) {
    it(`takes at most 1.05 x the longest unavoidable chain for ${stack}, with every role as late as Azure documents`, () => {
      const { late } = of(stack);
      ok(late !== undefined && late.ratio <= 1.05, `${late?.ratio}, needlessly: ${JSON.stringify(late?.needless)}`);
      equal(late.needless, []);
      ok(late.seconds > 600, "roles take ten minutes");
    });
  }

  it("takes as long as that chain for dev, with roles that take effect at once", () => {
    equal(of("dev").atOnce?.ratio, 1);
  });

  it("waits with its first call to prod's cluster for the pools, which costs half a minute and nothing else of its own order does", () => {
    const needless = [{ step: "kubernetes kubernetes", on: "AgentPool aks-pool-user", seconds: 31 }];
    equal(of("prod").atOnce?.needless, needless);
  });

  it("has the administrators' role in effect before the first call to the cluster, as late as it may be", () => {
    for (const stack of ["dev", "prod"]) ok((of(stack).late?.administratorMarginSeconds ?? -1) >= 0, stack);
  });

  it("builds the image while the cluster is created", () => {
    for (const stack of ["dev", "prod"]) {
      const names = of(stack).atOnce?.path.map(({ name }) => name) ?? [];
      ok(names.includes("ManagedCluster aks-cluster"), stack);
      ok(!names.some((name) => name.startsWith("image build")), stack);
    }
  });

  it("has a duration for whatever else the program can register", async () => {
    const everything = ["roleList=true", "storage.enabled=true", "toolbox=true", "identityKind=application", "replicas=2"];
    const { resources } = await record("prod", everything);
    for (const { type, custom } of resources) if (custom) durationOf(type);
  });
});
