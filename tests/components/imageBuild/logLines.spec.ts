import { strict as assert } from "node:assert";
import { LINE_LIMIT, LogLines } from "../../../components/imageBuild/logLines";

function linesOf(...pieces: (string | Uint8Array)[]): string[] {
  const lines = new LogLines();
  return [...pieces.flatMap((piece) => lines.push(Buffer.from(piece))), ...lines.end()];
}

describe("the lines of a log", () => {
  it("are whole, wherever the pieces were cut", () => {
    const log = Buffer.from("Step 1 : FROM a\r\nzwölf 🚢\r\n\r\nend");
    for (let cut = 0; cut <= log.length; cut += 1)
      assert.deepEqual(linesOf(log.subarray(0, cut), log.subarray(cut)), ["Step 1 : FROM a", "zwölf 🚢", "end"], `cut at ${cut}`);
  });

  it("wait for their end", () => {
    const lines = new LogLines();
    assert.deepEqual([lines.push(Buffer.from("a\nb")), lines.push(Buffer.from("c\n")), lines.end()], [["a"], ["bc"], []]);
  });

  it("have no colours, and nothing that moves a cursor or names a window", () => {
    assert.deepEqual(linesOf("\u001b[31mred\u001b[0m\n\u001b]0;title\u0007named\n\u001b[2Jcleared\u0008\u0000\n\u009b1mC1\n"), [
      "red",
      "named",
      "cleared",
      "C1",
    ]);
  });

  it("keep their tabs, and of a line that was written over the end", () => {
    assert.deepEqual(linesOf("a\tb\n10%\r50%\r100%\r\n"), ["a\tb", "100%"]);
  });

  it("are cut where they are very long, also when they never end", () => {
    const cut = `${"x".repeat(LINE_LIMIT)}…`;
    assert.deepEqual(linesOf(`${"x".repeat(LINE_LIMIT)}\n${"x".repeat(LINE_LIMIT + 1)}\nshort\n`), [
      "x".repeat(LINE_LIMIT),
      cut,
      "short",
    ]);
    assert.deepEqual(linesOf(...Array.from({ length: 50 }, () => "x".repeat(1000))), [cut]);
    // What comes later is not kept, so that it does not even count that it would be written over.
    assert.deepEqual(linesOf("x".repeat(2 * LINE_LIMIT + 1), "\rlater", "\n"), [cut]);
  });

  it("replace what is no text", () => {
    assert.deepEqual(linesOf(Buffer.from([0x61, 0xff, 0x62, 0x0a])), ["a\uFFFDb"]);
  });
});
