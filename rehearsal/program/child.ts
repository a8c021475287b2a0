// The program's own process: loads the program under mocks and passes what it registers to the rehearsal.
// Mocks and modules are global to a process, and only a process's end shows that a program has nothing left to do.
import "./loopbackOnly";
import "./ownPulumi";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { shareMonitor } from "./copies";
import { isModule } from "./entry";
import { type FromProgram, type ToProgram, toProgram } from "./messages";
import { type ProgramBackend, Recorder, RefusedError } from "./recorder";

/** Part of Pulumi's runtime, and left out of its types. */
const runtimeShape = z.object({ waitForRPCs: z.custom<() => Promise<void>>((value) => typeof value === "function") });

type Answer = Exclude<ToProgram, { kind: "start" }>;
const waiting = new Map<number, (answer: Answer) => void>();
let nextId = 0;

function send(message: FromProgram): void {
  process.send?.(message);
}

// The channel keeps the process alive only while an answer is due, so that the process's own end remains visible.
async function ask(question: (id: number) => FromProgram): Promise<Record<string, unknown>> {
  nextId += 1;
  const id = nextId;
  process.channel?.ref();
  const answer = await new Promise<Answer>((done) => {
    waiting.set(id, done);
    send(question(id));
  });
  waiting.delete(id);
  if (waiting.size === 0) process.channel?.unref();
  if (answer.kind === "refusal") throw new Error(answer.message);
  return answer.value;
}

const backend: ProgramBackend = {
  async register({ type, name, inputs, provider, id: readId, outputs = [] }) {
    const given = { type, name, inputs: { ...inputs }, provider, outputs: [...outputs] };
    const registration = { ...given, ...(readId === undefined ? {} : { id: readId }) };
    const { id, state } = await ask((questionId) => ({ kind: "register", id: questionId, registration }));
    return { id: String(id), state: { ...Object(state) } };
  },
  invoke: (token, inputs, provider) => ask((id) => ({ kind: "invoke", id, token, inputs: { ...inputs }, provider })),
};

/** What the program exports. Pulumi's own runner, too, calls a program that is a function. */
async function exportsOf(file: string): Promise<unknown> {
  const program: unknown = isModule(file) ? await importProgram(file) : require(file);
  return typeof program === "function" ? program() : program;
}

const moduleShape = z.looseObject({ default: z.unknown().optional() });

async function importProgram(file: string): Promise<unknown> {
  // Only now: its hooks for ES modules run in a thread, which takes time.
  const { register }: typeof import("tsx/esm/api") = require("tsx/esm/api");
  register();
  const loaded: unknown = await import(pathToFileURL(file).href);
  const exported = moduleShape.parse({ ...Object(loaded) });
  if (!("default" in exported)) return exported;
  if (Object.keys(exported).length > 1)
    throw new pulumi.RunError("the program has a default export and others as well: Pulumi takes either, not both");
  return exported.default;
}

async function run({ directory, main, settings }: Extract<ToProgram, { kind: "start" }>): Promise<void> {
  process.chdir(directory);
  const recorder = await Recorder.start(settings, backend);
  let drained = false;
  process.on("unhandledRejection", (reason) => {
    if (!(reason instanceof RefusedError)) recorder.fail(reason);
  });
  process.on("uncaughtException", (error) => recorder.fail(error));
  process.once("beforeExit", () => {
    if (!drained && recorder.recording().failures.length === 0) {
      recorder.fail(
        new pulumi.RunError(
          "the program waits for a resource that never registers: look for a dependsOn that goes round in a circle",
        ),
      );
    }
    const { resources, outputs, secretOutputs, failures } = recorder.recording();
    const done: FromProgram = {
      kind: "done",
      recording: {
        resources: resources.map(({ type, name, custom }) => ({ type, name, custom })),
        outputs: { ...outputs },
        secretOutputs: [...secretOutputs],
        failures: failures.map(({ message, stack }) => (stack === undefined ? { message } : { message, stack })),
      },
    };
    // Nothing else keeps the process alive until the message is out.
    process.channel?.ref();
    process.send?.(done, () => process.disconnect?.());
  });
  shareMonitor();
  await pulumi.runtime
    .runInPulumiStack(async () => exportsOf(resolve(directory, main)))
    .catch((error: unknown) => recorder.fail(error));
  // Not disconnect(): it shuts the server of hooks down, and where a program fails before that has started, Pulumi tries for ever to reach it.
  await runtimeShape.parse(pulumi.runtime).waitForRPCs();
  drained = true;
}

// Nobody waits for a program whose rehearsal is gone.
process.once("disconnect", () => process.exit());

process.on("message", (raw) => {
  const message = toProgram.parse(raw);
  if (message.kind === "start") {
    process.channel?.unref();
    void run(message);
  } else waiting.get(message.id)?.(message);
});
