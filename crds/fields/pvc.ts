import { z } from "zod";
import { quantity, SIZE_IS_ABOVE_ZERO } from "./quantity.ts";
import { type Rule, rules } from "./rules.ts";

function requiredWhenCreated(
  field: "storageClass" | "size" | "volumeAccessMode",
  isSet: string,
): Rule {
  return {
    rule: `!has(self.create) || !self.create || (${isSet})`,
    message:
      `${field} is required when create is true; set it, or create the PersistentVolumeClaim yourself and set create to false`,
    fieldPath: `.${field}`,
    reason: "FieldValueRequired",
  };
}

/** A PersistentVolumeClaim that services of a graph mount by its name. */
export const pvc = z.object({
  name: z.string().meta({ minLength: 1, description: "Name of the PersistentVolumeClaim." }),
  create: z.boolean().describe(
    "Whether the operator creates the PersistentVolumeClaim if it does not exist.",
  )
    .optional(),
  storageClass: z.string().describe("StorageClass of a created PersistentVolumeClaim.").optional(),
  size: quantity("Size of a created PersistentVolumeClaim, such as 100Gi.").optional(),
  volumeAccessMode: z.string().describe(
    "Access mode of a created PersistentVolumeClaim, such as ReadWriteMany.",
  ).optional(),
}).meta({
  description: "A PersistentVolumeClaim.",
  ...rules(
    requiredWhenCreated("storageClass", "has(self.storageClass) && self.storageClass != ''"),
    requiredWhenCreated("size", SIZE_IS_ABOVE_ZERO),
    requiredWhenCreated(
      "volumeAccessMode",
      "has(self.volumeAccessMode) && self.volumeAccessMode != ''",
    ),
  ),
});
