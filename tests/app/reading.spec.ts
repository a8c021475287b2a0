import { deepStrictEqual, strictEqual } from "node:assert";
import type { Clock } from "../../app/src/clock";
import { Reading } from "../../app/src/reading";
import type { Source, Try } from "../../app/src/source";

interface Fact {
  readonly text: string;
}

const read = (text: string): Try<Fact> => ({ exchanged: true, value: { text } });
const refused = (status: number, retryAfterMs?: number): Try<Fact> => ({
  exchanged: true,
  failure: { goal: "roles", atExchange: false, error: new Error("x"), answer: { status, retryAfterMs } },
});

/** Everything happens when the test says so: time, ends of waits, answers. */
class Stage implements Clock, Source<Fact> {
  time = 0;
  readonly waits: { readonly ms: number; readonly end: () => void }[] = [];
  readonly questions: ((tried: Try<Fact>) => void)[] = [];
  readonly logged: string[] = [];
  readonly stop = new AbortController();
  readonly reading = new Reading<Fact>({
    settings: { refreshMs: 60_000, retryMinMs: 1000, retryMaxMs: 60_000 },
    clock: this,
    log: (_level, event, fields = {}) => this.logged.push(`${event} ${fields.text ?? fields.code}`),
    event: "fact read",
    facts: ({ text }) => ({ text }),
    explain: ({ answer }) => ({ link: "roles", code: answer?.status === 429 ? "Throttled" : "ServiceUnavailable" }),
    onTry: () => undefined,
    tryLimitMs: 30_000,
  });
  readonly running = this.reading.run(this, this.stop.signal);

  now(): number {
    return this.time;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.waits.push({ ms, end: resolve });
      signal.addEventListener("abort", () => resolve());
    });
  }

  read(): Promise<Try<Fact>> {
    return new Promise((resolve) => this.questions.push(resolve));
  }

  /** Answers the oldest question, and lets whoever waited for it go on. */
  async answer(tried: Try<Fact>): Promise<void> {
    this.questions.shift()?.(tried);
    await settled();
  }

  get shown(): string | undefined {
    return this.reading.state.last?.text;
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("What is read again for who looks at it", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = new Stage();
    await stage.answer(read("first"));
  });
  afterEach(async () => {
    stage.stop.abort();
    await stage.running;
  });

  it("is not asked for again within a second", async () => {
    stage.time = 999;
    await stage.reading.freshen(1000, 2000);
    deepStrictEqual([stage.questions.length, stage.shown], [0, "first"]);
  });

  it("is asked for once by all who look after that, and they see what came", async () => {
    stage.time = 1000;
    const looks = [1, 2, 3].map(() => stage.reading.freshen(1000, 2000).then(() => stage.shown));
    strictEqual(stage.questions.length, 1);
    await stage.answer(read("second"));
    deepStrictEqual(await Promise.all(looks), ["second", "second", "second"]);
    deepStrictEqual(stage.logged, ["fact read first", "fact read second"]);
  });

  it("is as old as the question for it, however long the answer took", async () => {
    stage.time = 1000;
    const look = stage.reading.freshen(1000, 2000);
    stage.time = 2500;
    await stage.answer(read("second"));
    await look;
    strictEqual(stage.reading.state.last?.readAt, 2500);
    void stage.reading.freshen(1000, 2000);
    strictEqual(stage.questions.length, 1);
    await stage.answer(read("third"));
  });

  it("is waited for two seconds, then shown as it was, and the answer still counts", async () => {
    stage.time = 1000;
    const look = stage.reading.freshen(1000, 2000);
    const patience = stage.waits.at(-1);
    strictEqual(patience?.ms, 2000);
    patience.end();
    await look;
    deepStrictEqual([stage.shown, stage.questions.length], ["first", 1]);
    await stage.answer(read("second"));
    strictEqual(stage.shown, "second");
  });

  it("is left alone after a refusal until its time comes, and longer if a service asks for that", async () => {
    stage.time = 1000;
    const look = stage.reading.freshen(1000, 2000);
    await stage.answer(refused(429, 30_000));
    await look;
    deepStrictEqual([stage.reading.state.refusal?.code, stage.reading.state.nextTryAt], ["Throttled", 31_000]);
    stage.time = 30_999;
    await stage.reading.freshen(1000, 2000);
    strictEqual(stage.questions.length, 0);
    stage.time = 31_000;
    void stage.reading.freshen(1000, 2000);
    strictEqual(stage.questions.length, 1);
    await stage.answer(read("second"));
    strictEqual(stage.reading.state.working, true);
  });

  it("is tried again by itself after a refusal that somebody's look met, not only when its minute is over", async () => {
    strictEqual(stage.waits.at(-1)?.ms, 60_000);
    stage.time = 1000;
    const look = stage.reading.freshen(1000, 2000);
    await stage.answer(refused(503));
    await look;
    const sleep = stage.waits.at(-1);
    strictEqual(sleep?.ms, 1000);
    stage.time = 2000;
    sleep.end();
    await settled();
    strictEqual(stage.questions.length, 1);
    await stage.answer(read("second"));
  });

  it("is read at once when the clock was set back", async () => {
    stage.time = -60_000;
    void stage.reading.freshen(1000, 2000);
    strictEqual(stage.questions.length, 1);
    await stage.answer(read("second"));
  });
});

describe("What was never read", () => {
  it("is waited for by who looks at it during the first try", async () => {
    const stage = new Stage();
    const look = stage.reading.freshen(1000, 2000).then(() => stage.shown);
    await stage.answer(read("first"));
    strictEqual(await look, "first");
    stage.stop.abort();
    await stage.running;
  });
});
