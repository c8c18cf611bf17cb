import { z } from "zod";
import { resourceRequirements, tolerations } from "../fields/core_types.ts";
import { rawObject } from "../fields/raw_object.ts";
import { rules } from "../fields/rules.ts";

/** How the profiling Job of a request runs. */
export const profilingConfig = z.object({
  profilerImage: z.string().describe("Image of the profiler."),
  config: rawObject("Configuration of the profiler, handed to it as it is.", { minProperties: 1 })
    .optional(),
  configMapRef: z.object({
    name: z.string().describe("Name of the ConfigMap."),
    key: z.string().describe("Key in the ConfigMap.").default("disagg.yaml"),
  }).describe("The graph to start from.").optional(),
  outputPVC: z.string().describe(
    "Claim that keeps what profiling leaves behind; nothing is kept if not given.",
  ).optional(),
  resources: resourceRequirements("Resources of the profiler.").optional(),
  tolerations: tolerations("Tolerations of the profiling pod.").optional(),
}).meta({
  description: "How to profile.",
  ...rules({
    rule: "self.profilerImage != ''",
    message: "profilerImage is required; set it to the image that holds the profiler",
    fieldPath: ".profilerImage",
    reason: "FieldValueRequired",
  }, {
    rule: "has(self.config)",
    message: "config is required and must not be empty; give the profiler's configuration",
    fieldPath: ".config",
    reason: "FieldValueRequired",
  }),
});
