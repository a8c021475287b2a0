// What the program's process and the rehearsal say to each other, and nothing else crosses.
import { z } from "zod";

const record = z.record(z.string(), z.unknown());

/** To the program's process. */
export const toProgram = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("start"),
    directory: z.string(),
    main: z.string(),
    settings: z.object({
      project: z.string(),
      stack: z.string(),
      preview: z.boolean(),
      config: z.record(z.string(), z.string()),
      secretKeys: z.array(z.string()),
    }),
  }),
  z.object({ kind: z.literal("answer"), id: z.number(), value: record }),
  z.object({ kind: z.literal("refusal"), id: z.number(), message: z.string() }),
]);
export type ToProgram = z.infer<typeof toProgram>;

const registration = z.object({
  type: z.string(),
  name: z.string(),
  inputs: record,
  provider: z.string(),
  id: z.string().optional(),
  outputs: z.array(z.string()).optional(),
});

/** From the program's process. The recording's inner shape is our own recorder's. */
export const fromProgram = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("register"), id: z.number(), registration }),
  z.object({ kind: z.literal("invoke"), id: z.number(), token: z.string(), inputs: record, provider: z.string() }),
  z.object({
    kind: z.literal("done"),
    recording: z.object({
      resources: z.array(z.looseObject({ type: z.string(), name: z.string(), custom: z.boolean() })),
      outputs: record,
      secretOutputs: z.array(z.string()),
      failures: z.array(z.object({ message: z.string(), stack: z.string().optional() })),
    }),
  }),
]);
export type FromProgram = z.infer<typeof fromProgram>;
export type ProgramResult = Extract<FromProgram, { kind: "done" }>["recording"];
