// The containers of one pod: their order, what the end of one means, and when the pod is ready.
import { strict as assert } from "node:assert";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesApi } from "../../../rehearsal/cloud/fronts/kubernetes";
import { type ContainerProcess, startContainer } from "../../../rehearsal/cluster/kubelet";
import { type PlannedContainer, type PodProcesses, runContainers } from "../../../rehearsal/cluster/podProcesses";
import { podTemplate } from "../../../rehearsal/cluster/podTemplate";
import { STAND_IN_DONE } from "../../../rehearsal/cluster/standIns";
import { type Network, startNetwork } from "../../../rehearsal/network/network";

type Init = PlannedContainer["init"];
const STAYS = "while :; do /bin/sleep 60; done";
const DONE = `echo "${STAND_IN_DONE}"`;

describe("the containers of a pod", () => {
  let network: Network;
  let directory: string;
  const started: ContainerProcess[] = [];
  before(async () => {
    network = await startNetwork([], {});
  });
  after(() => network.close());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "pod-"));
    await writeFile(join(directory, "ca.pem"), network.caPem);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ process }) => process.stop()));
    await rm(directory, { recursive: true, force: true });
  });

  /** Each notes its start in one file, and then runs its script. */
  const run = async (
    containers: readonly (readonly [name: string, init: Init, script: string])[],
    { runsToEnd = false, isStandIn = true, signal = new AbortController().signal } = {},
  ): Promise<PodProcesses> => {
    const inits = containers.filter(([, init]) => init !== undefined);
    const spec = {
      // The last one is never run.
      containers: [...containers.filter(([, init]) => init === undefined), ["unused"]].map(([name]) => ({ name, image: "app" })),
      initContainers: inits.map(([name, init]) => ({
        name,
        image: name,
        ...(init === "sidecar" ? { restartPolicy: "Always" } : {}),
      })),
    };
    const object = { kind: "apps/v1:Deployment", namespace: "web", name: "orders", labels: {}, annotations: {}, partial: false };
    const template = podTemplate({ ...object, declared: "d", inputs: { spec: { template: { spec } } } }, new KubernetesApi(), "");
    const all = [...template.initContainers, ...template.containers];
    const planned = containers.flatMap(([name, init, script]): PlannedContainer[] => {
      const container = all.find((each) => each.name === name);
      const args = ["-c", `echo ${name} >> "$HOME/order"; ${script}`];
      return container === undefined
        ? []
        : [{ container, init, isStandIn, path: "", runnable: { file: "/bin/sh", args, directory: tmpdir() } }];
    });
    const options = { directory, network, issuer: undefined, caFile: join(directory, "ca.pem") };
    return runContainers(
      planned,
      async (request) => {
        const container = await startContainer({ template, admission: { kind: "unchanged" }, index: 0, ...request }, options);
        started.push(container);
        return container;
      },
      network.calls,
      () => ({ explained: false, canAsk: false, runsToEnd }),
      signal,
    );
  };
  const order = async () => (await readFile(join(directory, "web", "orders-0", "order"), "utf8")).trim().split("\n");

  it("starts each init container when the one before has ended, and the others then", async () => {
    const slow = '/bin/sleep 0.1; echo "first is over" >> "$HOME/order"';
    const { readiness } = await run([
      ["first", "to its end", slow],
      ["second", "to its end", "exit 0"],
      ["app", undefined, `${DONE}; ${STAYS}`],
    ]);
    assert.deepEqual([readiness.ready, await order()], [true, ["first", "first is over", "second", "app"]]);
  });

  it("is not ready once an init container has failed, and starts nothing after it", async () => {
    const { readiness, failed } = await run([
      ["fetch", "to its end", "echo no such secret; exit 3"],
      ["app", undefined, `${DONE}; ${STAYS}`],
    ]);
    assert.deepEqual([readiness.ready, failed?.container.name, failed?.process.end], [false, "fetch", "exited with code 3"]);
    assert.match(failed?.process.output ?? "", /no such secret/);
    assert.deepEqual(await order(), ["fetch"]);
  });

  it("leaves a sidecar running beside the others", async () => {
    const { readiness, started: all } = await run([
      ["proxy", "sidecar", STAYS],
      ["app", undefined, `${DONE}; ${STAYS}`],
    ]);
    assert.deepEqual(
      [readiness.ready, all.map(({ container, process }) => [container.name, process.end])],
      [
        true,
        [
          ["proxy", undefined],
          ["app", undefined],
        ],
      ],
    );
  });

  it("are all waited for", async () => {
    const { readiness, failed } = await run([
      ["app", undefined, `${DONE}; ${STAYS}`],
      ["beside", undefined, "exit 4"],
    ]);
    assert.deepEqual([readiness.ready, failed?.container.name], [false, "beside"]);
  });

  it("is ready, where it runs to its end, when all have ended with code 0", async () => {
    const ends = (code: number) =>
      run(
        [
          ["app", undefined, "exit 0"],
          ["beside", undefined, `/bin/sleep 0.05; exit ${code}`],
        ],
        { runsToEnd: true, isStandIn: false },
      );
    assert.deepEqual((await ends(0)).readiness.ready, true);
    const { readiness, failed } = await ends(5);
    assert.deepEqual([readiness.ready, failed?.process.end], [false, "exited with code 5"]);
  });

  it("are ready with the init containers, where nothing else runs", async () => {
    const { readiness } = await run([["fetch", "to its end", "exit 0"]]);
    assert.equal(readiness.ready, true);
  });

  it("are no longer waited for when the rehearsal is ended", async () => {
    const stop = new AbortController();
    const waiting = run([["fetch", "to its end", STAYS]], { signal: stop.signal });
    stop.abort(new Error("ended"));
    await assert.rejects(waiting, { message: "ended" });
  });
});
