// A Service of type LoadBalancer has its address only when Azure has made it, and the provider waits for that.
import { z } from "zod";
import type { OperationRule } from "../operations";

const serviceShape = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }).default({ annotations: {} }),
  spec: z.looseObject({ type: z.string().optional() }).default({}),
});

/**
 * How long an address takes, in milliseconds of the clock. The provider awaits `status.loadBalancer`, for ten minutes at most, unless it is told not
 * to: https://www.pulumi.com/registry/packages/kubernetes/api-docs/core/v1/service/ - the end of its patience is not emulated.
 */
export function loadBalancerAddress({ afterMs }: { readonly afterMs: number }): OperationRule {
  return {
    durationMs({ verb, type, inputs }) {
      if (type !== "kubernetes:core/v1:Service" || verb !== "create") return 0;
      const { metadata, spec } = serviceShape.parse(inputs ?? {});
      return spec.type === "LoadBalancer" && metadata.annotations["pulumi.com/skipAwait"] !== "true" ? afterMs : 0;
    },
  };
}
