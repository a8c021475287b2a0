// Shared access signatures of one emulated storage account: an address that permits one thing on one blob until it expires.
// https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type StorageRefusal, storageError } from "./storageErrors";

/** How long an address is good for. Azure's own value is not documented; links of a run's log were seen with about an hour. */
export const ADDRESS_LIFETIME_SECONDS = 3600;

const VERSION = "2024-11-04";

export class SharedAccess {
  readonly #key = randomBytes(32);
  readonly #now: () => number;

  /** `now` is the emulated clock, in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The query of an address. `permissions` are letters in Azure's order, such as `r` to read or `cw` to create and write. */
  query(path: string, permissions: string): string {
    const expiry = new Date(this.#now() + ADDRESS_LIFETIME_SECONDS * 1000).toISOString().replace(/\.\d+Z$/, "Z");
    const signature = this.#sign(path, permissions, expiry).toString("base64");
    return new URLSearchParams({ sv: VERSION, se: expiry, sr: "b", sp: permissions, sig: signature }).toString();
  }

  /** Why the address does not permit it, checked in this order: any signature, the right one, its time, its permissions. */
  refusal({ pathname, searchParams }: URL, needed: "r" | "w"): StorageRefusal | undefined {
    const [signature, expiry, permissions] = ["sig", "se", "sp"].map((name) => searchParams.get(name) ?? "");
    if (!signature || !expiry || !permissions) return storageError("NoAuthenticationInformation");
    const given = Buffer.from(signature, "base64");
    const expected = this.#sign(pathname, permissions, expiry);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return storageError("AuthenticationFailed", ["AuthenticationErrorDetail", "Signature did not match."]);
    if (this.#now() >= Date.parse(expiry)) {
      const [until, now] = [Date.parse(expiry), this.#now()].map((time) => new Date(time).toUTCString());
      const text = `Signature not valid in the specified time frame: Start [N/A] - Expiry [${until}] - Current [${now}]`;
      return storageError("AuthenticationFailed", ["AuthenticationErrorDetail", text]);
    }
    return permissions.includes(needed) ? undefined : storageError("AuthorizationPermissionMismatch");
  }

  #sign(path: string, permissions: string, expiry: string): Buffer {
    return createHmac("sha256", this.#key).update([permissions, expiry, path, VERSION].join("\n")).digest();
  }
}
