import { z } from "zod";
import { rules } from "./rules.ts";

/**
 * The schema of an item of `volumeMounts` of a component.
 *
 * @internal
 */
export const volumeMount = z.object({
  name: z.string().describe("Name of the PersistentVolumeClaim in spec.pvcs of the graph."),
  mountPoint: z.string().describe(
    "Path in the container. For a compilation cache, it defaults to the cache path of the inference framework, if the framework has one.",
  ).optional(),
  useAsCompilationCache: z.boolean().describe(
    "Whether the inference framework stores compiled kernels in the volume.",
  ).default(false),
}).meta({
  description: "A volume mount.",
  ...rules({
    rule:
      "(has(self.useAsCompilationCache) && self.useAsCompilationCache) || (has(self.mountPoint) && self.mountPoint != '')",
    message:
      "mountPoint is required when useAsCompilationCache is false; set the path to mount the volume at",
    fieldPath: ".mountPoint",
    reason: "FieldValueRequired",
  }),
});

/** A PersistentVolumeClaim of the graph that is mounted into the main container. */
export type VolumeMount = z.input<typeof volumeMount>;
