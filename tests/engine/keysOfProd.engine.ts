import { assertEachKey } from "./eachKey";
import { keyTable } from "./keyTables";

describe('a config key of docs/lifecycle.md, "A stack that people depend on"', function () {
  this.timeout(1_200_000);

  it("changes what its row says and nothing else, and restarts those pods and no others", () =>
    assertEachKey(keyTable("A stack that people depend on")));
});
