// The clock on which a test moves Azure's time.
import { strict as assert } from "node:assert";
import { VirtualClock } from "../../../rehearsal/cloud/virtualClock";

const START = Date.UTC(2026, 0, 1);

describe("the virtual clock", () => {
  let woken: string[];
  beforeEach(() => {
    woken = [];
  });

  async function sleeper(clock: VirtualClock, name: string, ...milliseconds: number[]): Promise<void> {
    for (const each of milliseconds) {
      await clock.sleep(each);
      woken.push(`${name} ${clock.now() - START}`);
    }
  }

  it("stands still until it is moved", async () => {
    const clock = new VirtualClock();
    const done = sleeper(clock, "a", 10);
    await clock.advance(9);
    assert.deepEqual([clock.now() - START, woken, clock.sleeping], [9, [], 1]);
    await clock.advance(1);
    await done;
    assert.deepEqual([clock.now() - START, woken, clock.sleeping], [10, ["a 10"], 0]);
  });

  it("wakes by time, and in the order of their going to sleep at the same time", async () => {
    const clock = new VirtualClock();
    const all = [
      sleeper(clock, "late", 30),
      sleeper(clock, "first", 20),
      sleeper(clock, "second", 20),
      sleeper(clock, "early", 10),
    ];
    await clock.advance(100);
    await Promise.all(all);
    assert.deepEqual(woken, ["early 10", "first 20", "second 20", "late 30"]);
    assert.equal(clock.now() - START, 100);
  });

  it("wakes whoever goes to sleep again within the time that passes", async () => {
    const clock = new VirtualClock();
    const all = [sleeper(clock, "a", 10, 10, 10), sleeper(clock, "b", 15)];
    await clock.advance(25);
    assert.deepEqual(woken, ["a 10", "b 15", "a 20"]);
    await clock.advance(5);
    await Promise.all(all);
    assert.equal(woken.at(-1), "a 30");
  });

  it("lets whoever has just begun go to sleep before it moves", async () => {
    const clock = new VirtualClock();
    const done = Promise.resolve().then(() => sleeper(clock, "a", 10));
    await clock.advance(10);
    await done;
    assert.deepEqual(woken, ["a 10"]);
  });

  it("goes to the next sleeper, and says when nobody sleeps", async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const done = clock.sleep(60_000);
    assert.deepEqual([await clock.next(), clock.now(), await clock.next()], [true, 60_000, false]);
    await done;
  });

  it("does not sleep for no time", async () => {
    const clock = new VirtualClock();
    await clock.sleep(0);
    assert.equal(clock.sleeping, 0);
  });

  it("moves by itself where that is wanted", async () => {
    const clock = new VirtualClock({ autoAdvanceAfterMs: 0 });
    await Promise.all([sleeper(clock, "hours", 3_600_000, 3_600_000), sleeper(clock, "day", 86_400_000)]);
    assert.deepEqual(woken, ["hours 3600000", "hours 7200000", "day 86400000"]);
  });
});
