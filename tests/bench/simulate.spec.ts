import { deepStrictEqual as equal, throws } from "node:assert";
import { criticalPath, type Graph, simulate, type Wait } from "../../bench/makespan/simulate";

const wait = (step: string, on: string, more: Partial<Wait> = {}): Wait => ({ step, on, holds: "start", why: "data", ...more });
const graph = (seconds: Record<string, number>, waits: Wait[]): Graph => ({
  steps: Object.entries(seconds).map(([id, each]) => ({ id, seconds: each })),
  waits,
});
const times = (given: Graph) =>
  Object.fromEntries(
    [...simulate(given).intervals].map(([id, { startSeconds, endSeconds }]) => [id, [startSeconds, endSeconds]]),
  );
const path = (given: Graph) => criticalPath(simulate(given)).map(({ id, heldBy }) => `${id}:${heldBy?.why ?? "nothing"}`);

describe("The virtual clock", () => {
  it("runs at once what waits for nothing, and is over with the last", () => {
    const given = graph({ vault: 3, registry: 5 }, []);
    equal(times(given), { vault: [0, 3], registry: [0, 5] });
    equal(simulate(given).makespanSeconds, 5);
    equal(simulate(given).peak, 2);
  });

  it("starts a step when the last that it waits for has ended", () => {
    const given = graph({ group: 1, identity: 5, vault: 20, role: 2 }, [
      wait("identity", "group"),
      wait("vault", "group"),
      wait("role", "identity"),
      wait("role", "vault"),
    ]);
    equal(times(given), { group: [0, 1], identity: [1, 6], vault: [1, 21], role: [21, 23] });
    equal(path(given), ["group:nothing", "vault:data", "role:data"]);
  });

  it("ends a step no earlier than what it needs to be ready is in effect, and later if its own work takes longer", () => {
    const ready = wait("pods", "role", { holds: "end", lagSeconds: 600, why: "azure" });
    equal(times(graph({ role: 5, pods: 60 }, [ready])), { role: [0, 5], pods: [0, 605] });
    equal(path(graph({ role: 5, pods: 60 }, [ready])), ["role:nothing", "pods:azure"]);
    equal(times(graph({ role: 5, pods: 900 }, [ready])), { role: [0, 5], pods: [0, 900] });
    equal(path(graph({ role: 5, pods: 900 }, [ready])), ["pods:nothing"]);
  });

  it("counts a lag before a start", () => {
    equal(times(graph({ role: 5, call: 1 }, [wait("call", "role", { lagSeconds: 10 })])), { role: [0, 5], call: [15, 16] });
  });

  it("names what is forced as the reason, where the program's own order asks for the same", () => {
    const both = [wait("pool", "cluster"), wait("pool", "cluster", { why: "order" })];
    equal(path(graph({ cluster: 4, pool: 2 }, both)), ["cluster:nothing", "pool:data"]);
    equal(path(graph({ cluster: 4, pool: 2 }, both.toReversed())), ["cluster:nothing", "pool:data"]);
  });

  it("refuses a circle, and names only what is in it or behind it", () => {
    const circle = graph({ group: 1, left: 1, right: 1 }, [wait("left", "right"), wait("right", "left"), wait("left", "group")]);
    throws(() => simulate(circle), { message: "these steps wait for each other: left, right" });
  });

  it("refuses a wait for a step that does not exist", () => {
    throws(() => simulate(graph({ group: 1 }, [wait("group", "nowhere")])), {
      message: "a wait names the step nowhere, which does not exist",
    });
  });
});
