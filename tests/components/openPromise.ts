// A program whose work waits for something that does not keep a process alive, for the test of its end.
import { untilInterrupted } from "../../components/interruption";

void untilInterrupted(() => new Promise<void>((done) => setTimeout(done, 50).unref())).then(() =>
  process.stdout.write("settled\n"),
);
