import { strict as assert } from "node:assert";
import { withoutPromiseStacks } from "../../components";

describe("stacks of Pulumi's promises", () => {
  let before: typeof Error.prepareStackTrace;
  beforeEach(() => {
    before = Error.prepareStackTrace;
  });
  afterEach(() => {
    Error.prepareStackTrace = before;
  });
  function debuggablePromise() {
    return new Error("noted").stack;
  }

  it("are not written down, and those of errors are", () => {
    Error.prepareStackTrace = ({ message }) => `the stack of ${message}`;
    assert.equal(debuggablePromise(), "the stack of noted");
    withoutPromiseStacks();
    assert.equal(debuggablePromise(), "");
    assert.equal(new Error("mine").stack, "the stack of mine");
  });

  it("stay where nothing maps stacks back to TypeScript, because there they cost little", () => {
    // Node.js types it as always there once it is set; without it V8 writes stacks itself.
    Reflect.deleteProperty(Error, "prepareStackTrace");
    withoutPromiseStacks();
    assert.equal(Error.prepareStackTrace, undefined);
  });
});
