// An emulated Azure on a clock that a test moves, and operations on it as some front would perform them.
import { EmulatedCloud, type EmulatedCloudOptions } from "../../../rehearsal/cloud/emulatedCloud";
import { type Operation, Operations, type Verb } from "../../../rehearsal/cloud/operations";
import { typeOf } from "../../../rehearsal/cloud/resourceManager";
import { VirtualClock } from "../../../rehearsal/cloud/virtualClock";
import { emulatedCloud } from "../../support/program";
import { AzureFront } from "./azureFront";

export class ClockedAzure extends AzureFront {
  constructor(
    readonly clock: VirtualClock,
    options: Partial<EmulatedCloudOptions> = {},
  ) {
    const operations = new Operations(clock);
    super(new EmulatedCloud({ ...emulatedCloud().options, now: () => clock.now(), operations, ...options }));
  }

  static make(options: Partial<EmulatedCloudOptions> = {}): ClockedAzure {
    return new ClockedAzure(new VirtualClock(), options);
  }

  /** Nothing is done but what the rules do. */
  call(verb: Verb, id: string, more: Partial<Operation> = {}): Promise<void> {
    return this.cloud.operations.perform({ verb, type: typeOf(id), id, declared: "test", ...more }, () => undefined);
  }
}
