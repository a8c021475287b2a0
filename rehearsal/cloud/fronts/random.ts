// The random provider without chance: the same stack has the same names in every rehearsal.
import { createHash } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../azureError";
import { stableGuid } from "../behaviours";
import { Lives } from "../lives";
import type { Properties } from "../resourceManager";
import { type Front, notEmulated, type ResourceAnswer, type ResourceRequest } from "./front";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const count = z.number().int().min(0).default(0);
const shape = z.looseObject({
  length: z.number().int().min(1),
  lower: z.boolean().default(true),
  upper: z.boolean().default(true),
  numeric: z.boolean().default(true),
  special: z.boolean().default(true),
  overrideSpecial: z.string().default("!@#$%&*()-_=+[]{}<>:?"),
  minLower: count,
  minUpper: count,
  minNumeric: count,
  minSpecial: count,
});

type Other = (inputs: Properties, seed: string) => { readonly id: string } & Readonly<Record<string, unknown>>;

const integerShape = z.looseObject({ min: z.number().int(), max: z.number().int() });
const idShape = z.looseObject({ byteLength: z.number().int().min(1), prefix: z.string().default("") });
const petShape = z.looseObject({
  length: z.number().int().min(1).default(2),
  prefix: z.string().optional(),
  separator: z.string().default("-"),
});

/** The package's other values, with their outputs. https://www.pulumi.com/registry/packages/random/ */
const OTHERS: Readonly<Record<string, Other>> = {
  "random:index/randomId:RandomId": (inputs, seed) => {
    const { byteLength, prefix } = idShape.parse(inputs);
    const bytes = Buffer.from(Array.from({ length: byteLength }, (_, index) => numberAt(seed, index) % 256));
    const hex = bytes.toString("hex");
    const url = bytes.toString("base64url");
    const texts = { b64Std: bytes.toString("base64"), b64Url: url, dec: BigInt(`0x${hex}`).toString(), hex };
    return { id: url, ...Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, `${prefix}${text}`])) };
  },
  "random:index/randomUuid:RandomUuid": (_, seed) => {
    const result = stableGuid("uuid", seed);
    return { id: result, result };
  },
  "random:index/randomInteger:RandomInteger": (inputs, seed) => {
    const { min, max } = integerShape.parse(inputs);
    const result = min + (numberAt(seed, 0) % (max - min + 1));
    return { id: String(result), result };
  },
  // The real ones come of a list of words; that they are words is all that a program can use.
  "random:index/randomPet:RandomPet": (inputs, seed) => {
    const { length, prefix, separator } = petShape.parse(inputs);
    const words = Array.from({ length }, (_, index) => PETS[numberAt(seed, index) % PETS.length]);
    return { id: [...(prefix === undefined ? [] : [prefix]), ...words].join(separator) };
  },
};
const PETS = ["able", "badger", "calm", "deer", "eager", "finch", "glad", "heron", "kind", "lynx", "merry", "otter"];

/** A random value is kept by whoever asked for it, and nowhere else. Another one of the same name is another value. */
export function randomFront(seed: string, lives = new Lives()) {
  return {
    create({ type, name, inputs }: ResourceRequest): ResourceAnswer {
      const other = OTHERS[type];
      if (other !== undefined) {
        const { id, ...outputs } = other(inputs, lives.begin(`${seed}|${type}|${name}`));
        return { id, state: { ...inputs, ...outputs } };
      }
      if (type !== "random:index/randomString:RandomString" && type !== "random:index/randomPassword:RandomPassword")
        throw notEmulated(type);
      const result = randomText(shape.parse(inputs), lives.begin(`${seed}|${type}|${name}`));
      return { id: type.includes("Password") ? "none" : result, state: { ...inputs, result } };
    },
    update(): ResourceAnswer {
      throw notEmulated("a random value that changes in place: every input replaces it");
    },
    read: () => undefined,
    delete() {},
  } satisfies Front;
}

function randomText(wanted: z.infer<typeof shape>, seed: string): string {
  const { length, overrideSpecial } = wanted;
  const classes = [
    { characters: LOWER, used: wanted.lower, min: wanted.minLower },
    { characters: LOWER.toUpperCase(), used: wanted.upper, min: wanted.minUpper },
    { characters: "0123456789", used: wanted.numeric, min: wanted.minNumeric },
    { characters: overrideSpecial, used: wanted.special, min: wanted.minSpecial },
  ];
  const all = classes.map(({ characters, used }) => (used ? characters : "")).join("");
  if (all === "") throw new AzureError(400, "InvalidInput", "a random string needs at least one kind of character");
  const least = classes.flatMap(({ characters, min }) => Array.from({ length: min }, () => characters));
  if (least.length > length)
    throw new AzureError(
      400,
      "InvalidInput",
      `a random string of ${length} characters cannot hold ${least.length} that it must have`,
    );
  const alphabets = [...Array.from({ length: length - least.length }, () => all), ...least];
  return alphabets.map((alphabet, index) => alphabet[numberAt(seed, index) % alphabet.length]).join("");
}

function numberAt(seed: string, index: number): number {
  return createHash("sha256").update(`${seed}|${index}`).digest().readUInt32BE(0);
}
