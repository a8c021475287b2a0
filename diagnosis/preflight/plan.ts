// What a stack would create, learned from its program: run offline into an emulated Azure, without its pods.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sameText } from "../../chain";
import { type Foreign, runForeign } from "../../rehearsal/foreign/foreignRun";
import { hostMatches } from "../../rehearsal/network/handler";
import { startNetwork } from "../../rehearsal/network/network";
import type { ProgramBackend, Registration } from "../../rehearsal/program/recorder";
import { runInOwnProcess } from "../../rehearsal/program/run";
import type { StackFiles } from "../../rehearsal/stack";
import { PROGRAM_CLIENT, type ProgramRunner, runProgram } from "../../rehearsal/stackProgram";
import { createWorld, type World } from "../../rehearsal/world";
import { type KubeconfigUse, kubeconfigUses } from "./kubeconfigs";

export interface PlannedResource {
  /** Resource Manager's, such as `Microsoft.KeyVault/vaults`. */
  readonly type: string;
  /** In the emulated subscription's terms: names that only Azure or the state know are made up in it. */
  readonly id: string;
  readonly name: string;
  /** Whether the name is the same in every deployment: the program gives it, and no random value is in it. */
  readonly fixedName: boolean;
  /** Undefined for what has none. */
  readonly location: string | undefined;
  /** `type::name` of the Pulumi resource. */
  readonly declared: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Plan {
  readonly resources: readonly PlannedResource[];
  /** Provider functions that it calls, by token. */
  readonly calls: readonly string[];
  /** Whether an image is built in a registry of the stack, or with Docker on this machine. */
  readonly builds: { readonly registry: boolean; readonly docker: boolean };
  /** How the stack's Kubernetes providers sign in to their clusters. */
  readonly kubeconfigs: readonly KubeconfigUse[];
  /** What of the program cannot be emulated, and so is not planned for. */
  readonly notCovered: readonly { readonly resource: string; readonly reason: string }[];
  /** Whether it registers objects in Microsoft Entra ID. */
  readonly directory: boolean;
}

export interface PlanOptions {
  readonly signal: AbortSignal;
  /** The program is not this project's own. Defaults to no. */
  readonly foreign?: Foreign | undefined;
  /** Runs the program; a process of its own unless a test has Pulumi loaded already. */
  readonly program?: ProgramRunner;
}

/** Throws a `UsageError` for a program that does not run. */
export async function planOf(files: StackFiles, options: PlanOptions): Promise<Plan> {
  const directory = await mkdtemp(join(tmpdir(), "preflight-"));
  const world = createWorld(files, undefined, directory);
  const network = await startNetwork(world.hosts, {
    allow: (client, host) => client !== PROGRAM_CLIENT || world.programHosts.some((pattern) => hostMatches(pattern, host)),
  });
  const stop = () => void world.close();
  options.signal.addEventListener("abort", stop, { once: true });
  try {
    const caFile = join(directory, "ca.pem");
    await writeFile(caFile, network.caPem);
    const watch = new Watch();
    const { program = runInOwnProcess, foreign, signal } = options;
    const run = { signal, foreign, program: watch.watching(program) };
    const notCovered =
      foreign === undefined
        ? await runProgram(files, run, world, network, caFile).then(() => [])
        : (await runForeign(files, foreign, run, world, network, caFile)).notCovered;
    return { ...plan(world.cloud, watch, (await world.built()).length > 0), notCovered };
  } finally {
    options.signal.removeEventListener("abort", stop);
    await world.close();
    await network.close();
    await rm(directory, { recursive: true, force: true });
  }
}

const RANDOM = /^random:/;
const DOCKER = /^docker(-build)?:/;
const PROVIDER = "pulumi:providers:kubernetes";

/** What the program registers and asks for on its way into the emulated cloud. */
class Watch {
  readonly registrations: Registration[] = [];
  readonly calls = new Set<string>();
  /** Values that are other ones in every deployment. */
  readonly randomValues: string[] = [];

  watching(run: ProgramRunner): ProgramRunner {
    return (options, backend) => run(options, this.#around(backend));
  }

  #around(backend: ProgramBackend): ProgramBackend {
    return {
      register: async (registration) => {
        this.registrations.push(registration);
        const answer = await backend.register(registration);
        if (RANDOM.test(registration.type)) this.randomValues.push(...texts(answer.state));
        return answer;
      },
      invoke: (token, inputs, provider) => {
        this.calls.add(token);
        return backend.invoke(token, inputs, provider);
      },
    };
  }

  /** A name that is no input is Pulumi's, with random characters at its end. */
  isFixed({ inputs }: Registration, name: string): boolean {
    const isGiven = Object.values(inputs).some((value) => typeof value === "string" && sameText(value, name));
    return isGiven && !this.randomValues.some((value) => name.toLowerCase().includes(value.toLowerCase()));
  }
}

const RESULTS = ["result", "hex", "dec", "b64Std", "b64Url", "id"];

/** One or two characters stand in many names by chance. */
function texts(state: Readonly<Record<string, unknown>>): readonly string[] {
  return RESULTS.flatMap((key) => {
    const value = state[key];
    return typeof value === "string" && value.length > 2 ? [value] : [];
  });
}

function plan({ manager }: World["cloud"], watch: Watch, builtInRegistry: boolean): Omit<Plan, "notCovered"> {
  const { registrations, calls } = watch;
  const byDeclared = new Map(registrations.map((each) => [`${each.type}::${each.name}`, each]));
  const resources = manager.all().flatMap(({ type, id, name, properties, declared }): readonly PlannedResource[] => {
    const registration = byDeclared.get(declared);
    // What was there before, and what Azure makes itself, nobody registers.
    if (registration === undefined) return [];
    const { location } = properties;
    const fixedName = watch.isFixed(registration, name);
    return [{ type, id, name, fixedName, location: typeof location === "string" ? location : undefined, declared, properties }];
  });
  return {
    resources,
    calls: [...calls],
    builds: { registry: builtInRegistry, docker: registrations.some(({ type }) => DOCKER.test(type)) },
    kubeconfigs: kubeconfigUses(registrations.filter(({ type }) => type === PROVIDER).map(({ inputs }) => inputs.kubeconfig)),
    directory: registrations.some(({ type }) => type.startsWith("azuread:")),
  };
}
