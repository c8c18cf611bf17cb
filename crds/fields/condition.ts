import { z } from "zod";
import { generation } from "./integer.ts";

const QUALIFIED_NAME =
  "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";

/** One aspect of an object's state, as `metav1.Condition` defines it. */
export const condition = z.object({
  type: z.string().meta({
    maxLength: 316,
    pattern: QUALIFIED_NAME,
    description: "The aspect this condition is about, such as Ready.",
  }),
  status: z.enum(["True", "False", "Unknown"]).describe(
    "Whether the aspect holds: True, False or Unknown.",
  ),
  reason: z.string().meta({
    minLength: 1,
    maxLength: 1024,
    pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
    description: "Why the condition last changed, as one word for programs.",
  }),
  message: z.string().meta({
    maxLength: 32768,
    description: "Why the condition last changed, as a sentence for people.",
  }),
  lastTransitionTime: z.string().meta({
    format: "date-time",
    maxLength: 64,
    description: "When the status of this condition last changed.",
  }),
  observedGeneration: generation("Generation of the object that this condition was computed from.")
    .optional(),
}).describe("One condition.");

export type Condition = z.input<typeof condition>;

export function conditions(description: string) {
  return z.array(condition).describe(description);
}
