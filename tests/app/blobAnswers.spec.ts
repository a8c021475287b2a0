import { deepStrictEqual, strictEqual } from "node:assert";
import { answerTo, unavailable } from "../../app/src/blobAnswers";
import { rangeOf } from "../../app/src/byteRange";
import { conditionStatus, rangeCounts } from "../../app/src/conditions";

describe("A range of a blob of 10 bytes", () => {
  for (const [header, expected] of [
    ["bytes=0-9", [0, 9]],
    ["bytes=2-4", [2, 4]],
    ["bytes=5-", [5, 9]],
    ["bytes=9-", [9, 9]],
    ["bytes=8-100", [8, 9]],
    ["bytes=-3", [7, 9]],
    ["bytes=-100", [0, 9]],
    ["Bytes= 1-1 ", [1, 1]],
    ["bytes=10-", "none"],
    ["bytes=10-20", "none"],
    ["bytes=-0", "none"],
    ["bytes=0-9999999999999999999", [0, 9]],
    ["bytes=4-2", "all"],
    ["bytes=0-1,4-5", "all"],
    ["bytes=-", "all"],
    ["bytes=a-b", "all"],
    ["bytes 0-1", "all"],
    ["bytes=1-2x", "all"],
    ["bytes=--1", "all"],
    ["bytes=1e1-", "all"],
    ["lines=0-1", "all"],
    ["bytes=9999999999999999999-", "none"],
    ["", "all"],
  ] as const) {
    it(`${JSON.stringify(header)} is ${typeof expected === "string" ? expected : `${expected[0]} to ${expected[1]}`}`, () => {
      const range = rangeOf(header, 10);
      deepStrictEqual(typeof range === "object" ? [range.first, range.last] : (range ?? "all"), expected);
    });
  }

  it("does not exist if the blob is empty", () => {
    deepStrictEqual(
      ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0"].map((header) => rangeOf(header, 0)),
      ["none", "none", "none", "none"],
    );
    strictEqual(rangeOf(undefined, 0), undefined);
  });

  it("is exact beyond four gigabytes", () => {
    deepStrictEqual(rangeOf("bytes=190000000000000-", 2e14), { first: 19e13, last: 2e14 - 1 });
  });
});

const VERSION = { etag: '"0x8D"', lastModified: new Date("2026-11-02T08:00:00.500Z") };
const BEFORE = "Mon, 02 Nov 2026 07:59:59 GMT";
const AT = "Mon, 02 Nov 2026 08:00:00 GMT";
const AFTER = "Mon, 02 Nov 2026 08:00:01 GMT";

describe("The conditions of a request for a blob", () => {
  for (const [headers, status] of [
    [{}, undefined],
    [{ "if-none-match": '"0x8D"' }, 304],
    [{ "if-none-match": 'W/"0x8D"' }, 304],
    [{ "if-none-match": '"other", "0x8D"' }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"other"' }, undefined],
    [{ "if-none-match": "0x8D" }, undefined],
    [{ "if-none-match": '"other"', "if-modified-since": AFTER }, undefined],
    [{ "if-modified-since": AT }, 304],
    [{ "if-modified-since": AFTER }, 304],
    [{ "if-modified-since": BEFORE }, undefined],
    [{ "if-modified-since": "Monday, 02-Nov-26 08:00:00 GMT" }, 304],
    [{ "if-modified-since": "Mon Nov  2 08:00:00 2026" }, 304],
    [{ "if-modified-since": "2027" }, undefined],
    [{ "if-match": '"0x8D"' }, undefined],
    [{ "if-match": '"a", "0x8D"' }, undefined],
    [{ "if-match": "*" }, undefined],
    [{ "if-match": '"other"' }, 412],
    [{ "if-match": 'W/"0x8D"' }, 412],
    [{ "if-match": "nonsense" }, 412],
    [{ "if-match": '"0x8D"', "if-unmodified-since": BEFORE }, undefined],
    [{ "if-match": '"0x8D"', "if-none-match": '"0x8D"' }, 304],
    [{ "if-match": '"other"', "if-none-match": '"0x8D"' }, 412],
    [{ "if-unmodified-since": BEFORE }, 412],
    [{ "if-unmodified-since": AT }, undefined],
    [{ "if-unmodified-since": "soon" }, undefined],
    [{ "if-unmodified-since": AT, "if-modified-since": AT }, 304],
  ] as const) {
    it(`${JSON.stringify(headers)} give ${status ?? "the blob"}`, () => strictEqual(conditionStatus(headers, VERSION), status));
  }

  it("never let a weak ETag of the blob pass If-Match", () => {
    strictEqual(conditionStatus({ "if-match": 'W/"0x8D"' }, { ...VERSION, etag: 'W/"0x8D"' }), 412);
  });
});

describe("If-Range", () => {
  const now = VERSION.lastModified.getTime() + 60_000;
  for (const [header, counts] of [
    [undefined, true],
    ['"0x8D"', true],
    ['"other"', false],
    ['W/"0x8D"', false],
    [AT, true],
    [BEFORE, false],
    [AFTER, false],
    ["nonsense", false],
    ["", false],
  ] as const) {
    it(`${JSON.stringify(header)} ${counts ? "lets the range count" : "asks for the whole blob"}`, () => {
      strictEqual(rangeCounts(header, VERSION, now), counts);
    });
  }

  it("takes no date for a version that may have been replaced within its second", () => {
    strictEqual(rangeCounts(AT, VERSION, VERSION.lastModified.getTime() + 400), false);
  });
});

describe("The answer to a refusal by Storage", () => {
  const answered = (status: number, retryAfterMs?: number) => ({ status, retryAfterMs });
  for (const [code, answer, status] of [
    ["BlobNotFound", answered(404), 404],
    ["ContainerNotFound", answered(404), 404],
    ["InvalidUri", answered(400), 404],
    ["ResourceNotFound", answered(404), 404],
    ["OutOfRangeInput", answered(400), 404],
    ["AuthorizationPermissionMismatch", answered(403), 502],
    ["AuthorizationFailure", answered(403), 502],
    ["AADSTS700213", answered(400), 502],
    ["HostNotFound", undefined, 502],
    ["BlobArchived", answered(409), 502],
    ["ServiceUnavailable", answered(403), 502],
    ["Throttled", answered(429), 503],
    ["ServiceUnavailable", answered(500), 503],
    ["ServiceUnavailable", undefined, 503],
    ["ServiceUnavailable", answered(200), 503],
  ] as const) {
    it(`${code} with ${answer?.status ?? "no answer"} is ${status}`, () => {
      strictEqual(answerTo({ link: "blobs", code, found: "what nobody outside may read" }, answer).status, status);
    });
  }

  it("asks for as much time as Storage did, in whole seconds and at least one", () => {
    const wait = (retryAfterMs?: number) => unavailable(answered(503, retryAfterMs)).headers?.["retry-after"];
    deepStrictEqual([wait(), wait(0), wait(1), wait(1000), wait(1001), wait(90_000)], ["1", "1", "1", "1", "2", "90"]);
  });
});
