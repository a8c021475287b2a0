// Who may use the proxy: one random password for each client, which also tells in the log whose request it was.
import { randomBytes } from "node:crypto";

export class ProxyClients {
  readonly #passwords = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** The client's password, the same at every call. */
  passwordOf(name: string): string {
    const password = this.#passwords.get(name) ?? randomBytes(18).toString("base64url");
    this.#passwords.set(name, password);
    this.#names.set(password, name);
    return password;
  }

  /** The client that a `Proxy-Authorization` header belongs to. Its password alone decides: SDKs differ in how they escape the user name. */
  nameIn(header: string | undefined): string | undefined {
    const credentials = /^Basic (\S+)$/i.exec(header ?? "")?.[1] ?? "";
    const text = Buffer.from(credentials, "base64").toString("utf8");
    return this.#names.get(text.slice(text.indexOf(":") + 1));
  }
}
