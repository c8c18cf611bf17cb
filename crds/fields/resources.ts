import { z } from "zod";
import { resourceClaims } from "./pod_spec.ts";
import { amount } from "./quantity.ts";

function resourceAmounts(description: string) {
  return z.object({
    cpu: amount("Quantity of CPU, such as 500m or 4.").optional(),
    memory: amount("Quantity of memory, such as 16Gi.").optional(),
    gpu: amount("Number of GPUs per node.").optional(),
    gpuType: z.string().describe(
      "Name of the extended resource for the field gpu. Defaults to nvidia.com/gpu.",
    ).optional(),
    custom: z.record(z.string(), amount("Quantity of this resource.")).meta({
      // The API server uses this maximum to estimate the cost of the CEL rules for the values.
      maxProperties: 64,
      description: "Quantities of other resources by resource name, such as rdma/ib.",
    }).optional(),
  }).describe(description);
}

/**
 * The schema of the `resources` field of a component.
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

/** Resources of a component. Quantities must be strings, unlike in a container of a pod, where numbers are allowed. */
export type Resources = z.input<typeof resources>;
/** Resource requests or resource limits of a component. */
export type ResourceAmounts = NonNullable<Resources["limits"]>;
