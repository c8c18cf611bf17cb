import { z } from "zod";
import { quantity, SIZE_IS_ABOVE_ZERO } from "./quantity.ts";
import { type Rule, rules } from "./rules.ts";

function requiredWhenCreated(
  field: "storageClass" | "size" | "volumeAccessMode",
  isSet: string,
): Rule {
  return {
    rule: `!has(self.create) || !self.create || (${isSet})`,
    message: `${field} is required when create is true; set it, or create the claim yourself`,
    fieldPath: `.${field}`,
    reason: "FieldValueRequired",
  };
}

/** A claim that services of a graph mount by its name. */
export const pvc = z.object({
  name: z.string().meta({ minLength: 1, description: "Name of the PersistentVolumeClaim." }),
  create: z.boolean().describe("Whether the operator creates the claim if there is none.")
    .optional(),
  storageClass: z.string().describe("Storage class of a claim to be created.").optional(),
  size: quantity("Size of a claim to be created, such as 100Gi.").optional(),
  volumeAccessMode: z.string().describe(
    "Access mode of a claim to be created, such as ReadWriteMany.",
  ).optional(),
}).meta({
  description: "One claim.",
  ...rules(
    requiredWhenCreated("storageClass", "has(self.storageClass) && self.storageClass != ''"),
    requiredWhenCreated("size", SIZE_IS_ABOVE_ZERO),
    requiredWhenCreated(
      "volumeAccessMode",
      "has(self.volumeAccessMode) && self.volumeAccessMode != ''",
    ),
  ),
});
