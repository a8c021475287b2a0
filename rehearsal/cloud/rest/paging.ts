// Lists that come in pages. https://learn.microsoft.com/rest/api/resources/resources/list: the next page's whole address is `nextLink`.
import { AzureError } from "../azureError";

export interface Page<T> {
  readonly value: readonly T[];
  readonly nextLink?: string;
}

const TOP = /^[1-9]\d{0,3}$/;

/**
 * One page in the order of ids. The token names the last one that was seen, so that what is created or deleted between two pages moves
 * nothing: no other is left out or shown twice.
 */
export function pageOf<T extends { readonly id: string }>(items: readonly T[], url: URL, size: number): Page<T> {
  const top = url.searchParams.get("$top");
  if (top !== null && !TOP.test(top)) throw new AzureError(400, "InvalidTop", `The value '${top}' of '$top' is not valid.`);
  const limit = Math.min(size, top === null ? size : Number(top));
  const key = ({ id }: { readonly id: string }) => id.toLowerCase();
  const sorted = [...items].sort((one, other) => (key(one) < key(other) ? -1 : 1));
  const after = lastSeen(url.searchParams.get("$skiptoken"));
  const left = after === undefined ? sorted : sorted.filter((item) => key(item) > after);
  const value = left.slice(0, limit);
  const last = value.at(-1);
  if (last === undefined || left.length <= limit) return { value };
  const next = new URL(url);
  next.searchParams.set("$skiptoken", Buffer.from(key(last)).toString("base64url"));
  return { value, nextLink: next.href };
}

function lastSeen(token: string | null): string | undefined {
  if (token === null) return undefined;
  const id = Buffer.from(token, "base64url").toString("utf8");
  if (id.startsWith("/subscriptions/")) return id;
  throw new AzureError(400, "InvalidSkipToken", `The '$skiptoken' '${token}' is not one that this list has given.`);
}
