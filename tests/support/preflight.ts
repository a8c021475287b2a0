// Single checks of a preflight against the emulated Azure, with a plan that a test changes.
import { Azure } from "../../diagnosis/preflight/azure";
import type { Check } from "../../diagnosis/preflight/check";
import type { Plan, PlannedResource } from "../../diagnosis/preflight/plan";
import { type Checked, runCheck } from "../../diagnosis/preflight/preflight";
import { type SubscriptionFacts, subscriptionFacts } from "../../rehearsal/cloud/rest/subscriptionFacts";
import type { Fault } from "../../rehearsal/network/handler";
import type { StackFiles } from "../../rehearsal/stack";
import { GROUP, LOCATION, RestClients } from "./restClients";

const CLUSTER = "Microsoft.ContainerService/managedClusters";
export const POOL = { name: "system", vmSize: "Standard_D2ds_v5", count: 1, minCount: 1, maxCount: 2, enableAutoScaling: true };

export class Preflights {
  env: Record<string, string | undefined> = {};
  config: Record<string, string> = {};
  project = process.cwd();

  private constructor(
    readonly azure: RestClients,
    readonly facts: SubscriptionFacts,
    readonly holder: { fault?: Fault | undefined },
  ) {}

  static async start(): Promise<Preflights> {
    const facts = subscriptionFacts();
    const holder: { fault?: Fault | undefined } = {};
    const azure = await RestClients.start({ facts, faults: (request) => holder.fault?.(request) });
    return new Preflights(azure, facts, holder);
  }

  /** As it was at the start, but for what the cloud holds. */
  reset(): void {
    Object.assign(this.facts, subscriptionFacts());
    Object.assign(this, { env: {}, config: {}, project: process.cwd() });
    this.holder.fault = undefined;
    this.azure.as(this.azure.served.deployer);
  }

  get root(): string {
    return `/subscriptions/${this.azure.subscriptionId}`;
  }

  planned(type: string, path: string, properties: PlannedResource["properties"] = {}, more: Partial<PlannedResource> = {}) {
    const id = `${this.root}/resourceGroups/${GROUP}${path}`;
    const name = id.slice(id.lastIndexOf("/") + 1);
    const { location } = properties;
    const located = typeof location === "string" ? location : undefined;
    return { type, id, name, fixedName: true, location: located, declared: `test::${name}`, properties, ...more };
  }

  cluster(properties: PlannedResource["properties"] = {}): PlannedResource {
    const all = { location: LOCATION, agentPoolProfiles: [POOL], ...properties };
    return this.planned(CLUSTER, `/providers/${CLUSTER}/aks`, all);
  }

  plan(resources: readonly PlannedResource[], more: Partial<Plan> = {}): Plan {
    return {
      resources,
      calls: [],
      builds: { registry: false, docker: false },
      kubeconfigs: [],
      directory: false,
      notCovered: [],
      ...more,
    };
  }

  async run(check: Check, plan: Plan, options: { readonly answerSeconds?: number } = {}): Promise<readonly Checked[]> {
    const { azure, config, env, project } = this;
    const files: StackFiles = {
      project: "test",
      stack: "dev",
      directory: project,
      main: "index.ts",
      config,
      secretKeys: [],
      standIns: [],
    };
    const { subscriptionId, http: httpClient, credential } = azure;
    const asked = new Azure({ credential, subscriptionId, httpClient, delayMs: 1, ...options });
    const { tenantId } = azure.served.deployer;
    return runCheck(check, {
      files,
      plan,
      env,
      project,
      azure: asked,
      signedIn: { how: "as the test", credential, tenantId, subscriptionId },
    });
  }
}

/** Status and what was seen, without fix and source. */
export function seen(outcomes: readonly Checked[]): readonly string[] {
  return outcomes.map((outcome) => `${outcome.status} ${outcome.seen}`);
}
