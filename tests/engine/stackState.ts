// What the engine remembers of a stack.
import { z } from "zod";
import type { TestStack } from "./testStack";

const shape = z.object({
  deployment: z.object({
    resources: z.array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        id: z.string().optional(),
        delete: z.boolean().default(false),
        protect: z.boolean().default(false),
      }),
    ),
    pending_operations: z.array(z.unknown()).nullish(),
  }),
});

export interface StackState {
  readonly resources: readonly Remembered[];
  /** What is to be deleted yet, and what was begun and not ended. */
  readonly unfinished: readonly unknown[];
  /** Ids of all that lies in a resource group or is one. */
  readonly azureIds: readonly string[];
  /** The only resource whose type ends so. */
  only(type: string): Remembered;
}

export type Remembered = z.infer<typeof shape>["deployment"]["resources"][number];

export async function stateOf(stack: TestStack): Promise<StackState> {
  const { deployment } = shape.parse(JSON.parse((await stack.run("stack", "export")).output));
  const { resources, pending_operations: pending } = deployment;
  return {
    resources,
    unfinished: [...resources.filter((each) => each.delete).map(({ urn }) => urn), ...(pending ?? [])],
    azureIds: resources.flatMap(({ type, id }) => (type.startsWith("azure-native:") && id !== undefined ? [id] : [])).sort(),
    only(type) {
      const [found, ...others] = resources.filter((each) => each.type.endsWith(type));
      if (found === undefined || others.length > 0) throw new Error(`${others.length + 1} resources are ${type}`);
      return found;
    },
  };
}
