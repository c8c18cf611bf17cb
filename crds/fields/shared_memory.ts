import { z } from "zod";
import { quantity, SIZE_IS_ABOVE_ZERO } from "./quantity.ts";
import { rules } from "./rules.ts";

/**
 * The schema of `sharedMemory` of a component.
 *
 * @internal
 */
export const sharedMemory = z.object({
  disabled: z.boolean().describe("Whether the pods run without the volume.").optional(),
  size: quantity("Size of the volume, such as 20Gi.").optional(),
}).meta({
  description: "Memory-backed volume at /dev/shm. Its size is 8Gi if this field is omitted.",
  ...rules({
    rule: `(has(self.disabled) && self.disabled) || (${SIZE_IS_ABOVE_ZERO})`,
    message:
      "size is required and must be above zero when disabled is false; set it, or set disabled to true, or omit sharedMemory for the default",
    fieldPath: ".size",
    reason: "FieldValueRequired",
  }),
});

/** The memory-backed volume at `/dev/shm`. */
export type SharedMemory = z.input<typeof sharedMemory>;
