import { z } from "zod";
import { resourceClaims } from "./pod_spec.ts";
import { amount } from "./quantity.ts";

function resourceAmounts(description: string) {
  return z.object({
    cpu: amount("CPU, such as 500m or 4.").optional(),
    memory: amount("Memory, such as 16Gi.").optional(),
    gpu: amount("Number of GPUs per node.").optional(),
    gpuType: z.string().describe(
      "Extended resource that gpu counts. Defaults to nvidia.com/gpu.",
    ).optional(),
    custom: z.record(z.string(), amount("Amount of this resource.")).meta({
      // Bounds the cost of the rule for each amount.
      maxProperties: 64,
      description: "Amounts of other resources by resource name, such as rdma/ib.",
    }).optional(),
  }).describe(description);
}

/**
 * The schema of `resources` of a component.
 *
 * @internal
 */
export const resources = z.object({
  requests: resourceAmounts("Resource requests of the main container.").optional(),
  limits: resourceAmounts("Resource limits of the main container.").optional(),
  claims: resourceClaims(
    "ResourceClaims of the pod that the main container uses, for dynamic resource allocation.",
  ).optional(),
}).describe("Resources of the main container.");

/** Resources of a component. Amounts are strings, unlike in a container, where they may be numbers. */
export type Resources = z.input<typeof resources>;
/** Requests or limits of a component. */
export type ResourceAmounts = NonNullable<Resources["limits"]>;
