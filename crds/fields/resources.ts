import { z } from "zod";
import { resourceClaims } from "./core_types.ts";
import { amount } from "./quantity.ts";

function resourceAmounts(description: string) {
  return z.object({
    cpu: amount("CPU, such as 500m or 4.").optional(),
    memory: amount("Memory, such as 16Gi.").optional(),
    gpu: amount("Number of GPUs on each node.").optional(),
    gpuType: z.string().describe(
      "Extended resource that gpu counts; nvidia.com/gpu if not given.",
    ).optional(),
    custom: z.record(z.string(), amount("Amount of this resource.")).meta({
      // Bounds what the rule about each amount may cost.
      maxProperties: 64,
      description: "Amounts of any other resources, by resource name, such as rdma/ib.",
    }).optional(),
  }).describe(description);
}

/** Amounts are strings here, unlike in a container, where they may be numbers. */
export const resources = z.object({
  requests: resourceAmounts("What the main container is guaranteed to get.").optional(),
  limits: resourceAmounts("What the main container may use at most.").optional(),
  claims: resourceClaims(
    "Claims of the pod that the main container uses (dynamic resource allocation).",
  )
    .optional(),
}).describe("Resources of the service's main container.");

export type Resources = z.input<typeof resources>;
export type ResourceAmounts = NonNullable<Resources["limits"]>;
