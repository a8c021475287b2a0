// What each provider does for the engine, carried out by the emulated cloud: check, diff, create, read, update, delete, with Pulumi's unknowns and previews.
import { randomBytes } from "node:crypto";
import type { CloudRequest, EmulatedCloud } from "../cloud/emulatedCloud";
import { kindOf } from "../cloud/fronts/azureKinds";
import { notEmulated } from "../cloud/fronts/front";
import type { Properties } from "../cloud/resourceManager";
import { unwrapRecord } from "../program/recording";
import { autoName } from "./autoNames";
import { diffInputs, type InputDiff } from "./diff";
import { type CheckFailure, checkInputs } from "./inputCheck";
import { previewOutputs } from "./previewOutputs";
import { record } from "./values";

/** A resource as a call of the engine names it. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** `::` and the id of the provider instance. */
  readonly provider: string;
}

export interface Held {
  readonly id: string;
  readonly state: Properties;
  readonly inputs: Properties;
}

/** A resource that exists and has not come up. The engine keeps it in its state, and looks at it again next time. */
export class NotReadyError extends Error {
  override readonly name = "NotReadyError";
  constructor(
    readonly held: Held,
    readonly reasons: readonly string[],
  ) {
    super(`resource ${held.id} was successfully created, but the Kubernetes API server reported that it failed to become ready`);
  }
}

export interface StandInOptions {
  readonly cloud: EmulatedCloud;
  /** Why an object of a cluster does not become ready; empty where it does. */
  notReady(type: string, id: string, provider: string): readonly string[];
}

export class StandIn {
  constructor(readonly options: StandInOptions) {}

  check({ type, name }: Resource, olds: Properties | undefined, news: Properties, seed: Uint8Array): CheckAnswer {
    const inputs = autoName(type, name, unwrapRecord(news), unwrapRecord(olds ?? {}), seed.length > 0 ? seed : randomBytes(8));
    return { inputs, mistakes: checkInputs(type, inputs) };
  }

  diff({ type }: Resource, oldInputs: Properties, news: Properties, outputs: Properties): InputDiff {
    return diffInputs(type, oldInputs, news, outputs);
  }

  async create(resource: Resource, properties: Properties, preview: boolean): Promise<Held> {
    const inputs = unwrapRecord(properties);
    if (preview) return { id: "", state: previewOutputs(resource.type, inputs, undefined), inputs };
    const request = this.#request(resource, inputs);
    if (request === undefined) return { id: `never-created/${resource.type}::${resource.name}`, state: inputs, inputs };
    const { id, state } = await this.options.cloud.create(request);
    return this.#ready(resource, { id, state, inputs });
  }

  async update(resource: Resource, id: string, olds: Properties, news: Properties, preview: boolean): Promise<Held> {
    const inputs = unwrapRecord(news);
    if (preview) return { id, state: previewOutputs(resource.type, inputs, unwrapRecord(olds)), inputs };
    const request = this.#request(resource, inputs);
    if (request === undefined) return { id, state: { ...olds, ...inputs }, inputs };
    const { state } = await this.options.cloud.update(id, request);
    return this.#ready(resource, { id, state, inputs });
  }

  /** Undefined: it is gone. What the engine knows already is given where a refresh asks, and not where an import does. */
  async read({ type, provider }: Resource, id: string, known: Held | undefined): Promise<Held | undefined> {
    const found = await this.options.cloud.read(type, id, provider);
    // The emulated directory keeps what an object is for; of the rest it is what the state says.
    if (found !== undefined && known !== undefined && type.startsWith("azuread:"))
      return { id: found.id, state: { ...known.state, ...found.state }, inputs: { ...known.inputs, ...found.inputs } };
    if (found !== undefined)
      return { id: found.id, state: found.state, inputs: inputsAfterRead(type, found.inputs, known?.inputs) };
    if (!KEPT_BY_THE_STATE.test(type)) return undefined;
    if (known === undefined) throw notEmulated(`the import of ${type}`);
    return known;
  }

  async delete({ type, name, provider }: Resource, id: string): Promise<void> {
    await this.options.cloud.delete(type, id, provider, `${type}::${name}`);
  }

  // Undefined where a break keeps it from ever getting there.
  #request({ type, name, provider }: Resource, inputs: Properties): CloudRequest | undefined {
    // Azure is sent no notes of the provider's own.
    const sent = Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
    const meant = this.options.cloud.intercept({ type, name, inputs: sent, provider, id: undefined });
    return meant && { ...meant, declared: `${type}::${name}` };
  }

  #ready({ type, provider }: Resource, held: Held): Held {
    const reasons = this.options.notReady(type, held.id, provider);
    if (reasons.length > 0) throw new NotReadyError(held, reasons);
    return held;
  }
}

export interface CheckAnswer {
  readonly inputs: Properties;
  readonly mistakes: readonly CheckFailure[];
}

/** Nobody but the state knows these: there is no service that could be asked. */
const KEPT_BY_THE_STATE = /^(random|docker):/;

// As azure-native does: what the program never gave does not become an input because Azure has it, and what Azure never tells stays as it was sent.
function inputsAfterRead(type: string, found: Properties, known: Properties | undefined): Properties {
  if (known === undefined) return found;
  const kept = Object.entries(known).filter(([key]) => key.startsWith("__"));
  const read = Object.fromEntries([...Object.entries(found).filter(([key]) => key in known), ...kept]);
  if (kindOf(type) !== "keyvault:Secret") return read;
  return { ...read, properties: { ...record(found.properties), value: record(known.properties).value } };
}
