// The one recorder of Pulumi mocks: the rehearsal and the tests run programs through it.
// Mocks hide parents, dependencies and options (https://github.com/pulumi/pulumi/issues/14421), so it reads the requests themselves.
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceOutputsRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { noteOutputNames, outputNamesOf } from "./outputNames";
import { omitPromiseStacks } from "./promiseStacks";
import { type Failure, type Recording, type ResourceRecord, secretKeysOf, stringifiedOutputs, unwrapRecord } from "./recording";
import { providerOf, recordOf } from "./requestRecord";
import { UniqueUrns } from "./uniqueUrns";

export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** `urn::id` of the explicit provider, or empty. */
  readonly provider: string;
  /** Set for a resource that the program only reads (`.get()`). */
  readonly id: string | undefined;
  /** Names of what its class promises as outputs, beside what was given; empty where that is not known. */
  readonly outputs?: readonly string[];
}

/** Where the program's resources go: the emulated cloud, or a stand-in of a test. It throws for what it does not know. */
export interface ProgramBackend {
  register(registration: Registration): Promise<{ id: string; state: Record<string, unknown> }>;
  /** `provider` is `urn::id` of an explicit provider, or empty. */
  invoke(token: string, inputs: Readonly<Record<string, unknown>>, provider: string): Promise<Record<string, unknown>>;
}

export interface ProgramSettings {
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  /** Full keys (`project:key`) to values as Pulumi stores them: text, or JSON for objects and lists. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

type Callback<T> = (error: unknown, response: T | undefined) => void;
interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: Callback<{ getUrn(): string }>): Promise<void>;
  registerResourceOutputs(request: RegisterResourceOutputsRequest, callback: Callback<unknown>): void;
  registerResourceHook?: unknown;
  registerErrorHook?: unknown;
}

export class Recorder {
  readonly #resources: ResourceRecord[] = [];
  readonly #componentOutputs: Record<string, Record<string, unknown>> = {};
  readonly #failures = new Map<string, Failure>();
  readonly #urns = new UniqueUrns();
  /** Components that a provider would make, by type and name, with the reference of theirs. */
  readonly #remote = new Map<string, string>();
  #outputs: Record<string, unknown> = {};
  #secretOutputs: string[] = [];

  /** Connects the Pulumi runtime of this process to the backend. Mocks are global to a process: one program at a time. */
  static async start(settings: ProgramSettings, backend: ProgramBackend): Promise<Recorder> {
    const recorder = new Recorder();
    omitPromiseStacks();
    noteOutputNames();
    const { project, stack, preview, config, secretKeys } = settings;
    await pulumi.runtime.setMocks(recorder.#mocks(backend), project, stack, preview, "organization");
    pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);
    recorder.#watch(pulumi.runtime.getMonitor() as unknown as Monitor); // The SDK types it as the gRPC client that it replaces.
    return recorder;
  }

  /** A failure that no Pulumi call reports: a rejected promise, a throw while the program loads. */
  fail(error: unknown): void {
    const message = withCause(error);
    const own = pulumi.RunError.isInstance(error) || pulumi.ResourceError.isInstance(error);
    // Pulumi wraps a refusal into errors of its own that quote it.
    const quoted = [...this.#failures.keys()].filter((earlier) => message.includes(earlier));
    // What the program itself says of a refusal explains it, and quotes it.
    const explained = own && !message.startsWith("error serializing property");
    if (explained) for (const earlier of quoted) this.#failures.delete(earlier);
    if (explained || quoted.length === 0)
      this.#failures.set(message, { message, stack: own || !(error instanceof Error) ? undefined : error.stack });
  }

  recording(): Recording {
    return {
      resources: [...this.#resources],
      componentOutputs: { ...this.#componentOutputs },
      outputs: this.#outputs,
      secretOutputs: this.#secretOutputs,
      failures: [...this.#failures.values()],
    };
  }

  #mocks(backend: ProgramBackend): pulumi.runtime.Mocks {
    return {
      newResource: async ({ type, name, inputs: raw, custom, provider, id }) => {
        const inputs = unwrapRecord(raw);
        try {
          const paths = stringifiedOutputs(inputs);
          if (paths.length > 0) throw new Error(`${paths.join(", ")} holds the text of an output: use pulumi.interpolate`);
          const remote = this.#remote.get(`${type}::${name}`);
          if (custom === false && remote === undefined) return { id: undefined, state: {} };
          const place = { type, name, provider: provider || (remote ?? "") };
          return await backend.register({ ...place, inputs, id: id || undefined, outputs: outputNamesOf(type, name) });
        } catch (error) {
          throw this.#refused(`${type}::${name}`, error);
        }
      },
      call: async ({ token, inputs, provider }) => {
        try {
          return await backend.invoke(token, unwrapRecord(inputs), provider ?? "");
        } catch (error) {
          throw this.#refused(token, error);
        }
      },
    };
  }

  // Pulumi repeats a refusal in dozens of rejected promises, an invoke's even without its text: keep it here, once, with its place.
  #refused(place: string, error: unknown): Error {
    const message = `${place}: ${error instanceof Error ? error.message : String(error)}`;
    this.#failures.set(message, { message, stack: undefined });
    return new RefusedError(message);
  }

  #watch(monitor: Monitor): void {
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      // Mocks tell no component that a provider makes from one that the program makes itself.
      if (request.getRemote?.()) this.#remote.set(`${request.getType()}::${request.getName()}`, providerOf(request));
      return register(request, (error, response) => {
        if (response !== undefined) this.#record(request, response.getUrn());
        callback(error, response);
      });
    };
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResourceOutputs = (request, callback) => {
      const raw: unknown = request.getOutputs()?.toJavaScript();
      const urn = request.getUrn();
      if (urn.includes("::pulumi:pulumi:Stack::")) {
        this.#outputs = unwrapRecord(raw);
        this.#secretOutputs = secretKeysOf(raw);
      } else this.#componentOutputs[urn] = unwrapRecord(raw);
      registerOutputs(request, callback);
    };
    // The mock monitor says that it knows hooks and has no methods for them: a resource with hooks would never register.
    monitor.registerResourceHook = (_request: unknown, callback: Callback<object>) => callback(null, {});
    monitor.registerErrorHook = (_request: unknown, callback: Callback<object>) => callback(null, {});
  }

  #record(request: RegisterResourceRequest, urn: string): void {
    const record = recordOf(request, urn);
    if (!this.#urns.take(record))
      this.#refused(`${record.type}::${record.name}`, "the program registers two resources of this type, name and parent");
    this.#resources.push(record);
  }
}

// What went wrong inside a library ("fetch failed") stands in the cause.
function withCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** A refusal that the recorder has noted already; Pulumi repeats it, and nobody needs to read it twice. */
export class RefusedError extends Error {
  /** Pulumi reports an invoke's failure by this property alone. */
  readonly details = this.message;
}
