// What one stack takes from another, checked: an output of a stack reference may be anything, or missing.
import * as pulumi from "@pulumi/pulumi";
import { lateError } from "./validate";

/**
 * Text that another stack exports; a secret stays one. Fails, naming stack and output, where it is missing or something else.
 *
 * For a workload stack that stands on a cluster stack: `issuerUrl` for its identities, `kubeconfig` and `clusterId` for its Kubernetes provider.
 */
export function exportedText(stack: pulumi.StackReference, output: string): pulumi.Output<string> {
  return pulumi.all([stack.name, stack.getOutput(output)]).apply(([name, value]: [string, unknown]) => {
    if (typeof value === "string" && value !== "") return value;
    const got = value === undefined ? "nothing" : typeof value === "string" ? "empty text" : `a value of type ${typeof value}`;
    throw lateError(
      stack,
      `the stack ${name} exports ${got} as ${output}, where text is needed: export it there, and run pulumi up --stack ${name} first`,
    );
  });
}
