import { deepStrictEqual, strictEqual } from "node:assert";
import { RETRY_AFTER_LIMIT_MS, retryAfterMs, waitMs } from "../../app/src/retry";

const settings = { refreshMs: 60_000, retryMinMs: 1000, retryMaxMs: 60_000 };

describe("The wait before the next try", () => {
  it("is the refresh time while the secret can be read", () => strictEqual(waitMs(settings, 0, undefined), 60_000));

  it("doubles from one second to one minute, the same in every run", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 2000].map((failures) => waitMs(settings, failures, undefined));
    deepStrictEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("is what a service asks for, if that is longer", () => {
    strictEqual(waitMs(settings, 1, 120_000), 120_000);
    strictEqual(waitMs(settings, 3, 1000), 4000);
  });

  it("understands Retry-After in seconds and as a date", () => {
    const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
    strictEqual(retryAfterMs("17", now), 17_000);
    strictEqual(retryAfterMs("Wed, 21 Oct 2026 07:28:30 GMT", now), 30_000);
  });

  for (const header of [undefined, "", "soon", "-5", "Wed, 21 Oct 1015 07:28:00 GMT", "1 or 2"]) {
    it(`ignores Retry-After ${JSON.stringify(header)}`, () => strictEqual(retryAfterMs(header, 1_800_000_000_000), undefined));
  }

  it("never waits longer than an hour: a timer would overflow and fire at once", () => {
    strictEqual(retryAfterMs("99999999999999999999", 0), RETRY_AFTER_LIMIT_MS);
  });
});
