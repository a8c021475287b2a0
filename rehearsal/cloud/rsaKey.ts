import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";

/** A private key for RS256. It takes 50 to 200 ms: it is made off the main thread, and whoever needs it first waits for it. */
export function newRsaKey(): Promise<KeyObject> {
  const key = promisify(generateKeyPair)("rsa", { modulusLength: 2048 }).then(({ privateKey }) => privateKey);
  // Nobody may ever ask for it.
  key.catch(() => undefined);
  return key;
}
