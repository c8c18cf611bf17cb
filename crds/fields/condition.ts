import { z } from "zod";
import { int64 } from "./basic_types.ts";

const QUALIFIED_NAME =
  "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";

/**
 * The schema of a condition, with the fields and limits of `metav1.Condition`.
 *
 * @internal
 */
export const condition = z.object({
  type: z.string().meta({
    maxLength: 316,
    pattern: QUALIFIED_NAME,
    description: "Type of the condition, such as Ready.",
  }),
  status: z.enum(["True", "False", "Unknown"]).describe(
    "Status of the condition: True, False or Unknown.",
  ),
  reason: z.string().meta({
    minLength: 1,
    maxLength: 1024,
    pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
    description: "Machine-readable reason for the last transition, in CamelCase.",
  }),
  message: z.string().meta({
    maxLength: 32768,
    description: "Details of the last transition, for users.",
  }),
  lastTransitionTime: z.string().meta({
    format: "date-time",
    maxLength: 64,
    description: "Time when the status of the condition last changed.",
  }),
  observedGeneration: int64("Generation of the object that the condition describes.").optional(),
}).describe("A condition of the object.");

/** A condition of a custom resource. */
export type Condition = z.input<typeof condition>;

/**
 * Returns the schema of `status.observedGeneration`. The value -1 means that no operator has observed the object, see
 * {@linkcode unobserved}.
 */
export function observedGeneration(description: string): z.ZodInt {
  return z.int().meta({ format: "int64", minimum: -1, description });
}

/**
 * Returns the default value of a status. The value must contain all required fields of the status. The API server
 * returns this value for an object without a status, so that kstatus does not consider a new object ready.
 */
export function unobserved(
  required: Record<string, unknown> = {},
): { default: Record<string, unknown> } {
  return { default: { observedGeneration: -1, ...required } };
}

/** Returns the schema of a list of conditions. */
export function conditions(description: string): z.ZodArray<typeof condition> {
  return z.array(condition).describe(description);
}
