// The random provider without chance: the same stack has the same names in every rehearsal.
import { createHash } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../azureError";
import type { Properties } from "../resourceManager";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const shape = z.looseObject({
  length: z.number().int().min(1),
  lower: z.boolean().default(true),
  upper: z.boolean().default(true),
  numeric: z.boolean().default(true),
  special: z.boolean().default(true),
  overrideSpecial: z.string().default("!@#$%&*()-_=+[]{}<>:?"),
});

export function registerRandom(type: string, name: string, inputs: Properties, seed: string) {
  if (type !== "random:index/randomString:RandomString" && type !== "random:index/randomPassword:RandomPassword") {
    throw new AzureError(501, "NotEmulated", `the rehearsal does not emulate ${type}`);
  }
  const { length, lower, upper, numeric, special, overrideSpecial } = shape.parse(inputs);
  const alphabet = [
    lower ? LOWER : "",
    upper ? LOWER.toUpperCase() : "",
    numeric ? "0123456789" : "",
    special ? overrideSpecial : "",
  ].join("");
  if (alphabet === "") throw new AzureError(400, "InvalidInput", "a random string needs at least one kind of character");
  const result = Array.from({ length }, (_, index) => alphabet[byteAt(`${seed}|${type}|${name}`, index) % alphabet.length]).join(
    "",
  );
  return { id: type.includes("Password") ? "none" : result, state: { ...inputs, result } };
}

function byteAt(seed: string, index: number): number {
  return createHash("sha256").update(`${seed}|${index}`).digest().readUInt32BE(0);
}
