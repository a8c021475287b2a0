// A storage account emulated on this machine, for work without Azure. Its key is public or the emulator's own; any other account's key is refused,
// because the application holds no credential.

/** Not the pod template's: a stack never sets it. */
export const EMULATED_STORAGE_VARIABLE = "AZURE_STORAGE_CONNECTION_STRING";

export interface EmulatedStorage {
  readonly account: string;
  /** With its trailing slash; the account is the first part of the path. */
  readonly endpoint: string;
  /** Undefined: the key that every emulator knows. */
  readonly key: string | undefined;
}

/** https://learn.microsoft.com/azure/storage/common/storage-connect-azurite#use-a-well-known-storage-account-and-key */
const WELL_KNOWN: EmulatedStorage = {
  account: "devstoreaccount1",
  endpoint: "http://127.0.0.1:10000/devstoreaccount1/",
  key: undefined,
};

const RULE = `${EMULATED_STORAGE_VARIABLE} must be UseDevelopmentStorage=true, or name an emulator on this machine (BlobEndpoint on 127.0.0.1, localhost or [::1], AccountName, AccountKey)`;

/** The emulator that a connection string names, or why it may not be used; neither the string nor a part of it is ever shown. */
export function emulatedStorage(text: string): EmulatedStorage | { readonly mistake: string } {
  const bare = /^(["'])(.*)\1$/s.exec(text.trim())?.[2] ?? text.trim();
  const parts = bare.split(";").filter((part) => part !== "");
  const pairs = parts.map((part) => [part.slice(0, part.indexOf("=")).trim(), part.slice(part.indexOf("=") + 1).trim()] as const);
  const values = new Map(pairs);
  // Of a name given twice one value would be checked, and the other might be used.
  if (values.size !== pairs.length) return { mistake: RULE };
  if (values.get("UseDevelopmentStorage") === "true" && values.size === 1) return WELL_KNOWN;
  const account = values.get("AccountName");
  const key = values.get("AccountKey");
  const endpoint = loopbackAddress(values.get("BlobEndpoint"));
  if (account === undefined || key === undefined || endpoint === undefined) return { mistake: RULE };
  // An emulator tells accounts apart by the path: without it the string names something else.
  if (endpoint.pathname !== `/${account}/`) return { mistake: RULE };
  return { account, endpoint: endpoint.href, key };
}

function loopbackAddress(text: string | undefined): URL | undefined {
  const url = URL.parse(text?.endsWith("/") ? text : `${text}/`);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  const bare = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return bare && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname) ? url : undefined;
}
