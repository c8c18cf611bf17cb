import { z } from "zod";
import { rules } from "./rules.ts";

/** A claim of the graph, mounted into the main container. */
export const volumeMount = z.object({
  name: z.string().describe("Name of the PersistentVolumeClaim, as listed in the graph's pvcs."),
  mountPoint: z.string().describe(
    "Path in the container. A compilation cache without one goes where its backend looks for it.",
  ).optional(),
  useAsCompilationCache: z.boolean().describe(
    "Whether the backend keeps compiled kernels there.",
  ).default(false),
}).meta({
  description: "One mount.",
  ...rules({
    rule:
      "(has(self.useAsCompilationCache) && self.useAsCompilationCache) || (has(self.mountPoint) && self.mountPoint != '')",
    message:
      "mountPoint is required when useAsCompilationCache is false; set the path to mount the volume at",
    fieldPath: ".mountPoint",
    reason: "FieldValueRequired",
  }),
});

export type VolumeMount = z.input<typeof volumeMount>;
