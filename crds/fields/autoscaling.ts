import { z } from "zod";
import { count } from "./integer.ts";
import { rawObject } from "./raw_object.ts";

/** A field of earlier versions that nothing reads; it is kept so that old manifests stay valid. */
export const autoscaling = z.object({
  enabled: z.boolean().describe("Has no effect.").optional(),
  minReplicas: count("Has no effect.").optional(),
  maxReplicas: count("Has no effect.").optional(),
  behavior: rawObject("Has no effect.").optional(),
  metrics: z.array(rawObject("One metric.")).describe("Has no effect.").optional(),
}).describe("Deprecated and without effect: use scalingAdapter with an autoscaler instead.");
