import { z } from "zod";
import { resourceRequirements, tolerations } from "../fields/core_types.ts";
import { rawObject } from "../fields/raw_object.ts";
import { rules } from "../fields/rules.ts";

/** Settings of the profiling Job of a request. */
export const profilingConfig = z.object({
  profilerImage: z.string().describe("Container image of the profiler."),
  config: rawObject("Configuration of the profiler. The operator passes it on unchanged.", {
    minProperties: 1,
  })
    .optional(),
  configMapRef: z.object({
    name: z.string().describe("Name of the ConfigMap."),
    key: z.string().describe("Key in the ConfigMap.").default("disagg.yaml"),
  }).describe("ConfigMap with the manifest of the graph to start from.").optional(),
  outputPVC: z.string().describe(
    "Name of a PersistentVolumeClaim for the files of the profiler. If it is omitted, the files are lost with the pod.",
  ).optional(),
  resources: resourceRequirements("Resources of the profiler container.").optional(),
  tolerations: tolerations("Tolerations of the profiling pod.").optional(),
}).meta({
  description: "Settings of the profiling Job.",
  ...rules({
    rule: "self.profilerImage != ''",
    message: "profilerImage is required; set it to the image of the profiler",
    fieldPath: ".profilerImage",
    reason: "FieldValueRequired",
  }, {
    rule: "has(self.config)",
    message:
      "config is required and must not be empty; set it to the configuration of the profiler",
    fieldPath: ".config",
    reason: "FieldValueRequired",
  }),
});
