import { strict as assert } from "node:assert";
import { z } from "zod";
import { randomFront } from "../../../rehearsal/cloud/fronts/random";

const STRING = "random:index/randomString:RandomString";
const PASSWORD = "random:index/randomPassword:RandomPassword";

const create = (type: string, name: string, inputs: Readonly<Record<string, unknown>>, seed: string) =>
  randomFront(seed).create({ type, name, inputs, declared: `${type}::${name}` });
const result = (inputs: Readonly<Record<string, unknown>>, { type = STRING, name = "suffix", seed = "project/dev" } = {}) =>
  z.object({ result: z.string() }).parse(create(type, name, inputs, seed).state).result;

describe("the random provider without chance", () => {
  it("gives the same text in every run, and another one for another stack, type and name", () => {
    const text = result({ length: 16 });
    assert.equal(result({ length: 16 }), text);
    const others = [
      result({ length: 16 }, { seed: "project/prod" }),
      result({ length: 16 }, { type: PASSWORD }),
      result({ length: 16 }, { name: "other" }),
    ];
    assert.equal(new Set([text, ...others]).size, 4);
  });

  const classes: readonly (readonly [what: string, inputs: object, pattern: RegExp])[] = [
    ["all four kinds by default", {}, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[!@#$%&*()\-_=+[\]{}<>:?]).{200}$/],
    ["lower case only", { upper: false, numeric: false, special: false }, /^[a-z]{200}$/],
    ["letters only", { numeric: false, special: false }, /^[a-zA-Z]{200}$/],
    ["digits only", { lower: false, upper: false, special: false }, /^\d{200}$/],
    ["its own special characters", { lower: false, upper: false, numeric: false, overrideSpecial: "-_" }, /^[-_]{200}$/],
  ];
  for (const [what, inputs, pattern] of classes) {
    it(`uses ${what}`, () => assert.match(result({ ...inputs, length: 200 }), pattern));
  }

  it("has as many of each kind as it must, however short it is", () => {
    for (const name of ["a", "b", "c", "d"]) {
      const text = result({ length: 4, minLower: 1, minUpper: 1, minNumeric: 1, minSpecial: 1, overrideSpecial: "-" }, { name });
      assert.match(text, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*-).{4}$/);
    }
  });

  it("has a string's result as its id, and none of a password", () => {
    const { id, state } = create(STRING, "suffix", { length: 8 }, "seed");
    assert.deepEqual(state, { length: 8, result: id });
    assert.equal(create(PASSWORD, "password", { length: 8 }, "seed").id, "none");
  });

  it("gives another value when the same resource is created once more", () => {
    const front = randomFront("seed");
    const once = () => front.create({ type: STRING, name: "suffix", inputs: { length: 16 }, declared: "suffix" }).id;
    assert.notEqual(once(), once());
  });

  it("refuses a string without any kind of character, and one that cannot hold what it must", () => {
    const none = { length: 4, lower: false, upper: false, numeric: false, special: false };
    assert.throws(() => result(none), { message: "InvalidInput: a random string needs at least one kind of character" });
    const message = "InvalidInput: a random string of 2 characters cannot hold 3 that it must have";
    assert.throws(() => result({ length: 2, minLower: 3 }), { message });
  });

  it("gives ids, integers, UUIDs and pets, with all their outputs", () => {
    const state = (type: string, inputs: Readonly<Record<string, unknown>>) => {
      const front = randomFront("seed");
      const made = front.create({ type: `random:index/${type}`, name: "n", inputs, declared: type });
      return { id: made.id, ...made.state };
    };
    const { hex, dec, b64Url, b64Std, id } = z
      .record(z.string(), z.union([z.string(), z.number()]))
      .parse(state("randomId:RandomId", { byteLength: 4, prefix: "x-" }));
    assert.match(String(hex), /^x-[0-9a-f]{8}$/);
    const bytes = Buffer.from(String(hex).slice(2), "hex");
    assert.deepEqual(
      [dec, b64Url, b64Std, id],
      [
        `x-${bytes.readUInt32BE(0)}`,
        `x-${bytes.toString("base64url")}`,
        `x-${bytes.toString("base64")}`,
        bytes.toString("base64url"),
      ],
    );
    const integer = state("randomInteger:RandomInteger", { min: 5, max: 5 });
    assert.deepEqual(integer, { id: "5", min: 5, max: 5, result: 5 });
    assert.match(String(state("randomUuid:RandomUuid", {}).id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(String(state("randomPet:RandomPet", { length: 3, prefix: "web" }).id), /^web(-[a-z]+){3}$/);
  });

  it("emulates no other random resource", () => {
    const type = "random:index/randomShuffle:RandomShuffle";
    const expected = { status: 501, code: "NotEmulated", message: `NotEmulated: the rehearsal does not emulate ${type}` };
    assert.throws(() => create(type, "n", { min: 1, max: 2 }, "seed"), expected);
  });
});
