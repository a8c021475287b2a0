// Bodies that are no text, in both directions, and how much of one a host takes.
import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { EmulatedHost, EmulatedRequest } from "../../../rehearsal/network/handler";
import { type Network, startNetwork } from "../../../rehearsal/network/network";
import { send, tunnel } from "../../support/rawHttp";

const HOST = "upload.blob.core.windows.net";
const BINARY = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

describe("a body on the network", () => {
  let network: Network;
  let seen: EmulatedRequest[];
  let pieces: () => AsyncIterable<Buffer>;

  beforeEach(async () => {
    seen = [];
    const handle: EmulatedHost["handle"] = (request) => {
      seen.push(request);
      return { status: 200, body: BINARY };
    };
    network = await startNetwork([
      { pattern: HOST, bodyLimitBytes: 2_000_000, handle },
      { pattern: "small.example", handle },
      { pattern: "pieces.example", handle: () => ({ status: 200, headers: { "content-length": "6" }, body: pieces() }) },
    ]);
  });
  afterEach(() => network.close());

  const request = async (host: string, head: string, body: string) => {
    const socket = await tunnel(network, "program", host);
    const response = await send(socket, `PUT /x HTTP/1.1\r\nHost: ${host}\r\n${head}\r\n${body}`);
    socket.destroy();
    return response;
  };
  const ofLength = (host: string, length: number) => request(host, `Content-Length: ${length}\r\n`, "a".repeat(length));

  it("arrives and leaves byte for byte", async () => {
    const socket = await tunnel(network, "program", HOST);
    socket.write(`PUT /x HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${BINARY.length}\r\n\r\n`);
    socket.write(BINARY);
    const { status, headers, body } = await send(socket, "");
    deepStrictEqual(
      [status, headers["content-type"], headers["content-length"]],
      [200, "application/octet-stream", String(BINARY.length)],
    );
    strictEqual(Buffer.from(body, "latin1").equals(BINARY), true);
    strictEqual(seen[0]?.bytes.equals(BINARY), true);
    socket.destroy();
  });

  it("is text too, for a handler that reads it so", async () => {
    await request(HOST, "Content-Length: 4\r\n", "a=é");
    strictEqual(seen[0]?.body, "a=é");
  });

  it("may come in pieces whose number is not known before", async () => {
    strictEqual((await request(HOST, "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")).status, 200);
    strictEqual(seen[0]?.body, "abcdefg");
  });

  it("is asked for when the client waits to be told that it may send it", async () => {
    const socket = await tunnel(network, "program", HOST);
    const head = `PUT /x HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n`;
    strictEqual((await send(socket, head)).status, 100);
    strictEqual((await send(socket, "abcd")).status, 200);
    strictEqual(seen[0]?.body, "abcd");
    socket.destroy();
  });

  it("may be as large as the host says, and by default 1 MiB", async () => {
    deepStrictEqual([(await ofLength(HOST, 2_000_000)).status, (await ofLength(HOST, 2_000_001)).status], [200, 413]);
    deepStrictEqual(
      [(await ofLength("small.example", 1_048_576)).status, (await ofLength("small.example", 1_048_577)).status],
      [200, 413],
    );
    const digest = (bytes: Buffer | undefined) =>
      createHash("sha256")
        .update(bytes ?? "")
        .digest("hex");
    strictEqual(digest(seen[0]?.bytes), digest(Buffer.alloc(2_000_000, "a")));
  });

  it("that is too large is answered with the limit of its host", async () => {
    const { body } = await ofLength(HOST, 2_000_001);
    deepStrictEqual(JSON.parse(body).error, {
      code: "RequestEntityTooLarge",
      message: "The body is larger than 2000000 bytes, the most that an emulated host takes.",
    });
  });

  describe("that leaves in pieces", () => {
    const get = async () => {
      const socket = await tunnel(network, "program", "pieces.example");
      return { socket, response: send(socket, "GET /x HTTP/1.1\r\nHost: pieces.example\r\n\r\n") };
    };

    it("arrives whole, with the length that was said before", async () => {
      pieces = async function* () {
        yield Buffer.from("abc");
        yield Buffer.from("def");
      };
      const { socket, response } = await get();
      const { status, headers, body } = await response;
      deepStrictEqual([status, headers["content-length"], body], [200, "6", "abcdef"]);
      socket.destroy();
    });

    it("is not made any further for a client that has gone away", async () => {
      const ended = Promise.withResolvers<number>();
      let made = 0;
      pieces = async function* () {
        try {
          for (;;) {
            made += 1;
            yield Buffer.alloc(65_536);
          }
        } finally {
          ended.resolve(made);
        }
      };
      const { socket, response } = await get();
      socket.once("data", () => socket.destroy());
      await Promise.allSettled([response]);
      strictEqual((await ended.promise) > 0, true);
      const atEnd = made;
      await setImmediate();
      strictEqual(made, atEnd);
    });

    it("is cut off where it cannot be made, and disturbs nobody else", async () => {
      pieces = async function* () {
        yield Buffer.from("abc");
        throw new Error("no more");
      };
      const { response } = await get();
      await rejects(response, /^Error: The connection ended without a whole response: .*abc"$/);
      strictEqual((await ofLength("small.example", 1)).status, 200);
    });
  });
});
