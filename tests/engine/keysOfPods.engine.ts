import { assertEachKey } from "./eachKey";
import { keyTable } from "./keyTables";

describe('a config key of docs/lifecycle.md, "What runs in the cluster"', function () {
  this.timeout(1_200_000);

  it("changes what its row says and nothing else, and restarts those pods and no others", () =>
    assertEachKey(keyTable("What runs in the cluster")));
});
