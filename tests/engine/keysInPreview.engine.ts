import { assertEachKey } from "./eachKey";
import { keyTable } from "./keyTables";

describe('a config key of docs/lifecycle.md, "What a preview says of some of them"', function () {
  this.timeout(1_200_000);

  it("is previewed with more than happens, because azure-native does not know the outputs of what it updates", () =>
    assertEachKey(keyTable("What a preview says of some of them")));
});
