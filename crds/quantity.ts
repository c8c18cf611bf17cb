import { z } from "zod";
import { quantitySchema, UNSIGNED_QUANTITY_PATTERN } from "./quantity_schema.ts";

/** A resource quantity as Kubernetes takes it everywhere: `10Gi`, `"1.5"` or a bare number. */
export function quantity(description: string, extra: { maxLength?: number } = {}) {
  return z.custom<string | number>().meta({ ...quantitySchema, ...extra, description });
}

/** An amount that this API takes as a string only. */
export function amount(description: string, pattern: string = UNSIGNED_QUANTITY_PATTERN) {
  return z.string().meta({ description, pattern });
}
