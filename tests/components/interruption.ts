// A program with two pieces of work under way, for the test of its end.
import { untilInterrupted } from "../../components/interruption";

const work = (name: string, turns: number, fails = false) =>
  untilInterrupted(
    (signal) =>
      new Promise<void>((done, fail) => {
        const alive = setInterval(() => {}, 1000);
        signal.addEventListener("abort", async () => {
          for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
          process.stdout.write(`${name} cancelled\n`);
          clearInterval(alive);
          if (fails) fail(new Error("cancelled"));
          else done();
        });
      }),
  );

void Promise.all([work("first", 1, true), work("second", 50)]);
process.stdout.write("working\n");
