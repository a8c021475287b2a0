// Which host answers a request, who may reach it, and what happens when a handler fails.
import { type EmulatedHost, type EmulatedRequest, type EmulatedResponse, type Fault, hostMatches } from "./handler";
import { handlerFailed, hostRefused } from "./refusals";
import { BODY_LIMIT_BYTES, type Target } from "./wire";

export interface HostTableOptions {
  /** Which client may reach which emulated host. Defaults to all. Entra ID reads issuers as the client `"entra"`. */
  readonly allow?: (client: string, host: string) => boolean;
  /** Asked before the host itself. */
  readonly faults?: Fault;
}

export class HostTable {
  constructor(
    readonly hosts: readonly EmulatedHost[],
    readonly options: HostTableOptions,
  ) {}

  /** The answer to a client that wants a host that is not there, or not for it. */
  refusal(client: string, { host, scheme }: Target): EmulatedResponse | undefined {
    const known = this.#find(host);
    const reachable = known !== undefined && (known.scheme ?? "https") === scheme && (this.options.allow?.(client, host) ?? true);
    return reachable ? undefined : hostRefused(host, this.hosts);
  }

  bodyLimitBytes(name: string): number {
    return this.#find(name)?.bodyLimitBytes ?? BODY_LIMIT_BYTES;
  }

  async answer(request: EmulatedRequest): Promise<EmulatedResponse> {
    const name = request.url.host;
    try {
      const host = this.#find(name);
      if (host === undefined) return hostRefused(name, this.hosts);
      return this.options.faults?.(request) ?? (await host.handle(request));
    } catch (error) {
      return handlerFailed(name, error);
    }
  }

  #find(name: string): EmulatedHost | undefined {
    return this.hosts.find(({ pattern }) => hostMatches(pattern, name));
  }
}
